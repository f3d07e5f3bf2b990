//! Clause 6, and 7.1.

use super::{RETIRED, Register, cases};
use crate::records::rated;
use serde_json::json;

#[tokio::test]
async fn the_rules_of_clause_6_tell_what_they_say() {
    let mut register = Register::new().await;
    let manager = register.team.manager.clone();
    let twin = manager.create("risks", rated("Flood", &register.team.owner, 2, 2)).await;
    let test = json!({"title": "Look", "controlId": register.ids["controls"], "plannedOn": register.app.in_days(10)});
    let test = manager.create("control-tests", test).await;
    register.ids.extend([("risks 2", twin), ("control-tests 2", test)]);
    let found = "result = 'ineffective', performed_at = {2026-02-01}";
    register.apply("control-tests 2", found).await;
    register.apply("control-tests", "result = 'effective', performed_at = {2025-01-31}").await;
    register.apply("acceptances", "expires_on = '2026-03-02', decided_at = {2026-03-02}").await;
    register.apply("acceptances", "risk_hash = (SELECT content_hash FROM risk WHERE id = {risks})").await;
    register.walk(CASES).await;
}

cases! {
    C15 "risks" "a risk to the ISMS itself":
        "kind = 'isms'" => "kind = 'security'";
    C15 "opportunities" "an opportunity":
        "retired_at = NULL" => RETIRED;
    C15 "opportunities" "was not taken in time":
        "state = 'identified', due_on = '2026-03-01', retired_at = NULL"
        => "due_on = '2026-03-02'", "due_on = NULL", "state = 'dropped'";
    C15 "opportunities" "was not taken in time":
        "state = 'planned'" => "state = 'realised'";
    C16 "methodologies" "an approved methodology":
        "state = 'approved'" => "state = 'draft'", "state = 'superseded'";
    C17 "risks" "a rated risk":
        "current_level = 3" => "current_level = NULL";
    C17 "risks" "nobody who is active owns it":
        "state = 'monitored', owner_id = NULL" => "state = 'closed'", "owner_id = {owner}";
    C17 "risks" "nobody who is active owns it":
        "state = 'identified'; owner SET active = FALSE" => "owner SET active = TRUE";
    C17 "risks" "is not rated":
        "state = 'identified', current_level = NULL" => "state = 'closed'", "current_level = 3";
    C17 "risks" "does not say what it harms":
        "state = 'identified', affects = '[]'" => "state = 'closed'", r#"affects = '["integrity"]'"#;
    C18 "assets" "an asset":
        "retired_at = NULL" => RETIRED;
    C18 "assets" "has a high need and stands in no risk":
        "state = 'active', confidentiality = 3, integrity = 2, availability = 2, retired_at = NULL; -Risk.assetIds; \
         risks SET state = 'monitored', retired_at = NULL"
        => "state = 'planned'", "+Risk.assetIds", "confidentiality = 2";
    C18 "assets" "has a high need and stands in no risk":
        "integrity = 3; -Risk.assetIds" => "integrity = 2";
    C18 "assets" "has a high need and stands in no risk":
        "availability = 3" => "availability = 2";
    C18 "assets" "has a high need and stands in no risk":
        "availability = 3; +Risk.assetIds; risks SET state = 'closed', retired_at = NULL"
        => "risks SET state = 'monitored'";
    C18 "assets" "has a high need and stands in no risk":
        "risks SET retired_at = 1" => "risks SET retired_at = NULL";
    C19 "risks" "a risk":
        "retired_at = NULL" => RETIRED;
    C19 "risks 2" "has the title of another risk of its unit":
        "title = 'FIRE', state = 'identified'; risks SET retired_at = NULL, state = 'monitored'"
        => "title = 'Flood'", "state = 'closed'", "risks SET state = 'closed'", "risks SET retired_at = 1",
           "unit_id = (SELECT id FROM unit WHERE parent_id IS NOT NULL LIMIT 1)";
    C20 "statements" "an approved Statement of Applicability":
        "state = 'approved'" => "state = 'inReview'", "state = 'superseded'";
    C20 "controls" "the 93 controls of Annex A":
        "origin = 'annexA'" => "origin = 'own'";
    C21 "controls" "a control that was decided on":
        "applicability = 'excluded'" => "applicability = 'undecided'";
    C21 "controls" "a control that was decided on":
        "applicability = 'applicable'" => "applicability = 'undecided'";
    C21 "controls" "nobody has decided on it":
        "applicability = 'undecided'" => "applicability = 'excluded'", "applicability = 'applicable'";
    C21 "controls" "has no justification":
        "applicability = 'applicable', justification = ''"
        => "applicability = 'undecided'", "justification = 'The law'";
    C21 "controls" "has no justification":
        "applicability = 'excluded', justification = NULL" => "justification = 'Nothing to do with us'";
    C22 "controls" "a control that applies":
        "applicability = 'applicable'" => "applicability = 'excluded'", "applicability = 'undecided'";
    C22 "controls" "is chosen by a treatment, but does not apply":
        "applicability = 'excluded'; +Risk.plannedControlIds; risks SET state = 'inTreatment', retired_at = NULL"
        => "applicability = 'applicable'", "risks SET state = 'closed'", "risks SET retired_at = 1",
           "-Risk.plannedControlIds";
    C22 "controls" "applies for no reason":
        "applicability = 'applicable', reasons = '[]'" => "applicability = 'excluded'", r#"reasons = '["law"]'"#;
    C23 "control-tests" "a test that was performed":
        "state = 'performed'" => "state = 'cancelled'", "state = 'planned'";
    C23 "controls" "its latest test does not show that it works, or was performed too long ago":
        "applicability = 'applicable', status = 'implemented'; control-tests SET state = 'planned'"
        => "applicability = 'excluded'", "status = 'partial'", "control-tests SET state = 'performed'";
    C23 "controls" "its latest test does not show that it works, or was performed too long ago":
        "control-tests SET performed_at = {2025-01-30}" => "control-tests SET performed_at = {2025-01-31}";
    C23 "controls" "its latest test does not show that it works, or was performed too long ago":
        "control-tests SET valid_until = '2026-03-01'" => "control-tests SET valid_until = '2026-03-02'";
    C23 "controls" "its latest test does not show that it works, or was performed too long ago":
        "control-tests SET result = 'partly'" => "control-tests SET result = 'effective'";
    C23 "controls" "its latest test does not show that it works, or was performed too long ago":
        "control-tests SET retired_at = 1" => "control-tests SET retired_at = NULL";
    C23 "controls" "its latest test does not show that it works, or was performed too long ago":
        "control-tests 2 SET state = 'performed', performed_at = {2026-02-01}, retired_at = NULL"
        => "control-tests 2 SET performed_at = {2025-01-30}", "control-tests 2 SET retired_at = 1",
           "control-tests 2 SET state = 'planned'";
    C23 "controls" "its latest test does not show that it works, or was performed too long ago":
        "control-tests 2 SET state = 'performed', performed_at = {2025-01-31}"
        => "control-tests 2 SET state = 'planned'";
    C23 "evidence-items" "evidence that was accepted":
        "state = 'accepted', valid_until = '2026-03-02', retired_at = NULL"
        => "state = 'pending'", "valid_until = '2026-03-01'", super::RETIRED;
    C23 "controls" "no accepted evidence counts for it today":
        "applicability = 'applicable', status = 'implemented'; -Evidence.controlIds"
        => "applicability = 'excluded'", "status = 'partial'",
           "evidence-items SET state = 'accepted', valid_until = NULL, retired_at = NULL; +Evidence.controlIds";
    C24 "controls" "a control that applies":
        "applicability = 'applicable'" => "applicability = 'excluded'";
    C24 "controls" "is not implemented and has no day ahead":
        "applicability = 'applicable', status = 'planned', target_on = '2026-03-01'"
        => "applicability = 'excluded'", "status = 'implemented'", "target_on = '2026-03-02'";
    C24 "controls" "is not implemented and has no day ahead":
        "target_on = NULL" => "target_on = '2026-03-02'";
    C24 "controls" "is not implemented, and no action implements it":
        "applicability = 'applicable', status = 'planned'; -Action.controlIds"
        => "applicability = 'excluded'", "status = 'implemented'",
           "actions SET state = 'open', retired_at = NULL; +Action.controlIds";
    C24 "controls" "is not implemented, and no action implements it":
        "actions SET state = 'done'" => "actions SET state = 'inProgress'";
    C24 "controls" "is not implemented, and no action implements it":
        "actions SET retired_at = 1" => "actions SET retired_at = NULL";
    C25 "statements" "an approved Statement of Applicability":
        "state = 'approved'" => "state = 'superseded'";
    C25 "statements" "is older than the scope or the last assessment":
        "state = 'approved', approved_at = {2026-02-01}; scopes SET state = 'approved', approved_at = {2026-02-02}"
        => "state = 'superseded'", "approved_at = {2026-02-02}", "scopes SET state = 'superseded'";
    C25 "statements" "is older than the scope or the last assessment":
        "approved_at = {2026-02-01}; campaigns SET state = 'approved', approved_at = {2026-02-02}"
        => "approved_at = {2026-02-02}", "campaigns SET state = 'inReview'";
    C26 "risks" "a rated risk":
        "current_level = 3" => "current_level = NULL";
    C26 "risks" "nothing is done about it":
        "state = 'inTreatment', current_level = 3, above_criterion = TRUE, retired_at = NULL; \
         treatment-plans SET state = 'draft'; acceptances SET state = 'requested'; methodologies SET state = 'approved'"
        => "state = 'closed'", "current_level = NULL", "above_criterion = FALSE", "acceptances SET state = 'accepted'",
           "treatment-plans SET state = 'approved'; actions SET state = 'open', due_on = '2026-03-02'",
           "treatment-plans SET state = 'approved'; actions SET state = 'open', due_on = '2026-03-01'";
    C27 "treatment-plans" "an approved treatment plan":
        "state = 'approved'" => "state = 'draft'", "state = 'superseded'";
    C27 "treatment-plans" "an approved treatment plan":
        "state = 'completed'" => "state = 'inReview'";
    C27 "treatment-plans" "waits for the approval of risk owners":
        "state = 'inReview'" => "state = 'draft'", "state = 'approved'";
    C27 "risks" "is to be treated, but stands in no plan":
        "state = 'treatmentDecided', treatment = 'modify'; -TreatmentPlan.riskIds"
        => "state = 'evaluated'", "treatment = 'retain'", "+TreatmentPlan.riskIds";
    C27 "risks" "is to be treated, but stands in no plan":
        "treatment-plans SET retired_at = 1" => "treatment-plans SET retired_at = NULL";
    C28 "risks" "a rated risk":
        "current_level = 3" => "current_level = NULL";
    C28 "risks" "is kept above the criterion without a valid acceptance":
        "state = 'monitored', current_level = 3, above_criterion = TRUE, treatment = 'retain'; \
         acceptances SET state = 'requested'"
        => "state = 'closed'", "above_criterion = FALSE", "treatment = 'modify'", "acceptances SET state = 'accepted'";
    C28 "risks" "is kept above the criterion without a valid acceptance":
        "acceptances SET expires_on = '2026-03-01'" => "acceptances SET expires_on = '2026-03-02'";
    C28 "risks" "is kept above the criterion without a valid acceptance":
        "content_hash = 'changed'" => "content_hash = (SELECT risk_hash FROM acceptance WHERE id = {acceptances})";
    C28 "acceptances" "ends within thirty days":
        "state = 'accepted', expires_on = '2026-04-01'" => "state = 'revoked'", "expires_on = '2026-04-02'";
    C28 "acceptances" "ends within thirty days":
        "state = 'accepted', expires_on = '2026-03-02'" => "expires_on = '2026-03-01'";
    C29 "objectives" "an approved objective":
        "state = 'approved'" => "state = 'draft'", "state = 'missed'";
    C29 "objectives" "an approved objective":
        "state = 'achieved'" => "state = 'cancelled'";
    C29 "objectives" "lacks its owner, day, plan or way of evaluation":
        "state = 'draft', owner_id = NULL, due_on = '2026-09-01', plan = 'Weekly', evaluation_method = 'Count'"
        => "state = 'cancelled'", "owner_id = {owner}";
    C29 "objectives" "lacks its owner, day, plan or way of evaluation":
        "state = 'approved', due_on = NULL" => "state = 'achieved'", "due_on = '2026-09-01'";
    C29 "objectives" "lacks its owner, day, plan or way of evaluation":
        "plan = NULL" => "plan = 'Weekly'";
    C29 "objectives" "lacks its owner, day, plan or way of evaluation":
        "evaluation_method = ''" => "evaluation_method = 'Count'";
    C30 "objectives" "an approved objective":
        "state = 'approved'" => "state = 'draft'";
    C30 "objectives" "an approved objective":
        "state = 'achieved'" => "state = 'missed'";
    C30 "objectives" "was not measured for one and a half times the interval of its metric":
        "state = 'approved', measurable = TRUE, metric_id = {metrics}; metrics SET every_months = 1; \
         measurements SET period_to = '2026-01-14'"
        => "state = 'achieved'", "measurable = FALSE", "measurements SET period_to = '2026-01-15'",
           "metrics SET every_months = 2";
    C30 "objectives" "was not measured for one and a half times the interval of its metric":
        "metrics SET every_months = 12; measurements SET period_to = '2024-08-30'"
        => "measurements SET period_to = '2024-08-31'";
    C30 "objectives" "was not measured for one and a half times the interval of its metric":
        "measurements SET retired_at = 1" => "measurements SET retired_at = NULL";
    C30 "objectives" "was not measured for one and a half times the interval of its metric":
        "metric_id = NULL" => "metric_id = {metrics}";
    C31 "objectives" "an approved objective":
        "state = 'approved'" => "state = 'draft'";
    C31 "objectives" "an approved objective":
        "state = 'achieved'" => "state = 'cancelled'";
    C31 "objectives" "does not say what it follows from":
        "state = 'approved', document_id = NULL; +Objective.riskIds"
        => "state = 'achieved'", "document_id = {documents}";
    C31 "objectives" "does not say what it follows from":
        "-Objective.riskIds; -Objective.requirementIds" => "+Objective.riskIds", "+Objective.requirementIds";
    C32 "changes" "lacks purpose, consequences or approval in time":
        "kind = 'isms', state = 'implementing', purpose = '', consequences = 'Few', emergency = FALSE, \
         approved_at = {2026-02-01}, started_at = {2026-02-01}"
        => "kind = 'operational'", "state = 'proposed'", "state = 'rejected'", "purpose = 'Space'";
    C32 "changes" "lacks purpose, consequences or approval in time":
        "consequences = NULL" => "consequences = 'Few'";
    C32 "changes" "lacks purpose, consequences or approval in time":
        "approved_at = NULL, started_at = {2026-02-01}" => "started_at = NULL", "approved_at = {2026-02-01}";
    C32 "changes" "lacks purpose, consequences or approval in time":
        "approved_at = {2026-02-02}, emergency = FALSE" => "emergency = TRUE", "started_at = {2026-02-02}";
    C69 "risks" "a risk":
        "retired_at = NULL" => RETIRED;
    C69 "risks" "past its review":
        "retired_at = NULL, state = 'monitored', review_on = '2026-03-01'"
        => "state = 'closed'", "review_on = NULL", "review_on = '2026-03-02'";
    C70 "acceptances" "holds no more: the risk has changed, or its last day has passed":
        "state = 'accepted', expires_on = '2026-03-01'; risks SET treatment = 'retain', state = 'treatmentDecided'"
        => "state = 'superseded'", "risks SET treatment = 'modify'", "risks SET state = 'closed'",
           "expires_on = '2026-03-02'";
    C70 "acceptances" "holds no more: the risk has changed, or its last day has passed":
        "risks SET content_hash = 'changed'" => "risk_hash = 'changed'";
    C70 "acceptances" "holds no more: the risk has changed, or its last day has passed":
        "methodologies SET state = 'superseded'" => "methodologies SET state = 'approved'";
    C70 "acceptances" "holds no more: the risk has changed, or its last day has passed":
        "+Risk.controlIds; controls SET changed_at = {2026-03-02}; acceptances SET decided_at = {2026-03-01}"
        => "-Risk.controlIds", "decided_at = {2026-03-02}";
    C71 "objectives" "is past its day":
        "state = 'approved', due_on = '2026-03-01'" => "state = 'achieved'", "due_on = '2026-03-02'";
}
