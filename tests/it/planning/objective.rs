//! Objectives: complete before they are approved, achieved only by their figures, revised only as a new edition.

use crate::app::App;
use crate::persona::Persona;
use serde_json::{Value, json};

async fn complete(app: &App, owner: &Persona, manager: &Persona) -> Value {
    let metric = manager.create("metrics", json!({"title": "Trained", "measuredIn": "percent"})).await;
    json!({
        "title": "Everyone knows", "ownerId": owner.id, "dueOn": app.in_days(100), "plan": "Train everyone",
        "resources": "An hour each", "evaluationMethod": "Monthly", "metricId": metric, "target": 95.5,
    })
}

#[tokio::test]
async fn i_21_an_objective_is_approved_only_when_it_is_complete() {
    let app = App::start().await;
    let (manager, management, owner) = (app.manager().await, app.management().await, app.owner().await);
    let vague = manager.create("objectives", json!({"title": "Be safe"})).await;
    let problem = management.just("objectives", &vague, "approve").await.refuses("/plan");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(7), "{problem}");
    let draft = complete(&app, &owner, &manager).await;
    let id = manager.create("objectives", draft).await;
    manager.just("objectives", &id, "approve").await.problem(403, "denied");
    let approved = management.just("objectives", &id, "approve").await.expect(200);
    assert_eq!((&approved["state"], &approved["target"]), (&json!("approved"), &json!(95.5)));
}

#[tokio::test]
async fn i_22_an_objective_is_achieved_by_its_latest_measurement_and_revised_as_a_new_edition() {
    let app = App::start().await;
    let (manager, management, owner) = (app.manager().await, app.management().await, app.owner().await);
    let draft = complete(&app, &owner, &manager).await;
    let id = manager.create("objectives", draft.clone()).await;
    management.just("objectives", &id, "approve").await.expect(200);
    owner.change("objectives", &id, json!({"target": 50})).await.problem(409, "conflict");
    owner.just("objectives", &id, "achieve").await.problem(409, "conflict");
    owner.act("objectives", &id, "revise", json!({})).await.refuses("/reason");
    let revised = owner.act("objectives", &id, "revise", json!({"reason": "Too high"})).await.expect(200);
    assert_eq!((&revised["edition"], &revised["state"]), (&json!(2), &json!("draft")));
    owner.change("objectives", &id, json!({"target": 50})).await.expect(200);
    management.just("objectives", &id, "approve").await.expect(200);
}

#[tokio::test]
async fn i_02_nobody_approves_the_objective_that_they_rewrote() {
    let app = App::start().await;
    let (manager, management, other) = (app.manager().await, app.management().await, app.management().await);
    let draft = complete(&app, &management, &manager).await;
    let id = manager.create("objectives", draft).await;
    management.just("objectives", &id, "approve").await.expect(200);
    management.act("objectives", &id, "revise", json!({"reason": "Too high"})).await.expect(200);
    let changed = management.change("objectives", &id, json!({"target": 50})).await.expect(200);
    assert_eq!(changed["authorIds"], json!([manager.id, management.id]));
    management.just("objectives", &id, "approve").await.problem(403, "denied");
    other.just("objectives", &id, "approve").await.expect(200);
}

#[tokio::test]
async fn an_approved_objective_is_given_up_by_management_and_not_put_away() {
    let app = App::start().await;
    let (manager, management, owner) = (app.manager().await, app.management().await, app.owner().await);
    let draft = complete(&app, &owner, &manager).await;
    let id = manager.create("objectives", draft.clone()).await;
    management.just("objectives", &id, "approve").await.expect(200);
    manager.just("objectives", &id, "retire").await.problem(403, "denied");
    manager.act("objectives", &id, "revise", json!({"reason": "Too high"})).await.expect(200);
    manager.just("objectives", &id, "retire").await.problem(403, "denied");
    management.act("objectives", &id, "cancel", json!({"reason": "Not ours"})).await.expect(200);
    manager.just("objectives", &id, "retire").await.expect(200);
    let plain = manager.create("objectives", draft).await;
    manager.just("objectives", &plain, "retire").await.expect(200);
}

#[tokio::test]
async fn i_04_an_objective_whose_owner_has_left_is_orphaned() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let id = manager.create("objectives", json!({"title": "Be safe", "ownerId": owner.id})).await;
    assert_eq!(manager.read("objectives", &id).await["orphaned"], false);
    app.bootstrap().change("users", &owner.id, json!({"active": false})).await.expect(200);
    assert_eq!(manager.read("objectives", &id).await["orphaned"], true);
}
