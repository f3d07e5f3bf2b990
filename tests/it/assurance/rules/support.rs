//! Clause 7.

use super::{RETIRED, Register, cases};

#[tokio::test]
async fn the_rules_of_clause_7_tell_what_they_say() {
    Register::new().await.walk(CASES).await;
}

cases! {
    C33 "objectives" "an objective with its means":
        "budget = 1, effort_days = NULL, resources = NULL" => "budget = NULL";
    C33 "objectives" "an objective with its means":
        "effort_days = 1" => "effort_days = NULL";
    C33 "objectives" "an objective with its means":
        "resources = 'Two hours'" => "resources = ''";
    C33 "objectives" "is pursued and does not say what it takes":
        "state = 'approved', budget = NULL, effort_days = NULL, resources = NULL"
        => "state = 'draft'", "budget = 1";
    C33 "objectives" "is pursued and does not say what it takes":
        "budget = NULL, effort_days = NULL, resources = ''" => "effort_days = 2";
    C33 "objectives" "is pursued and does not say what it takes":
        "effort_days = NULL" => "resources = 'Two hours'";
    C33 "treatment-plans" "is carried out and none of its actions says what it takes":
        "state = 'approved'; actions SET plan_id = {treatment-plans}, cost = NULL, effort_hours = NULL"
        => "state = 'draft'", "actions SET cost = 1";
    C33 "treatment-plans" "is carried out and none of its actions says what it takes":
        "actions SET cost = NULL" => "actions SET effort_hours = 1";
    C33 "treatment-plans" "is carried out and none of its actions says what it takes":
        "actions SET plan_id = NULL" => "actions SET plan_id = {treatment-plans}";
    C33 "actions" "is held up past its day":
        "state = 'blocked', due_on = '2026-03-01'" => "state = 'inProgress'", "due_on = '2026-03-02'";
    C34 "competence-requirements" "a requirement of competence":
        "retired_at = NULL" => RETIRED;
    C34 "competences" "a confirmed competence":
        "state = 'confirmed'" => "state = 'claimed'";
    C34 "competence-requirements" "somebody who needs it does not have it":
        "role = NULL, duty = 'incidentManagement', level = 2, retired_at = NULL; \
         responsibilities SET duty = 'incidentManagement', state = 'accepted', holder_id = {owner}; \
         competences SET state = 'claimed', level = 2, person_id = {owner}, requirement_id = {competence-requirements}"
        => "duty = 'awareness'", "responsibilities SET state = 'assigned'", "competences SET state = 'confirmed'";
    C34 "competence-requirements" "somebody who needs it does not have it":
        "competences SET level = 1" => "competences SET level = 2";
    C34 "competence-requirements" "somebody who needs it does not have it":
        "competences SET valid_until = '2026-03-01'" => "competences SET valid_until = '2026-03-02'";
    C34 "competence-requirements" "somebody who needs it does not have it":
        "competences SET retired_at = 1" => "competences SET retired_at = NULL";
    C34 "competence-requirements" "somebody who needs it does not have it":
        "role = 'owner', duty = NULL" => "role = 'integrator'";
    C34 "competences" "is not valid any more":
        "state = 'confirmed', valid_until = '2026-03-01'" => "state = 'claimed'", "valid_until = '2026-03-02'";
    C35 "training-assignments" "a training that was taken":
        "state = 'completed'" => "state = 'assigned'", "state = 'failed'", "state = 'waived'";
    C35 "training-assignments" "was taken three months ago and nobody has looked at its effect":
        "state = 'completed', effectiveness = 'notEvaluated', completed_on = '2025-12-01'"
        => "state = 'waived'", "effectiveness = 'notEffective'", "completed_on = '2025-12-02'";
    C36 "training-assignments" "a training taken within a year":
        "state = 'completed', completed_on = '2025-03-03'" => "state = 'waived'", "completed_on = '2025-03-02'";
    C36 "training-assignments" "was not taken in time":
        "state = 'assigned', due_on = '2026-03-01'" => "state = 'waived'", "due_on = '2026-03-02'";
    C36 "training-assignments" "was not taken in time":
        "state = 'failed', due_on = '2026-03-01'" => "state = 'completed'", "due_on = '2026-03-02'";
    C36 "users" "has been here for a month and has taken no awareness training within a year":
        "kind = 'person', active = TRUE, employment = 'employee', created_at = {2026-01-30}; trainings SET kind = 'awareness'; \
         training-assignments SET person_id = {users}, training_id = {trainings}, state = 'assigned', \
         completed_on = '2025-03-03', due_on = '2026-04-01'"
        => "kind = 'service'", "active = FALSE", "employment = 'external'", "created_at = {2026-01-31}",
           "training-assignments SET state = 'completed'", "training-assignments SET state = 'waived'";
    C36 "users" "has been here for a month and has taken no awareness training within a year":
        "training-assignments SET state = 'completed', completed_on = '2025-03-02'"
        => "training-assignments SET completed_on = '2025-03-03'";
    C36 "users" "has been here for a month and has taken no awareness training within a year":
        "trainings SET kind = 'role'" => "trainings SET kind = 'awareness'";
    C37 "communications" "is told again and again, and no next day is set":
        "every_months = 3, next_on = NULL" => "every_months = NULL", "next_on = '2026-04-01'";
    C37 "communications" "an entry of the communication plan":
        "retired_at = NULL" => RETIRED;
    C37 "communications" "does not say when, to whom, how or by whom":
        "retired_at = NULL, occasion = NULL, recipients = 'All', channel = 'Mail', owner_id = {owner}"
        => "occasion = 'Each quarter'";
    C37 "communications" "does not say when, to whom, how or by whom":
        "recipients = ''" => "recipients = 'All'";
    C37 "communications" "does not say when, to whom, how or by whom":
        "channel = ''" => "channel = 'Mail'";
    C37 "communications" "does not say when, to whom, how or by whom":
        "owner_id = NULL" => "owner_id = {owner}";
    C37 "communications" "was due and was not told":
        "next_on = '2026-03-01'" => "next_on = NULL", "next_on = '2026-03-02'";
    C38 "scopes" "the scope (4.3)":
        "state = 'approved'" => "state = 'inReview'";
    C38 "document-versions" "the policy (5.2)":
        "state = 'published', kind = 'policy'" => "state = 'approved'", "kind = 'topicPolicy'";
    C38 "methodologies" "how risks are assessed and treated (6.1.2, 6.1.3)":
        "state = 'approved'" => "state = 'draft'";
    C38 "statements" "the Statement of Applicability (6.1.3 d)":
        "state = 'approved'" => "state = 'inReview'";
    C38 "treatment-plans" "a treatment plan (6.1.3 e)":
        "state = 'approved'" => "state = 'inReview'";
    C38 "treatment-plans" "a treatment plan (6.1.3 e)":
        "state = 'completed'" => "state = 'superseded'";
    C38 "objectives" "objectives (6.2)":
        "state = 'approved'" => "state = 'draft'";
    C38 "objectives" "objectives (6.2)":
        "state = 'achieved'" => "state = 'missed'";
    C38 "document-versions" "documents that the organisation finds necessary (7.5.1 b)":
        "state = 'published', kind = 'procedure'" => "state = 'approved'", "kind = 'policy'";
    C38 "competences" "evidence of competence (7.2)":
        "state = 'confirmed'" => "state = 'claimed'";
    C38 "control-tests" "that controls work as planned, or its plan (8.1)":
        "state = 'planned'" => "state = 'cancelled'";
    C38 "control-tests" "that controls work as planned, or its plan (8.1)":
        "state = 'performed'" => "state = 'cancelled'";
    C38 "campaigns" "results of a risk assessment, or its plan (8.2)":
        "state = 'planned'" => "state = 'cancelled'";
    C38 "actions" "results of treatment, or what is planned (8.3)":
        "state = 'open'" => "state = 'cancelled'";
    C38 "metrics" "what is measured (9.1)":
        "state = 'active'" => "state = 'draft'", "state = 'withdrawn'";
    C38 "audit-programmes" "the audit programme (9.2.2)":
        "state = 'approved'" => "state = 'draft'", "state = 'superseded'";
    C38 "audits" "results of an internal audit, or its plan (9.2.2)":
        "state = 'planned'" => "state = 'cancelled'";
    C38 "management-reviews" "results of a management review, or its plan (9.3.3)":
        "retired_at = NULL" => RETIRED;
    C39 "document-versions" "a published version":
        "state = 'published'" => "state = 'superseded'";
    C39 "document-versions" "was approved by its author, or by nobody":
        "state = 'published', approved_by = NULL; -DocumentVersion.authorIds"
        => "state = 'superseded'", "approved_by = {users}";
    C39 "document-versions" "was approved by its author, or by nobody":
        "approved_by = {users}; +DocumentVersion.authorIds"
        => "approved_by = {management}", "-DocumentVersion.authorIds";
    C39 "document-versions" "was approved by its author, or by nobody":
        "approved_by = created_by" => "approved_by = {management}";
    C40 "documents" "a document":
        "state = 'active'" => "state = 'withdrawn'";
    C40 "documents" "past its review":
        "state = 'active', review_on = '2026-03-01'"
        => "state = 'withdrawn'", "review_on = NULL", "review_on = '2026-03-02'";
    C40 "documents" "does not say who issued it in which edition":
        "state = 'active', kind = 'external', issuer = '', issued_edition = 'Third'"
        => "state = 'withdrawn'", "kind = 'record'", "issuer = 'The city'";
    C40 "documents" "does not say who issued it in which edition":
        "issued_edition = NULL" => "issued_edition = 'Third'";
    C72 "document-versions" "has waited for a month":
        "state = 'inReview', submitted_at = {2026-01-30}" => "state = 'draft'", "submitted_at = {2026-01-31}";
    C72 "document-versions" "has waited for a month":
        "state = 'approved', approved_at = {2026-01-30}" => "state = 'published'", "approved_at = {2026-01-31}";
    C73 "trainings" "an awareness training with its people":
        "kind = 'awareness'; training-assignments SET training_id = {trainings}, retired_at = NULL"
        => "kind = 'technical'", "training-assignments SET retired_at = 1",
           "training-assignments SET training_id = {users}";
}
