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
    let undated = |drafts: &mut Vec<Value>| {
        drafts[0]["status"] = json!("partial");
        drafts[0]["targetOn"] = Value::Null;
    };
    let manager = with_controls(&app, undated).await;
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
}

#[tokio::test]
async fn i_44_an_implemented_control_is_shown_by_evidence_or_will_be_by_an_action() {
    let app = App::start().await;
    let manager = with_controls(&app, |drafts| drafts[0]["status"] = json!("implemented")).await;
    let control = manager.get("/v1/controls?code=A.5.1").await.expect(200)["items"][0]["id"].clone();
    let refused = async || manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
    refused().await;
    // A day alone is not enough, nor an action that is over.
    let action = json!({"title": "Gather", "ownerId": manager.id, "dueOn": app.in_days(9), "controlIds": [control]});
    let action = manager.create("actions", action).await;
    let made = async || manager.post("/v1/statements", json!({"title": "SoA"})).await.expect(201);
    made().await;
    manager.act("actions", &action, "cancel", json!({"reason": "No"})).await.expect(200);
    refused().await;
    let shown = json!({"title": "A look", "kind": "log", "link": "https://logs.example/1", "digest": "ab".repeat(32),
        "controlIds": [control]});
    let shown = app.owner().await.create("evidence-items", shown).await;
    refused().await;
    manager.act("evidence-items", &shown, "accept", json!({})).await.expect(200);
    made().await;
}

#[tokio::test]
async fn the_draft_is_read_as_of_any_day() {
    let app = App::start().await;
    let manager = with_controls(&app, |_| ()).await;
    let before = manager.get("/v1/statements/draft").await.expect(200);
    app.advance(chrono::Duration::days(3));
    let control = manager.every("/v1/controls?code=A.5.1").await.remove(0);
    manager.change("controls", &control, json!({"justification": "A law of today"})).await.expect(200);
    let entry = |draft: &Value| draft["entries"][0]["justification"].clone();
    assert_eq!(entry(&manager.get("/v1/statements/draft").await.expect(200)), "A law of today");
    let day = app.in_days(-1);
    let then = manager.get(&format!("/v1/statements/draft?asOf={day}")).await.expect(200);
    assert_eq!(then, before);
    let sheet = manager.get(&format!("/v1/statements/draft/export?format=csv&asOf={day}")).await;
    assert!(sheet.status == 200 && sheet.text.contains("Good practice") && !sheet.text.contains("A law of today"));
    manager.get("/v1/statements/draft?asOf=2039-01-01").await.problem(400, "malformed");
    manager.get("/v1/statements/draft?on=2026-01-01").await.problem(400, "malformed");
}

#[tokio::test]
async fn what_the_guided_start_says_of_a_control_justifies_nothing() {
    let app = App::start().await;
    let manager = app.manager().await;
    let organisation = manager.get("/v1/organisations").await.expect(200)["items"][0]["id"].clone();
    let path = format!("/v1/organisations/{}/setup", organisation.as_str().expect("an id"));
    manager.post(&path, json!({"template": "smallCompany"})).await.expect(200);
    let problem = manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries/A.5.1");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(93), "{problem}");
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
    assert_eq!(manager.read("statements", &statement).await["entries"][0]["status"], "planned");
}

#[tokio::test]
async fn i_09_what_was_approved_keeps_what_it_rests_on_as_it_stood() {
    let app = App::start().await;
    let manager = with_controls(&app, |_| ()).await;
    let (management, owner) = (app.management().await, app.owner().await);
    let methodology = manager.create("methodologies", crate::records::methodology()).await;
    management.just("methodologies", &methodology, "approve").await.expect(200);
    let risk = manager.create("risks", crate::records::rated("Dust", &owner, 2, 3)).await;
    for act in ["analyse", "evaluate"] {
        owner.just("risks", &risk, act).await.expect(200);
    }
    let draft = json!({"riskId": risk, "justification": "Small", "expiresOn": app.in_days(300)});
    let acceptance = owner.create("acceptances", draft).await;
    let approved = owner.just("acceptances", &acceptance, "accept").await.expect(200);
    let statement = manager.create("statements", json!({"title": "SoA"})).await;
    management.just("statements", &statement, "approve").await.expect(200);
    app.advance(chrono::Duration::days(1));
    manager.change("risks", &risk, json!({"title": "Fine dust"})).await.expect(200);
    let control = manager.every("/v1/controls?code=A.5.1").await.remove(0);
    manager.change("controls", &control, json!({"description": "Anew"})).await.expect(200);
    // The acceptance and the statement hold what they were given for; what they point to is there as of that moment.
    let kept = owner.read("acceptances", &acceptance).await;
    assert_eq!((&kept["frozen"]["risk"]["title"], &kept["stale"]), (&json!("Dust"), &json!(true)));
    let version = kept["frozen"]["risk"]["version"].clone();
    let then = approved["decidedAt"].as_str().expect("an instant");
    let then = manager.get(&format!("/v1/risks/{risk}?asOf={then}")).await.expect(200);
    assert_eq!((&then["title"], &then["version"]), (&json!("Dust"), &version));
    let entries = manager.read("statements", &statement).await["entries"].clone();
    assert_ne!(entries[0]["description"], "Anew");
}
