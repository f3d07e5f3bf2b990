//! The Statement of Applicability: one justified entry for each control (I-42, I-43), frozen when approved (I-01).

use crate::app::App;
use crate::persona::Persona;
use crate::records::{annex_a, create_many};
use serde_json::{Value, json};

async fn with_controls(app: &App, change: impl Fn(&mut Vec<Value>)) -> Persona {
    let manager = app.manager().await;
    let mut drafts = annex_a();
    change(&mut drafts);
    create_many(&manager, "controls", drafts).await;
    manager
}

#[tokio::test]
async fn a_missing_control_is_a_gap() {
    let app = App::start().await;
    let manager = with_controls(&app, |drafts| drop(drafts.pop())).await;
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries");
}

#[tokio::test]
async fn an_undecided_control_is_a_gap() {
    let app = App::start().await;
    let manager = with_controls(&app, |drafts| drafts[0]["applicability"] = json!("undecided")).await;
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
}

#[tokio::test]
async fn an_applicable_control_without_a_reason_is_a_gap() {
    let app = App::start().await;
    let manager = with_controls(&app, |drafts| drafts[0]["reasons"] = json!([])).await;
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
}

#[tokio::test]
async fn a_control_without_a_justification_is_a_gap() {
    let app = App::start().await;
    let manager = with_controls(&app, |drafts| drafts[0]["justification"] = json!(" ")).await;
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
}

#[tokio::test]
async fn an_unfinished_control_without_a_target_date_is_a_gap() {
    let app = App::start().await;
    let manager = with_controls(&app, |drafts| drafts[0]["status"] = json!("partial")).await;
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
}

#[tokio::test]
async fn nobody_approves_their_own_statement() {
    let app = App::start().await;
    let manager = with_controls(&app, |_| ()).await;
    let role = json!({"userId": manager.id, "role": "management"});
    app.bootstrap().create("role-assignments", role).await;
    let statement = manager.create("statements", json!({"title": "SoA"})).await;
    manager.just("statements", &statement, "approve").await.problem(403, "denied");
}

#[tokio::test]
async fn a_statement_sent_back_is_not_approved_later() {
    let app = App::start().await;
    let manager = with_controls(&app, |_| ()).await;
    let management = app.management().await;
    let statement = manager.create("statements", json!({"title": "SoA"})).await;
    management.act("statements", &statement, "reject", json!({"reason": "Too thin"})).await.expect(200);
    management.just("statements", &statement, "approve").await.problem(409, "conflict");
}

#[tokio::test]
async fn an_approved_statement_is_not_changed() {
    let app = App::start().await;
    let manager = with_controls(&app, |_| ()).await;
    let statement = manager.create("statements", json!({"title": "SoA"})).await;
    app.management().await.just("statements", &statement, "approve").await.expect(200);
    let reply = manager.change("statements", &statement, json!({"title": "Other"})).await;
    assert!(matches!(reply.status, 403 | 409), "{}", reply.text);
}
