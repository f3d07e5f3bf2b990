//! Climate change (Amendment 1:2024): management decides, and decides anew.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn management_decides_and_a_later_decision_replaces_it() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let draft = json!({"relevant": true, "rationale": "Floods"});
    let first = manager.create("climate-determinations", draft.clone()).await;
    manager.just("climate-determinations", &first, "approve").await.problem(403, "denied");
    let own = management.just("climate-determinations", &first, "approve").await.expect(200);
    assert_eq!((&own["state"], &own["approvedBy"]), (&json!("approved"), &json!(management.id)));
    manager.change("climate-determinations", &first, json!({"relevant": false})).await.problem(403, "denied");
    let second = manager.create("climate-determinations", draft).await;
    management.just("climate-determinations", &second, "approve").await.expect(200);
    assert_eq!(manager.read("climate-determinations", &first).await["state"], "superseded");
    assert_eq!(manager.read("climate-determinations", &second).await["edition"], 2);
}

#[tokio::test]
async fn i_02_nobody_decides_what_they_rewrote() {
    let app = App::start().await;
    let (manager, management, both) = (app.manager().await, app.management().await, app.manager().await);
    app.bootstrap().create("role-assignments", json!({"userId": both.id, "role": "management"})).await;
    let draft = json!({"relevant": true, "rationale": "Floods"});
    let id = manager.create("climate-determinations", draft).await;
    both.change("climate-determinations", &id, json!({"relevant": false})).await.expect(200);
    both.just("climate-determinations", &id, "approve").await.problem(403, "denied");
    management.just("climate-determinations", &id, "approve").await.expect(200);
}
