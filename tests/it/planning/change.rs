//! Changes: planned and approved before they begin; an emergency is approved after, and flagged until then.

use crate::app::App;
use crate::persona::Persona;
use serde_json::{Value, json};

fn draft(owner: &Persona) -> Value {
    json!({
        "title": "Split the ISMS", "purpose": "Two sites", "consequences": "Two managers", "integrity": "One policy",
        "resources": "Ten days", "responsibilities": "The manager", "ownerId": owner.id,
    })
}

#[tokio::test]
async fn i_78_a_change_of_the_isms_begins_after_management_has_approved_it() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let mut vague = draft(&manager);
    (vague["purpose"], vague["ownerId"]) = (Value::Null, Value::Null);
    let vague = manager.create("changes", vague).await;
    manager.just("changes", &vague, "assess").await.refuses("/ownerId");
    manager.just("changes", &vague, "assess").await.refuses("/purpose");
    let id = manager.create("changes", draft(&manager)).await;
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
    let mut urgent = draft(&manager);
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
    let id = both.create("changes", draft(&both)).await;
    both.just("changes", &id, "assess").await.expect(200);
    both.just("changes", &id, "approve").await.problem(403, "denied");
}

#[tokio::test]
async fn i_02_nobody_approves_the_change_that_they_rewrote() {
    let app = App::start().await;
    let (manager, management, both) = (app.manager().await, app.management().await, app.manager().await);
    app.bootstrap().create("role-assignments", json!({"userId": both.id, "role": "management"})).await;
    let id = manager.create("changes", draft(&manager)).await;
    both.change("changes", &id, json!({"purpose": "Three sites"})).await.expect(200);
    manager.just("changes", &id, "assess").await.expect(200);
    both.just("changes", &id, "approve").await.problem(403, "denied");
    management.just("changes", &id, "approve").await.expect(200);
}

#[tokio::test]
async fn i_78_an_emergency_that_is_undone_is_still_decided_on_and_not_put_away_before() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let mut urgent = draft(&manager);
    urgent["emergency"] = json!(true);
    let undone = async || {
        let id = manager.create("changes", urgent.clone()).await;
        manager.just("changes", &id, "assess").await.expect(200);
        manager.just("changes", &id, "start").await.expect(200);
        manager.just("changes", &id, "retire").await.problem(403, "denied");
        manager.act("changes", &id, "back-out", json!({"reason": "Broke it"})).await.expect(200);
        manager.just("changes", &id, "retire").await.problem(403, "denied");
        id
    };
    let (approved, rejected) = (undone().await, undone().await);
    let seen = management.just("changes", &approved, "approve").await.expect(200);
    assert_eq!((&seen["state"], &seen["unapprovedEmergency"]), (&json!("backedOut"), &json!(false)));
    management.act("changes", &approved, "reject", json!({"reason": "No"})).await.problem(409, "conflict");
    let seen = management.act("changes", &rejected, "reject", json!({"reason": "No"})).await.expect(200);
    assert_eq!((&seen["state"], &seen["unapprovedEmergency"]), (&json!("rejected"), &json!(false)));
    for id in [approved, rejected] {
        manager.just("changes", &id, "retire").await.expect(200);
    }
}

#[tokio::test]
async fn i_78_an_emergency_is_late_after_two_days_without_approval() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let mut urgent = draft(&manager);
    urgent["emergency"] = json!(true);
    let id = manager.create("changes", urgent).await;
    manager.just("changes", &id, "assess").await.expect(200);
    manager.just("changes", &id, "start").await.expect(200);
    for (hours, late) in [(47, false), (2, true)] {
        app.advance(chrono::Duration::hours(hours));
        assert_eq!(manager.read("changes", &id).await["approvedLate"], late);
    }
    assert_eq!(management.just("changes", &id, "approve").await.expect(200)["approvedLate"], true);
}

#[tokio::test]
async fn i_04_a_change_whose_owner_has_left_is_orphaned() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let id = manager.create("changes", draft(&owner)).await;
    assert_eq!(manager.read("changes", &id).await["orphaned"], false);
    app.bootstrap().change("users", &owner.id, json!({"active": false})).await.expect(200);
    assert_eq!(manager.read("changes", &id).await["orphaned"], true);
}
