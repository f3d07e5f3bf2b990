//! Certificates: recorded from the body's documents, three years at most, with the audits that follow.

use super::with;
use crate::app::App;
use crate::records::{Team, annex_a, create_many};
use serde_json::{Value, json};

async fn statement(team: &Team) -> String {
    create_many(&team.manager, "controls", annex_a()).await;
    let statement = team.manager.create("statements", json!({"title": "SoA"})).await;
    team.management.just("statements", &statement, "approve").await.expect(200);
    statement
}

fn granted(app: &App, statement: &str, also: Value) -> Value {
    let draft = json!({
        "title": "ISO/IEC 27001", "body": "Body", "number": "7-42", "scopeText": "All of it", "statementId": statement,
        "decidedOn": app.in_days(-30), "expiresOn": app.in_days(1000),
    });
    with(draft, also)
}

#[tokio::test]
async fn i_46_the_statement_that_a_certificate_cites_stays_readable() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let cited = statement(&team).await;
    let certificate = team.manager.create("certificates", granted(&app, &cited, json!({}))).await;
    team.manager.just("certificates", &certificate, "activate").await.expect(200);
    let before = team.manager.read("statements", &cited).await["entries"].clone();
    let next = team.manager.create("statements", json!({"title": "SoA", "changeSummary": "New"})).await;
    let draft = granted(&app, &next, json!({}));
    team.manager.post("/v1/certificates", draft).await.refuses("/statementId");
    team.management.just("statements", &next, "approve").await.expect(200);
    let read = team.manager.read("certificates", &certificate).await;
    assert_eq!((&read["statementId"], &read["outdated"]), (&json!(cited), &json!(true)));
    let cited = team.manager.read("statements", &cited).await;
    assert_eq!((&cited["state"], &cited["entries"]), (&json!("superseded"), &before));
    team.manager.change("certificates", &certificate, json!({"statementId": next})).await.refuses("/statementId");
}

#[tokio::test]
async fn a_certificate_is_good_for_three_years_at_most() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let cited = statement(&team).await;
    let long = granted(&app, &cited, json!({"expiresOn": app.in_days(1200)}));
    team.manager.post("/v1/certificates", long).await.refuses("/expiresOn");
    let bare = team.manager.create("certificates", json!({"title": "ISO", "body": "Body"})).await;
    team.manager.just("certificates", &bare, "activate").await.refuses("/expiresOn");
    let id = team.manager.create("certificates", granted(&app, &cited, json!({"expiresOn": app.in_days(10)}))).await;
    team.manager.just("certificates", &id, "activate").await.expect(200);
    app.advance(chrono::Duration::days(11));
    assert_eq!(team.manager.read("certificates", &id).await["expired"], true);
}

#[tokio::test]
async fn the_cycle_is_planned_once_within_its_limits() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let cited = statement(&team).await;
    let id = team.manager.create("certificates", granted(&app, &cited, json!({"ownerId": team.owner.id}))).await;
    team.owner.just("certificates", &id, "plan-cycle").await.problem(409, "conflict");
    team.owner.just("certificates", &id, "activate").await.expect(200);
    team.owner.just("certificates", &id, "plan-cycle").await.expect(200);
    let told = team.manager.get("/v1/certification-audits?sort=plannedOn").await.expect(200);
    let audits = told["items"].as_array().expect("items");
    let kinds: Vec<_> = audits.iter().map(|audit| audit["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["surveillance", "surveillance", "recertification"]);
    let day = |i: usize| audits[i]["plannedOn"].as_str().expect("a day").to_owned();
    assert!(day(0) < app.in_days(335) && day(1) < app.in_days(700) && day(2) < app.in_days(1000), "{told}");
    team.owner.just("certificates", &id, "plan-cycle").await.problem(409, "conflict");
}

#[tokio::test]
async fn suspending_and_withdrawing_need_a_reason() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let cited = statement(&team).await;
    let id = team.manager.create("certificates", granted(&app, &cited, json!({}))).await;
    team.manager.just("certificates", &id, "activate").await.expect(200);
    team.manager.act("certificates", &id, "suspend", json!({"reason": ""})).await.refuses("/reason");
    team.manager.act("certificates", &id, "suspend", json!({"reason": "Overdue"})).await.expect(200);
    team.manager.just("certificates", &id, "activate").await.expect(200);
    let gone = team.manager.act("certificates", &id, "withdraw", json!({"reason": "Given up"})).await.expect(200);
    assert_eq!((&gone["state"], &gone["reason"]), (&json!("withdrawn"), &json!("Given up")));
}

#[tokio::test]
async fn an_audit_of_the_body_ends_with_its_result() {
    let app = App::start().await;
    let manager = app.manager().await;
    let stage = json!({"title": "Stage 1", "kind": "stage1", "plannedOn": app.in_days(0)});
    let id = manager.create("certification-audits", stage).await;
    let done = |days| json!({"doneOn": app.in_days(days), "result": "Ready for stage 2"});
    manager.act("certification-audits", &id, "done", done(2)).await.refuses("/doneOn");
    assert_eq!(manager.act("certification-audits", &id, "done", done(0)).await.expect(200)["state"], "done");
    manager.change("certification-audits", &id, json!({"title": "Other"})).await.problem(409, "conflict");
}

#[tokio::test]
async fn nobody_without_a_role_makes_up_an_audit_of_the_body() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let (member, owner, manager) = (app.member().await, app.owner_of(&unit).await, app.manager().await);
    let draft = |owner: &str, unit: &str| json!({"title": "Stage 2", "kind": "stage2", "plannedOn": app.in_days(0), "ownerId": owner, "unitId": unit});
    let root = app.root().await;
    member.post("/v1/certification-audits", draft(&member.id, &root)).await.problem(403, "denied");
    owner.post("/v1/certification-audits", draft(&owner.id, &root)).await.problem(403, "denied");
    owner.create("certification-audits", draft(&owner.id, &unit)).await;
    let prepared = manager.create("certification-audits", draft(&member.id, &root)).await;
    let done = json!({"doneOn": app.in_days(0), "result": "Passed"});
    member.act("certification-audits", &prepared, "done", done).await.expect(200);
}

#[tokio::test]
async fn i_82_a_certificate_that_names_what_is_not_in_force_asks_to_tell_its_body() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let cited = statement(&team).await;
    let scope = team.manager.create("scopes", json!({"title": "Scope", "statement": "All"})).await;
    team.manager.just("scopes", &scope, "submit").await.expect(200);
    team.management.just("scopes", &scope, "approve").await.expect(200);
    let draft = granted(&app, &cited, json!({"scopeId": scope}));
    let certificate = team.manager.create("certificates", draft).await;
    team.manager.just("certificates", &certificate, "activate").await.expect(200);
    let gaps = async || crate::assurance::readiness::rule(&team.manager, "C07").await["gaps"].to_string();
    assert!(!gaps().await.contains(&certificate));
    let next = team.manager.create("statements", json!({"title": "SoA", "changeSummary": "New"})).await;
    team.management.just("statements", &next, "approve").await.expect(200);
    assert!(gaps().await.contains(&certificate), "{}", gaps().await);
}
