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
async fn i_42_a_missing_control_is_a_gap() {
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
async fn i_43_an_applicable_control_without_a_reason_is_a_gap() {
    let app = App::start().await;
    let manager = with_controls(&app, |drafts| drafts[0]["reasons"] = json!([])).await;
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
}

#[tokio::test]
async fn i_42_a_control_without_a_justification_is_a_gap() {
    let app = App::start().await;
    let manager = with_controls(&app, |drafts| drafts[0]["justification"] = json!(" ")).await;
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
}

#[tokio::test]
async fn i_44_an_unfinished_control_without_a_target_date_is_a_gap() {
    let app = App::start().await;
    let manager = with_controls(&app, |drafts| drafts[0]["status"] = json!("partial")).await;
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
}

#[tokio::test]
async fn i_02_nobody_approves_their_own_statement() {
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

#[tokio::test]
async fn i_45_where_controls_have_gone_on_since_is_shown_and_the_version_stays() {
    let app = App::start().await;
    let manager = with_controls(&app, |_| ()).await;
    let statement = manager.create("statements", json!({"title": "SoA"})).await;
    app.management().await.just("statements", &statement, "approve").await.expect(200);
    let path = format!("/v1/statements/{statement}/diff?against=draft");
    assert_eq!(manager.get(&path).await.expect(200)["differences"], json!([]));
    let control = manager.every("/v1/controls?code=A.5.1").await.remove(0);
    let patch = json!({"status": "partial", "targetOn": app.in_days(30)});
    manager.change("controls", &control, patch).await.expect(200);
    let drift = manager.get(&path).await.expect(200)["differences"].clone();
    assert_eq!((&drift[0]["code"], &drift[0]["after"]["status"]), (&json!("A.5.1"), &json!("partial")), "{drift}");
    assert_eq!(drift.as_array().map(Vec::len), Some(1));
    assert_eq!(manager.read("statements", &statement).await["entries"][0]["status"], "implemented");
}
