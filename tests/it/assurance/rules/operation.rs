//! Clause 8, and the controls that run.

use super::{RETIRED, Register, cases};
use serde_json::json;

#[tokio::test]
async fn the_rules_of_clause_8_tell_what_they_say() {
    let mut register = Register::new().await;
    let campaign = json!({"title": "Again", "startsOn": register.app.in_days(40), "endsOn": register.app.in_days(60)});
    register.ids.insert("campaigns 2", register.team.manager.create("campaigns", campaign).await);
    let assessment = json!({"title": "Second look", "supplierId": register.ids["suppliers"]});
    let assessment = register.team.manager.create("supplier-assessments", assessment).await;
    register.ids.insert("supplier-assessments 2", assessment);
    register.walk(CASES).await;
}

cases! {
    C41 "control-tests" "a test that was performed":
        "state = 'performed'" => "state = 'cancelled'";
    C41 "control-tests" "was not performed in time":
        "state = 'planned', planned_on = '2026-03-01'" => "state = 'cancelled'", "planned_on = '2026-03-02'";
    C41 "control-tests" "found a control that does not work, and nothing is done about it":
        "state = 'performed', result = 'ineffective', performed_at = {2026-02-01}; -Action.controlIds; \
         -Nonconformity.controlIds"
        => "state = 'planned'", "result = 'partly'", "+Nonconformity.controlIds", "+Action.controlIds";
    C41 "control-tests" "found a control that does not work, and nothing is done about it":
        "actions SET state = 'cancelled'" => "actions SET state = 'open'";
    C41 "control-tests" "found a control that does not work, and nothing is done about it":
        "actions SET retired_at = 1" => "actions SET retired_at = NULL";
    C41 "control-tests" "found a control that does not work, and nothing is done about it":
        "actions SET state = 'done', done_at = {2026-01-31}" => "actions SET done_at = {2026-02-01}";
    C41 "control-tests" "found a control that does not work, and nothing is done about it":
        "actions SET state = 'verified', done_at = {2026-01-31}" => "actions SET done_at = {2026-02-01}";
    C41 "control-tests" "found a control that does not work, and nothing is done about it":
        "-Action.controlIds; +Nonconformity.controlIds; nonconformities SET retired_at = 1"
        => "nonconformities SET retired_at = NULL";
    C41 "control-tests" "found a control that does not work, and nothing is done about it":
        "nonconformities SET state = 'closed', verified_at = {2026-01-31}"
        => "nonconformities SET verified_at = {2026-02-01}", "nonconformities SET state = 'implemented'";
    C42 "suppliers" "a supplier that may be used":
        "state = 'approved'" => "state = 'prospect'";
    C42 "suppliers" "a supplier that may be used":
        "state = 'conditional'" => "state = 'suspended'";
    C42 "assets" "comes from outside, and no supplier is named":
        "state = 'active', kind = 'supplierService'; -Supplier.assetIds"
        => "state = 'disposed'", "kind = 'service'", "+Supplier.assetIds";
    C42 "assets" "comes from outside, and no supplier is named":
        "suppliers SET state = 'exited'" => "suppliers SET state = 'approved'";
    C42 "assets" "comes from outside, and no supplier is named":
        "suppliers SET retired_at = 1" => "suppliers SET retired_at = NULL";
    C43 "campaigns" "an approved assessment":
        "state = 'approved'" => "state = 'inReview'", "state = 'cancelled'";
    C43 "campaigns" "was the last one, more than a year ago":
        "state = 'approved', approved_at = {2025-03-01}; campaigns 2 SET state = 'inReview', approved_at = {2025-03-02}"
        => "state = 'cancelled'", "approved_at = {2025-03-02}", "campaigns 2 SET state = 'approved'";
    C43 "campaigns" "was the last one, more than a year ago":
        "campaigns 2 SET approved_at = {2025-02-28}" => "campaigns 2 SET approved_at = {2025-03-02}";
    C44 "incidents" "was severe, and no risk that came true was rated since":
        "severity = 2, state = 'closed', declared_at = {2026-02-01}; -Incident.riskIds; \
         risks SET assessed_at = {2026-02-01}"
        => "severity = 3", "state = 'eradicated'", "+Incident.riskIds";
    C44 "incidents" "was severe, and no risk that came true was rated since":
        "state = 'recovered'; risks SET assessed_at = {2026-01-31}" => "risks SET assessed_at = {2026-02-01}";
    C44 "incidents" "was severe, and no risk that came true was rated since":
        "state = 'reviewed'; risks SET retired_at = 1" => "risks SET retired_at = NULL";
    C45 "actions" "an action":
        "retired_at = NULL" => RETIRED;
    C45 "actions" "is past its day":
        "state = 'blocked', due_on = '2026-03-01', retired_at = NULL; +Action.riskIds"
        => "state = 'done'", "due_on = '2026-03-02'", "-Action.riskIds";
    C46 "actions" "a verified action":
        "state = 'verified'" => "state = 'done'";
    C46 "actions" "has no proof":
        "state = 'verified', proof = ''" => "state = 'cancelled'", "proof = 'The log'";
    C46 "actions" "has no proof":
        "proof = NULL" => "proof = 'The log'";
    C46 "actions" "treats a risk, and no accepted evidence shows that it was done":
        "state = 'verified'; +Action.riskIds; -Evidence.actionIds"
        => "state = 'done'", "-Action.riskIds",
           "evidence-items SET state = 'accepted', valid_until = NULL, retired_at = NULL; +Evidence.actionIds";
    C46 "actions" "was done a month ago and is not verified":
        "state = 'done', done_at = {2026-01-30}" => "state = 'verified'", "done_at = {2026-01-31}";
    C60 "assets" "an asset in use":
        "state = 'active'" => "state = 'planned'", "state = 'disposed'";
    C60 "assets" "nobody answers for it":
        "state = 'active', owner_id = NULL, created_at = {2026-02-15}"
        => "state = 'planned'", "owner_id = {owner}", "created_at = {2026-02-16}";
    C60 "assets" "nobody answers for it":
        "owner_id = {owner}; owner SET active = FALSE" => "owner SET active = TRUE";
    C60 "assets" "past its review":
        "state = 'active', review_on = '2026-03-01'"
        => "state = 'retiring'", "review_on = NULL", "review_on = '2026-03-02'";
    C61 "access-reviews" "a review of access rights within a year":
        "state = 'completed', completed_at = {2025-03-03}" => "state = 'open'", "completed_at = {2025-03-02}";
    C61 "access-reviews" "is past its day":
        "state = 'open', due_on = '2026-03-01'" => "state = 'completed'", "due_on = '2026-03-02'";
    C61 "access-rights" "was decided on more than a week ago and nothing was done":
        "state = 'toRevoke', decided_at = {2026-02-22}"
        => "state = 'kept'", "state = 'carriedOut'", "decided_at = {2026-02-23}";
    C61 "access-rights" "was decided on more than a week ago and nothing was done":
        "state = 'toChange', decided_at = {2026-02-22}" => "state = 'undecided'";
    C61 "role-assignments" "is held by somebody who has left":
        "user_id = {owner}, retired_at = NULL; owner SET active = FALSE" => RETIRED, "owner SET active = TRUE";
    C61 "role-assignments" "is held by somebody who has left":
        "owner SET retired_at = 1" => "owner SET retired_at = NULL";
    C61 "responsibilities" "is borne by somebody who has left":
        "holder_id = {owner}; owner SET active = FALSE" => "holder_id = {manager}", "owner SET active = TRUE";
    C61 "responsibilities" "is borne by somebody who has left":
        "owner SET retired_at = 1" => "owner SET retired_at = NULL";
    C62 "suppliers" "a supplier":
        "retired_at = NULL" => RETIRED;
    C62 "suppliers" "has no valid assessment":
        "criticality = 3, state = 'approved', retired_at = NULL; \
         supplier-assessments SET state = 'draft', conclusion = 'ok', valid_until = '2026-03-02'"
        => "criticality = 2", "state = 'suspended'", "supplier-assessments SET state = 'concluded'";
    C62 "suppliers" "has no valid assessment":
        "state = 'conditional'; supplier-assessments SET valid_until = '2026-03-01'"
        => "supplier-assessments SET valid_until = '2026-03-02'";
    C62 "suppliers" "has no valid assessment":
        "supplier-assessments SET conclusion = 'blocker'" => "supplier-assessments SET conclusion = 'conditional'";
    C62 "suppliers" "has no valid assessment":
        "supplier-assessments SET concluded_at = {2026-02-01}; supplier-assessments 2 SET conclusion = 'blocker', \
         state = 'concluded', concluded_at = {2026-02-02}"
        => "supplier-assessments 2 SET concluded_at = {2026-02-01}", "supplier-assessments 2 SET state = 'draft'";
    C62 "suppliers" "has no valid assessment":
        "supplier-assessments SET retired_at = 1; \
         exceptions SET supplier_id = {suppliers}, state = 'draft', starts_on = '2026-03-02', expires_on = '2026-03-02'"
        => "exceptions SET state = 'approved'", "supplier-assessments SET retired_at = NULL";
    C62 "suppliers" "has no contract in force":
        "criticality = 3, state = 'approved'; contracts SET ends_on = '2026-03-01'"
        => "criticality = 2", "state = 'suspended'", "contracts SET ends_on = NULL",
           "contracts SET ends_on = '2026-03-02'";
    C62 "suppliers" "has no contract in force":
        "state = 'conditional'; exceptions SET state = 'draft'; contracts SET starts_on = '2026-03-03'"
        => "exceptions SET state = 'approved'", "contracts SET starts_on = '2026-03-02'";
    C62 "suppliers" "has no contract in force":
        "contracts SET retired_at = 1" => "contracts SET retired_at = NULL";
    C62 "suppliers" "has no exit plan":
        "criticality = 3, kind = 'cloud', state = 'approved', exit_plan = ''"
        => "criticality = 2", "kind = 'ict'", "state = 'prospect'", "exit_plan = 'Elsewhere'";
    C62 "suppliers" "has no exit plan":
        "state = 'conditional', exit_plan = NULL" => "exit_plan = 'Elsewhere'";
    C63 "notifications" "was due and was not given":
        "state = 'pending', due_at = {2026-03-01}" => "state = 'sent'", "due_at = NULL", "due_at = {2026-03-02}";
    C63 "incidents" "was declared a month ago and is not closed":
        "severity = 2, state = 'declared', declared_at = {2026-01-30}"
        => "severity = 3", "state = 'closed'", "declared_at = {2026-01-31}";
    C63 "incidents" "was declared a month ago and is not closed":
        "severity = 2, state = 'contained', declared_at = {2026-01-30}" => "declared_at = {2026-01-31}";
    C63 "incidents" "was declared a month ago and is not closed":
        "state = 'eradicated', declared_at = {2026-01-30}" => "declared_at = {2026-01-31}";
    C63 "incidents" "was declared a month ago and is not closed":
        "state = 'recovered', declared_at = {2026-01-30}" => "declared_at = {2026-01-31}";
    C63 "incidents" "was declared a month ago and is not closed":
        "severity = 1, state = 'reviewed', declared_at = {2026-01-30}" => "state = 'noIncident'";
    C64 "continuity-exercises" "an exercise that was held":
        "state = 'held'" => "state = 'planned'", "state = 'cancelled'";
    C64 "assets" "was in no exercise within a year":
        "state = 'active', availability = 4, kind = 'software'; -ContinuityExercise.assetIds; \
         continuity-exercises SET state = 'held', held_on = '2025-03-03'"
        => "state = 'retiring'", "availability = 3", "kind = 'information'", "+ContinuityExercise.assetIds";
    C64 "assets" "was in no exercise within a year":
        "kind = 'service'; continuity-exercises SET held_on = '2025-03-02'"
        => "continuity-exercises SET held_on = '2025-03-03'";
    C64 "assets" "was in no exercise within a year":
        "kind = 'hardware'; continuity-exercises SET state = 'cancelled'" => "continuity-exercises SET state = 'held'";
    C64 "assets" "was in no exercise within a year":
        "continuity-exercises SET retired_at = 1" => "continuity-exercises SET retired_at = NULL";
    C64 "continuity-exercises" "missed its target, and nothing is done about it":
        "state = 'held', met = FALSE; actions SET exercise_id = NULL"
        => "state = 'planned'", "met = TRUE", "actions SET exercise_id = {continuity-exercises}";
    C64 "continuity-exercises" "missed its target, and nothing is done about it":
        "actions SET retired_at = 1" => "actions SET retired_at = NULL";
    C65 "legal-requirements" "an obligation that applies":
        "applicability = 'applicable'" => "applicability = 'undecided'", "applicability = 'notApplicable'";
    C65 "legal-requirements" "is not met, or nobody knows":
        "applicability = 'applicable', compliance = 'unknown'"
        => "applicability = 'notApplicable'", "compliance = 'met'";
    C65 "legal-requirements" "is not met, or nobody knows":
        "applicability = 'applicable', compliance = 'notMet'" => "compliance = 'partly'";
    C65 "legal-requirements" "has no owner, or does not say how it is met":
        "applicability = 'applicable', owner_id = NULL, how_met = 'Locks'"
        => "applicability = 'undecided'", "owner_id = {owner}";
    C65 "legal-requirements" "has no owner, or does not say how it is met":
        "how_met = ''" => "how_met = 'Locks'";
    C65 "legal-requirements" "was evaluated more than a year ago":
        "applicability = 'applicable', evaluated_at = {2025-03-01}"
        => "applicability = 'undecided'", "evaluated_at = {2025-03-02}";
    C66 "vulnerabilities" "is past its day":
        "state = 'open', due_on = '2026-03-01'" => "state = 'known'", "due_on = NULL", "due_on = '2026-03-02'";
    C66 "vulnerabilities" "is past its day":
        "state = 'triaged', due_on = '2026-03-01'" => "state = 'accepted'";
    C66 "vulnerabilities" "is past its day":
        "state = 'remediating'" => "state = 'fixed'", "state = 'falsePositive'";
    C67 "exceptions" "has ended and was not closed":
        "state = 'approved', expires_on = '2026-03-01'"
        => "state = 'closed'", "state = 'revoked'", "expires_on = '2026-03-02'";
    C74 "incidents" "was reported more than a day ago and nobody has decided on it":
        "state = 'reported', created_at = {2026-02-28}" => "state = 'noIncident'", "created_at = {2026-03-01}";
    C75 "contracts" "a contract":
        "retired_at = NULL" => RETIRED;
    C75 "contracts" "lacks the right to audit, notice of incidents, or return of data":
        "audit_right = FALSE, incident_notice_hours = 24, return_or_deletion = TRUE, retired_at = NULL; \
         suppliers SET criticality = 3, state = 'approved'"
        => "suppliers SET criticality = 2", "suppliers SET state = 'suspended'", "audit_right = TRUE";
    C75 "contracts" "lacks the right to audit, notice of incidents, or return of data":
        "incident_notice_hours = NULL; suppliers SET state = 'conditional'" => "incident_notice_hours = 24";
    C75 "contracts" "lacks the right to audit, notice of incidents, or return of data":
        "return_or_deletion = FALSE" => "return_or_deletion = TRUE";
    C76 "suppliers" "past its review":
        "state = 'approved', review_on = '2026-03-01'"
        => "state = 'prospect'", "review_on = NULL", "review_on = '2026-03-02'";
    C76 "suppliers" "past its review":
        "state = 'conditional', review_on = '2026-03-01'" => "state = 'exited'";
}
