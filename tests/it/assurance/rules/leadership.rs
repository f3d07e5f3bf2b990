//! Clause 5.

use super::{RETIRED, Register, cases};
use crate::records::create_many;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// All binders but one have acknowledged what another reader has.
const ACKNOWLEDGED: &str = "INSERT INTO acknowledgement (id, organisation_id, unit_id, reference, version, created_at, \
    created_by, updated_at, updated_by, version_id, method, document_id, person_id, edition, language) \
    SELECT u.id, a.organisation_id, a.unit_id, u.email, 1, a.created_at, a.created_by, a.updated_at, a.updated_by, \
    a.version_id, a.method, a.document_id, u.id, a.edition, a.language FROM acknowledgement a JOIN \"user\" u \
    ON u.job_title = 'Binder' WHERE u.name <> 'Binder 1'";

#[tokio::test]
async fn the_rules_of_clause_5_tell_what_they_say() {
    let register = Register::new().await;
    let document = register.team.manager.read("document-versions", &register.ids["document-versions"]).await;
    let reader = |number: i32| {
        json!({"name": format!("Binder {number}"), "email": format!("binder{number}@example.org"),
            "unitId": document["unitId"], "jobTitle": "Binder"})
    };
    let readers: Vec<Value> = (1..20).map(reader).collect();
    create_many(&register.team.administrator, "users", readers).await;
    register.rows.execute_unprepared(ACKNOWLEDGED).await.expect("acknowledgements");
    register.walk(CASES).await;
}

cases! {
    C09 "management-reviews" "a management review of the last year":
        "state = 'approved', approved_at = {2025-03-03}" => "approved_at = {2025-03-02}", "state = 'inReview'";
    C09 "objectives" "an objective in force, of which management approved this or the policy within a year":
        "state = 'approved', approved_at = {2025-03-03}; document-versions SET state = 'draft'"
        => "approved_at = NULL", "state = 'draft'", "approved_at = {2025-03-02}";
    C09 "objectives" "an objective in force, of which management approved this or the policy within a year":
        "state = 'achieved'; document-versions SET state = 'published', kind = 'policy', approved_at = {2025-03-03}, \
         retired_at = NULL"
        => "state = 'missed'", "document-versions SET kind = 'procedure'", "document-versions SET state = 'superseded'",
           "document-versions SET approved_at = {2025-03-02}", "document-versions SET retired_at = 1";
    C10 "document-versions" "a published information security policy":
        "state = 'published', kind = 'policy', retired_at = NULL" => "state = 'approved'", "kind = 'topicPolicy'";
    C10 "documents" "past its review":
        "kind = 'policy', state = 'active', review_on = '2026-03-01'"
        => "kind = 'procedure'", "state = 'withdrawn'", "review_on = '2026-03-02'";
    C11 "document-versions" "a published policy that its readers acknowledge":
        "state = 'published', kind = 'policy', acknowledgement_required = TRUE"
        => "state = 'superseded'", "kind = 'procedure'", "acknowledgement_required = FALSE";
    C12 "acknowledgements" "an acknowledgement":
        "retired_at = NULL" => RETIRED;
    C12 "document-versions" "not acknowledged by its readers":
        "state = 'published', acknowledgement_required = TRUE, acknowledge_by = '2026-03-01'; \
         acknowledgements SET retired_at = NULL, edition = 0"
        => "state = 'superseded'", "acknowledgement_required = FALSE", "acknowledge_by = '2026-03-02'",
           "acknowledgements SET edition = (SELECT edition FROM document_version WHERE id = {document-versions})";
    C13 "responsibilities" "somebody who answers for conformity":
        "duty = 'conformity', state = 'accepted', holder_id = {owner}; owner SET active = TRUE"
        => "duty = 'reporting'", "state = 'assigned'", "owner SET active = FALSE";
    C13 "responsibilities" "somebody who reports to top management":
        "duty = 'reporting', state = 'accepted'; owner SET active = TRUE"
        => "duty = 'conformity'", "state = 'assigned'", "owner SET active = FALSE";
    C13 "responsibilities" "whoever was named has not agreed yet":
        "state = 'assigned'; owner SET active = TRUE" => "state = 'accepted'";
    C14 "role-assignments" "a role that is held":
        "retired_at = NULL" => RETIRED;
    C14 "risks" "nobody answers for it":
        "state = 'monitored', owner_id = NULL" => "state = 'identified'", "state = 'closed'", "owner_id = {owner}";
    C14 "risks" "nobody answers for it":
        "owner SET active = FALSE" => "owner SET active = TRUE";
    C14 "risks" "nobody answers for it":
        "owner SET retired_at = 1" => "owner SET retired_at = NULL";
    C14 "controls" "nobody answers for it":
        "applicability = 'applicable', owner_id = NULL" => "applicability = 'excluded'", "owner_id = {owner}";
    C14 "controls" "nobody answers for it":
        "owner SET active = FALSE" => "owner SET active = TRUE";
    C14 "controls" "nobody answers for it":
        "owner SET retired_at = 1" => "owner SET retired_at = NULL";
    C14 "documents" "nobody answers for it":
        "owner_id = NULL" => "owner_id = {owner}";
    C14 "documents" "nobody answers for it":
        "owner SET active = FALSE" => "owner SET active = TRUE";
    C14 "documents" "nobody answers for it":
        "owner SET retired_at = 1" => "owner SET retired_at = NULL";
    C14 "role-assignments" "is held by somebody who has left":
        "user_id = {owner}, retired_at = NULL; owner SET active = FALSE" => RETIRED, "owner SET active = TRUE";
    C14 "role-assignments" "is held by somebody who has left":
        "owner SET retired_at = 1" => "owner SET retired_at = NULL";
}
