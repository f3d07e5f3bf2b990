//! Clause 9.

use super::{Register, cases};
use crate::evaluation::management_review::planned;

#[tokio::test]
async fn the_rules_of_clause_9_tell_what_they_say() {
    let mut register = Register::new().await;
    let review = planned(&register.app, &register.team).await;
    register.ids.insert("management-reviews 2", review);
    register.walk(CASES).await;
}

cases! {
    C47 "metrics" "an active metric":
        "state = 'active'" => "state = 'draft'", "state = 'withdrawn'";
    C47 "measurements" "a measurement":
        "replaced = FALSE" => "replaced = TRUE";
    C47 "metrics" "was not measured for a period that is over":
        "state = 'active', first_due_on = '2026-03-01'; \
         measurements SET next_due_on = '2026-03-01', replaced = FALSE"
        => "state = 'withdrawn'", "first_due_on = NULL", "first_due_on = '2026-03-02'",
           "measurements SET next_due_on = '2026-03-02'";
    C47 "metrics" "was not measured for a period that is over":
        "first_due_on = '2026-03-01'; measurements SET replaced = TRUE" => "measurements SET replaced = FALSE";
    C47 "metrics" "was not measured for a period that is over":
        "measurements SET retired_at = 1" => "measurements SET retired_at = NULL";
    C48 "measurements" "a measurement":
        "replaced = FALSE" => "replaced = TRUE";
    C48 "measurements" "is not as aimed at, and nobody has said what it means":
        "replaced = FALSE, verdict = 'amber', evaluated_at = NULL"
        => "replaced = TRUE", "verdict = 'green'", "evaluated_at = {2026-03-02}";
    C48 "measurements" "is not as aimed at, and nobody has said what it means":
        "verdict = 'red', evaluated_at = NULL" => "evaluated_at = {2026-03-02}";
    C49 "audit-programmes" "an approved audit programme":
        "state = 'approved'" => "state = 'draft'", "state = 'superseded'";
    C49 "audits" "has no criteria or no scope":
        "state = 'planned', criteria = '', scope = 'Head office'" => "state = 'cancelled'", "criteria = 'Our rules'";
    C49 "audits" "has no criteria or no scope":
        "scope = NULL" => "scope = 'Head office'";
    C50 "audits" "an internal audit reported within a year":
        "kind = 'internal', state = 'reported', issued_at = {2025-03-03}"
        => "kind = 'supplier'", "state = 'inProgress'", "issued_at = {2025-03-02}";
    C50 "audits" "an internal audit reported within a year":
        "state = 'closed', issued_at = {2025-03-03}" => "state = 'cancelled'";
    C50 "audits" "an internal audit of clause 4, reported within the cycle":
        r#"kind = 'internal', state = 'reported', clauses = '["5.2", "4.1"]', issued_at = {2023-03-04}; checklist-items SET audit_id = {audits}, requirement = '4.3', result = 'conform', retired_at = NULL"#
        => "checklist-items SET result = 'notChecked'", "kind = 'special'", "state = 'inProgress'", "issued_at = {2023-03-03}", r#"clauses = '["5.2", "10.2"]'"#;
    C50 "audits" "an internal audit of clause 5, reported within the cycle":
        r#"kind = 'internal', state = 'closed', clauses = '["5.3"]', issued_at = {2023-03-04}"#
        => "kind = 'special'", "state = 'inProgress'", "issued_at = {2023-03-03}", r#"clauses = '["4.1", "6.2"]'"#;
    C50 "audits" "an internal audit of clause 6, reported within the cycle":
        r#"kind = 'internal', state = 'reported', clauses = '["6.1.2"]', issued_at = {2023-03-04}"#
        => "kind = 'special'", "state = 'inProgress'", "issued_at = {2023-03-03}", r#"clauses = '["7.3", "9.1"]'"#;
    C50 "audits" "an internal audit of clause 7, reported within the cycle":
        r#"kind = 'internal', state = 'reported', clauses = '["7.5.1"]', issued_at = {2023-03-04}; checklist-items SET requirement = '7.5.1', result = 'conform'"#
        => "kind = 'special'", "state = 'inProgress'", "issued_at = {2023-03-03}", r#"clauses = '["8.1", "5.2"]'"#;
    C50 "audits" "an internal audit of clause 8, reported within the cycle":
        r#"kind = 'internal', state = 'reported', clauses = '["8.1"]', issued_at = {2023-03-04}"#
        => "kind = 'special'", "state = 'inProgress'", "issued_at = {2023-03-03}", r#"clauses = '["9.1", "6.1.2"]'"#;
    C50 "audits" "an internal audit of clause 9, reported within the cycle":
        r#"kind = 'internal', state = 'reported', clauses = '["9.2.1"]', issued_at = {2023-03-04}"#
        => "kind = 'special'", "state = 'inProgress'", "issued_at = {2023-03-03}", r#"clauses = '["10.2", "8.3"]'"#;
    C50 "audits" "an internal audit of clause 10, reported within the cycle":
        r#"kind = 'internal', state = 'reported', clauses = '["10.1"]', issued_at = {2023-03-04}"#
        => "kind = 'special'", "state = 'inProgress'", "issued_at = {2023-03-03}", r#"clauses = '["4.1", "9.3.1"]'"#;
    C50 "controls" "no internal audit of the cycle has covered it, and none to come will":
        "applicability = 'applicable'; -Audit.controlIds; \
         audits SET kind = 'internal', state = 'reported', issued_at = {2023-03-04}"
        => "applicability = 'excluded'", "+Audit.controlIds";
    C50 "controls" "no internal audit of the cycle has covered it, and none to come will":
        "audits SET kind = 'supplier'" => "audits SET kind = 'internal'";
    C50 "controls" "no internal audit of the cycle has covered it, and none to come will":
        "audits SET issued_at = {2023-03-03}" => "audits SET issued_at = {2023-03-04}";
    C50 "controls" "no internal audit of the cycle has covered it, and none to come will":
        "audits SET retired_at = 1" => "audits SET retired_at = NULL";
    C50 "controls" "no internal audit of the cycle has covered it, and none to come will":
        "audits SET state = 'cancelled', planned_to = '2026-03-02'"
        => "audits SET state = 'closed'", "audits SET state = 'announced'", "audits SET state = 'inProgress'",
           "audits SET state = 'planned'";
    C50 "controls" "no internal audit of the cycle has covered it, and none to come will":
        "audits SET planned_to = '2026-03-01'" => "audits SET planned_to = '2026-03-02'";
    C51 "audits" "an internal audit":
        "kind = 'internal', state = 'planned'" => "kind = 'supplier'", "state = 'cancelled'";
    C51 "audits" "one of its auditors owns a control that it looks at":
        "kind = 'internal', state = 'planned'; -Audit.auditorIds; +Audit.auditorIds; +Audit.controlIds; \
         controls SET owner_id = {users}"
        => "kind = 'special'", "state = 'reported'", "controls SET owner_id = NULL", "-Audit.auditorIds",
           "-Audit.controlIds";
    C51 "audits" "one of its auditors owns a control that it looks at":
        "state = 'announced'; +Audit.controlIds" => "state = 'cancelled'";
    C51 "audits" "one of its auditors owns a control that it looks at":
        "state = 'inProgress'" => "controls SET owner_id = {owner}";
    C52 "audits" "a report":
        "kind = 'internal', state = 'reported'" => "kind = 'supplier'", "state = 'inProgress'";
    C52 "audits" "a report":
        "state = 'closed'" => "state = 'cancelled'";
    C52 "audits" "is past its last day and not reported":
        "kind = 'internal', state = 'inProgress', planned_to = '2026-03-01'"
        => "kind = 'supplier'", "state = 'reported'", "state = 'cancelled'", "planned_to = '2026-03-02'";
    C52 "audits" "is past its last day and not reported":
        "state = 'planned', planned_to = '2026-03-01'" => "state = 'closed'";
    C52 "audits" "its report went to nobody":
        "kind = 'internal', state = 'reported', distribution_ids = '[]'"
        => "kind = 'special'", "state = 'inProgress'", r#"distribution_ids = '["somebody"]'"#;
    C52 "audits" "its report went to nobody":
        "kind = 'internal', state = 'closed', distribution_ids = '[]'" => "state = 'cancelled'";
    C53 "management-reviews" "an approved management review":
        "state = 'approved'" => "state = 'held'", "state = 'inReview'";
    C53 "management-reviews" "was the last one, more than a year ago":
        "state = 'approved', approved_at = {2025-03-01}; \
         management-reviews 2 SET state = 'inReview', approved_at = {2025-03-02}"
        => "state = 'inReview'", "approved_at = {2025-03-02}", "management-reviews 2 SET state = 'approved'";
    C53 "management-reviews" "was the last one, more than a year ago":
        "management-reviews 2 SET approved_at = {2025-02-28}" => "management-reviews 2 SET approved_at = {2025-03-02}";
    C54 "management-reviews" "a review with its inputs":
        "state = 'held', inputs_hash = 'b5'" => "inputs_hash = ''", "state = 'compiled'";
    C54 "management-reviews" "a review with its inputs":
        "state = 'inReview'" => "state = 'planned'";
    C54 "management-reviews" "a review with its inputs":
        "state = 'approved'" => "inputs_hash = ''";
    C55 "management-reviews" "an approved management review":
        "state = 'approved'" => "state = 'inReview'";
    C55 "actions" "was decided by a review and is past its day":
        "review_id = {management-reviews}, state = 'open', due_on = '2026-03-01'"
        => "review_id = NULL", "state = 'done'", "due_on = '2026-03-02'";
    C68 "certificates" "no audit is planned for it within a year and before it ends":
        "state = 'valid', expires_on = NULL; certification-audits SET certificate_id = {certificates}, state = 'cancelled'"
        => "state = 'withdrawn'", "certification-audits SET state = 'planned'";
    C68 "certificates" "no audit is planned for it within a year and before it ends":
        "certification-audits SET retired_at = 1" => "certification-audits SET retired_at = NULL";
    C68 "certificates" "no audit is planned for it within a year and before it ends":
        "expires_on = '2028-01-01'; certification-audits SET planned_on = '2027-03-04'"
        => "certification-audits SET planned_on = '2027-03-03'";
    C68 "certificates" "no audit is planned for it within a year and before it ends":
        "expires_on = '2027-03-02'" => "expires_on = '2027-03-03'";
    C68 "certificates" "no audit is planned for it within a year and before it ends":
        "certification-audits SET certificate_id = NULL"
        => "certification-audits SET certificate_id = {certificates}";
    C68 "organisations" "its trail of changes is not what was sealed, or nobody has looked for two days":
        "tenant_counter SET checked_at = {2026-03-01}, trail_fault = 'entry 7'"
        => "tenant_counter SET trail_fault = NULL";
    C68 "organisations" "its trail of changes is not what was sealed, or nobody has looked for two days":
        "tenant_counter SET checked_at = {2026-02-27}" => "tenant_counter SET checked_at = {2026-02-28}";
    C68 "organisations" "files of its records are missing or were changed, or the database is damaged; the log of the service tells which":
        "tenant_counter SET content_fault = 'the file of EVD-0007 is missing'"
        => "tenant_counter SET content_fault = NULL";
    C68 "certification-audits" "is less than two months away and not booked":
        "state = 'planned', booked = FALSE, planned_on = '2026-04-30'"
        => "state = 'done'", "booked = TRUE", "planned_on = '2026-05-01'";
    C68 "findings" "was found by the certification body, and no nonconformity in time deals with it":
        "certification_audit_id = {certification-audits}, grade = 'minor', state = 'issued'; \
         nonconformities SET finding_id = NULL, state = 'open', due_on = NULL"
        => "certification_audit_id = NULL", "grade = 'observation'", "state = 'verified'", "state = 'closed'",
           "nonconformities SET finding_id = {findings}";
    C68 "findings" "was found by the certification body, and no nonconformity in time deals with it":
        "grade = 'major'; nonconformities SET state = 'open', due_on = '2026-03-01'"
        => "nonconformities SET state = 'implemented'", "nonconformities SET state = 'closed'",
           "nonconformities SET due_on = '2026-03-02'";
    C68 "findings" "was found by the certification body, and no nonconformity in time deals with it":
        "nonconformities SET retired_at = 1" => "nonconformities SET retired_at = NULL";
    C68 "certificates" "ends within three months":
        "state = 'valid', expires_on = '2026-05-30'" => "state = 'expired'", "expires_on = '2026-05-31'";
    C77 "findings" "waits for an answer past its day":
        "state = 'issued', respond_by = '2026-03-01'"
        => "state = 'accepted'", "respond_by = NULL", "respond_by = '2026-03-02'";
    C78 "metrics" "past its review":
        "state = 'active', review_on = '2026-03-01'"
        => "state = 'draft'", "review_on = NULL", "review_on = '2026-03-02'";
}
