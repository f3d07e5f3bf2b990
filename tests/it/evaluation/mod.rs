//! Clause 9.

mod agenda;
mod audit;
mod management_review;
mod metric;
pub mod readiness;

use crate::app::App;
use crate::records::{Examples, Team};
use serde_json::json;

/// One record of each type.
pub async fn examples(app: &App, team: &Team, ids: &mut Examples) {
    let (manager, auditor) = (&team.manager, app.auditor().await);
    let metric = manager.create("metrics", json!({"title": "Trained"})).await;
    let value = json!({"metricId": metric, "periodFrom": app.in_days(-30), "periodTo": app.in_days(-1), "value": 95});
    ids.insert("measurements", manager.create("measurements", value).await);
    ids.insert("metrics", metric);
    let programme = json!({"title": "Cycle", "startsOn": app.in_days(0), "endsOn": app.in_days(1000)});
    ids.insert("audit-programmes", auditor.create("audit-programmes", programme).await);
    let audit = audit::planned(app, &auditor).await;
    let item = json!({"auditId": audit, "requirement": "5.2", "question": "Is there a policy?"});
    ids.insert("checklist-items", auditor.create("checklist-items", item).await);
    let finding = json!({"auditId": audit, "title": "No policy", "grade": "observation", "auditeeId": team.owner.id});
    ids.insert("findings", auditor.create("findings", finding).await);
    ids.insert("audits", audit);
    let review = management_review::planned(app, team).await;
    ids.insert("management-reviews", review);
    let certificate = json!({"title": "Certificate", "body": "Body"});
    ids.insert("certificates", manager.create("certificates", certificate).await);
    let stage = json!({"title": "Stage 1", "kind": "stage1", "plannedOn": app.in_days(60)});
    ids.insert("certification-audits", manager.create("certification-audits", stage).await);
}
