//! Audit programmes: kept by auditors, approved by management, with their gaps shown.

use super::Bench;
use crate::app::App;
use crate::records::{annex_a, create_many};
use serde_json::{Value, json};

fn draft(app: &App) -> Value {
    json!({
        "title": "Cycle", "startsOn": app.in_days(0), "endsOn": app.in_days(1000), "objectives": "Whether it works",
        "riskBasis": "What matters most comes first", "methods": ["onsite"],
    })
}

#[tokio::test]
async fn auditors_keep_a_programme_and_management_approves_it() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let bare = json!({"title": "Cycle", "startsOn": app.in_days(0), "endsOn": app.in_days(9)});
    bench.manager.post("/v1/audit-programmes", bare.clone()).await.problem(403, "denied");
    let id = bench.lead.create("audit-programmes", bare).await;
    bench.manager.change("audit-programmes", &id, json!({"title": "Mine"})).await.problem(403, "denied");
    bench.management.just("audit-programmes", &id, "approve").await.refuses("/riskBasis");
    bench.lead.change("audit-programmes", &id, draft(&app)).await.expect(200);
    bench.lead.just("audit-programmes", &id, "approve").await.problem(403, "denied");
    let approved = bench.management.just("audit-programmes", &id, "approve").await.expect(200);
    assert_eq!((&approved["state"], &approved["edition"]), (&json!("approved"), &json!(1)));
    let next = bench.lead.create("audit-programmes", draft(&app)).await;
    bench.management.just("audit-programmes", &next, "approve").await.expect(200);
    assert_eq!(bench.lead.read("audit-programmes", &id).await["state"], "superseded");
}

#[tokio::test]
async fn i_01_an_approved_programme_does_not_change() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let id = bench.lead.create("audit-programmes", draft(&app)).await;
    bench.management.just("audit-programmes", &id, "approve").await.expect(200);
    bench.lead.change("audit-programmes", &id, json!({"title": "Other"})).await.problem(409, "conflict");
}

#[tokio::test]
async fn i_02_nobody_approves_the_programme_that_they_wrote() {
    let app = App::start().await;
    let both = app.auditor().await;
    app.bootstrap().create("role-assignments", json!({"userId": both.id, "role": "management"})).await;
    let id = both.create("audit-programmes", draft(&app)).await;
    both.just("audit-programmes", &id, "approve").await.problem(403, "denied");
    let others = app.auditor().await.create("audit-programmes", draft(&app)).await;
    both.change("audit-programmes", &others, json!({"title": "Mine now"})).await.expect(200);
    both.just("audit-programmes", &others, "approve").await.problem(403, "denied");
    app.management().await.just("audit-programmes", &others, "approve").await.expect(200);
}

#[tokio::test]
async fn a_cycle_is_three_years_at_most() {
    let app = App::start().await;
    let lead = app.auditor().await;
    let mut long = draft(&app);
    long["endsOn"] = json!(app.in_days(1200));
    lead.post("/v1/audit-programmes", long).await.refuses("/endsOn");
}

#[tokio::test]
async fn coverage_names_what_no_audit_looks_at() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let controls = create_many(&bench.manager, "controls", annex_a().into_iter().take(2).collect()).await;
    let programme = bench.lead.create("audit-programmes", draft(&app)).await;
    let also = json!({"programmeId": programme, "controlIds": [controls[0]]});
    let audit = bench.lead.create("audits", bench.audit_draft(&app, also)).await;
    let coverage = async || bench.manager.get(&format!("/v1/audit-programmes/{programme}/coverage")).await.expect(200);
    let told = coverage().await;
    assert_eq!(told["rows"].as_array().map(Vec::len), Some(32), "30 sub-clauses and two controls");
    assert_eq!(told["gaps"].as_array().map(Vec::len), Some(29));
    let row = |told: &Value, name: &str| {
        told["rows"].as_array().expect("rows").iter().find(|row| row["requirement"] == name).expect("a row").clone()
    };
    assert_eq!(row(&told, "5.2")["planned"][0]["id"], audit.as_str());
    assert_eq!(row(&told, "A.5.1")["planned"][0]["id"], audit.as_str());
    for act in ["announce", "draw-checklist", "start"] {
        bench.lead.just("audits", &audit, act).await.expect(200);
    }
    let item = bench.lead.every("/v1/checklist-items?requirement=5.2").await.remove(0);
    let seen = json!({"result": "conform", "evidence": "Policy of March, on the wall"});
    bench.lead.change("checklist-items", &item, seen).await.expect(200);
    bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
    let told = coverage().await;
    assert_eq!((&told["covered"], &row(&told, "5.2")["done"][0]["state"]), (&json!(1), &json!("reported")));
    assert!(told["gaps"].as_array().expect("gaps").contains(&json!("A.5.1")), "nobody looked at it");
    app.member().await.get(&format!("/v1/audit-programmes/{programme}/coverage")).await.problem(404, "not-found");
}
