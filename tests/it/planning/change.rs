//! Changes: planned and approved before they begin; an emergency is approved after, and flagged until then.

use crate::app::App;
use serde_json::{Value, json};

fn draft() -> Value {
    json!({
        "title": "Split the ISMS", "purpose": "Two sites", "consequences": "Two managers", "integrity": "One policy",
        "resources": "Ten days", "responsibilities": "The manager",
    })
}

#[tokio::test]
async fn i_78_a_change_of_the_isms_begins_after_management_has_approved_it() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let mut vague = draft();
    vague["purpose"] = Value::Null;
    let vague = manager.create("changes", vague).await;
    manager.just("changes", &vague, "assess").await.refuses("/purpose");
    let id = manager.create("changes", draft()).await;
    manager.just("changes", &id, "assess").await.expect(200);
    manager.just("changes", &id, "start").await.problem(409, "conflict");
    app.manager().await.just("changes", &id, "approve").await.problem(403, "denied");
    management.just("changes", &id, "approve").await.expect(200);
    manager.just("changes", &id, "start").await.expect(200);
    manager.act("changes", &id, "review", json!({"reason": "Went well"})).await.expect(200);
    assert_eq!(manager.just("changes", &id, "close").await.expect(200)["state"], "closed");
}

#[tokio::test]
async fn i_78_an_emergency_is_approved_after_and_flagged_until_then() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let mut urgent = draft();
    urgent["emergency"] = json!(true);
    let id = manager.create("changes", urgent).await;
    manager.just("changes", &id, "assess").await.expect(200);
    assert_eq!(manager.just("changes", &id, "start").await.expect(200)["unapprovedEmergency"], true);
    manager.act("changes", &id, "review", json!({"reason": "Held"})).await.expect(200);
    manager.just("changes", &id, "close").await.problem(409, "conflict");
    assert_eq!(management.just("changes", &id, "approve").await.expect(200)["unapprovedEmergency"], false);
    manager.just("changes", &id, "close").await.expect(200);
}

#[tokio::test]
async fn i_02_nobody_approves_the_change_that_they_asked_for() {
    let app = App::start().await;
    let both = app.manager().await;
    app.bootstrap().create("role-assignments", json!({"userId": both.id, "role": "management"})).await;
    let id = both.create("changes", draft()).await;
    both.just("changes", &id, "assess").await.expect(200);
    both.just("changes", &id, "approve").await.problem(403, "denied");
}
