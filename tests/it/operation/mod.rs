//! Clause 8.

mod access_review;
mod anonymous;
mod campaign;
mod clock;
mod continuity_exercise;
mod control_test;
mod exception;
mod incident;
mod notification;
mod supplier;

use crate::app::App;
use crate::records::{Examples, Team};
use serde_json::json;

/// One record of each type.
pub async fn examples(app: &App, team: &Team, ids: &mut Examples) {
    let manager = &team.manager;
    let (risk, control) = (ids["risks"].clone(), ids["controls"].clone());
    let campaign = json!({"title": "Yearly", "startsOn": app.in_days(0), "endsOn": app.in_days(30)});
    ids.insert("campaigns", manager.create("campaigns", campaign).await);
    let supplier = manager.create("suppliers", json!({"name": "Host"})).await;
    ids.insert("contracts", manager.create("contracts", json!({"title": "Hosting", "supplierId": supplier})).await);
    let assessment = json!({"title": "First look", "supplierId": supplier});
    ids.insert("supplier-assessments", manager.create("supplier-assessments", assessment).await);
    ids.insert("suppliers", supplier);
    let exception = json!({
        "title": "Old press", "controlId": control, "reason": "No update exists", "riskId": risk,
        "startsOn": app.in_days(0), "expiresOn": app.in_days(90),
    });
    ids.insert("exceptions", manager.create("exceptions", exception).await);
    let review = json!({"title": "Who may do what", "reviewerId": manager.id, "dueOn": app.in_days(30)});
    let review = manager.create("access-reviews", review).await;
    let right = json!({"reviewId": review, "holder": "svc-backup", "title": "reads every share"});
    ids.insert("access-rights", manager.create("access-rights", right).await);
    ids.insert("access-reviews", review);
    let test = json!({"title": "Look", "controlId": control, "plannedOn": app.in_days(10)});
    ids.insert("control-tests", manager.create("control-tests", test).await);
    let exercise = json!({"title": "Restore", "plannedOn": app.in_days(20)});
    ids.insert("continuity-exercises", manager.create("continuity-exercises", exercise).await);
    let rule = json!({"title": "Tell", "regime": "Own", "recipient": "Board", "trigger": "every", "withinHours": 24});
    ids.insert("notification-rules", manager.create("notification-rules", rule).await);
    let incident = team.owner.create("incidents", json!({"title": "Strange mail"})).await;
    let triage = json!({"incident": true, "reason": "Somebody clicked", "severity": 3});
    manager.act("incidents", &incident, "assess", triage).await.expect(200);
    ids.insert("notifications", manager.every("/v1/notifications").await.remove(0));
    ids.insert("incidents", incident);
}
