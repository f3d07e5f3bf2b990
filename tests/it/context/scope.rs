//! The scope: one in force, approved by management and frozen, told to everyone.

use super::scope;
use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn i_13_one_scope_is_in_force_at_a_time() {
    let app = App::start().await;
    let (manager, management, member) = (app.manager().await, app.management().await, app.member().await);
    let first = manager.create("scopes", scope()).await;
    management.just("scopes", &first, "approve").await.problem(409, "conflict");
    manager.just("scopes", &first, "submit").await.expect(200);
    member.get(&format!("/v1/scopes/{first}")).await.problem(404, "not-found");
    management.just("scopes", &first, "approve").await.expect(200);
    assert_eq!(member.read("scopes", &first).await["edition"], 1);
    let second = manager.create("scopes", scope()).await;
    manager.just("scopes", &second, "submit").await.expect(200);
    management.just("scopes", &second, "approve").await.expect(200);
    assert_eq!(manager.read("scopes", &first).await["state"], "superseded");
    assert_eq!(manager.get("/v1/scopes?state=approved&count=true").await.expect(200)["total"], 1);
}

#[tokio::test]
async fn i_01_what_was_approved_is_not_changed() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let id = manager.create("scopes", scope()).await;
    manager.just("scopes", &id, "submit").await.expect(200);
    manager.change("scopes", &id, json!({"statement": "More"})).await.problem(409, "conflict");
    let approved = management.just("scopes", &id, "approve").await.expect(200);
    assert_eq!(approved["contentHash"].as_str().map(str::len), Some(64));
    manager.change("scopes", &id, json!({"statement": "More"})).await.problem(403, "denied");
    manager.just("scopes", &id, "retire").await.problem(403, "denied");
}

#[tokio::test]
async fn i_02_nobody_approves_the_scope_that_they_wrote() {
    let app = App::start().await;
    let both = app.manager().await;
    app.bootstrap().create("role-assignments", json!({"userId": both.id, "role": "management"})).await;
    let id = both.create("scopes", scope()).await;
    both.just("scopes", &id, "submit").await.expect(200);
    both.just("scopes", &id, "approve").await.problem(403, "denied");
}

#[tokio::test]
async fn i_14_a_new_scope_makes_the_statement_stale() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let ids = crate::records::create_many(&manager, "controls", crate::records::annex_a()).await;
    assert_eq!(ids.len(), 93);
    let statement = manager.create("statements", json!({"title": "SoA"})).await;
    management.just("statements", &statement, "approve").await.expect(200);
    assert_eq!(crate::assurance::readiness::rule(&manager, "C25").await["state"], "met");
    app.advance(chrono::Duration::hours(1));
    let id = manager.create("scopes", scope()).await;
    manager.just("scopes", &id, "submit").await.expect(200);
    management.just("scopes", &id, "approve").await.expect(200);
    assert_eq!(crate::assurance::readiness::rule(&manager, "C25").await["state"], "stale");
}

#[tokio::test]
async fn an_exclusion_has_a_reason_and_an_interface_its_responsibilities() {
    let app = App::start().await;
    let manager = app.manager().await;
    let mut draft = scope();
    draft["exclusions"] = json!([{"what": "The canteen", "why": " "}]);
    manager.post("/v1/scopes", draft).await.refuses("/exclusions/0/why");
    let mut draft = scope();
    draft["interfaces"][0]["responsibilities"] = json!("");
    manager.post("/v1/scopes", draft).await.refuses("/interfaces/0/responsibilities");
}

#[tokio::test]
async fn i_02_nobody_approves_the_scope_that_they_rewrote() {
    let app = App::start().await;
    let (manager, management, both) = (app.manager().await, app.management().await, app.manager().await);
    app.bootstrap().create("role-assignments", json!({"userId": both.id, "role": "management"})).await;
    let id = manager.create("scopes", scope()).await;
    let changed = both.change("scopes", &id, json!({"statement": "More"})).await.expect(200);
    assert_eq!(changed["authorIds"], json!([manager.id, both.id]));
    manager.just("scopes", &id, "submit").await.expect(200);
    both.just("scopes", &id, "approve").await.problem(403, "denied");
    management.just("scopes", &id, "approve").await.expect(200);
}

#[tokio::test]
async fn what_is_sent_back_keeps_what_its_author_wrote() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let mut draft = scope();
    draft["changeSummary"] = json!("The new site");
    let id = manager.create("scopes", draft).await;
    manager.just("scopes", &id, "submit").await.expect(200);
    let sent = management.act("scopes", &id, "reject", json!({"reason": "Too narrow"})).await.expect(200);
    assert_eq!((&sent["changeSummary"], &sent["decision"]), (&json!("The new site"), &json!("Too narrow")));
    manager.just("scopes", &id, "submit").await.expect(200);
    let approved = management.just("scopes", &id, "approve").await.expect(200);
    assert_eq!((&approved["changeSummary"], &approved["decision"]), (&json!("The new site"), &json!(null)));
}
