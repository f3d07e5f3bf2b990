//! Readiness: each demand with its state, the rule that says so and what to do next; it rises as work is done.

use crate::app::App;
use crate::evaluation::with;
use crate::persona::Persona;
use crate::records::{Team, annex_a, create_many, rated};
use serde_json::{Value, json};

/// A rule as this persona sees it.
pub async fn rule(persona: &Persona, id: &str) -> Value {
    let told = persona.get("/v1/readiness").await.expect(200);
    let found = told["rules"].as_array().expect("rules").iter().find(|rule| rule["id"] == id).cloned();
    found.unwrap_or_else(|| panic!("there is no rule {id}"))
}

#[tokio::test]
async fn every_rule_has_a_number_of_its_own_and_every_subclause_a_rule() {
    let app = App::start().await;
    let told = app.manager().await.get("/v1/readiness").await.expect(200);
    let mut ids: Vec<_> = told["rules"].as_array().expect("rules").iter().map(|rule| rule["id"].to_string()).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for demand in told["demands"].as_array().expect("demands") {
        assert_ne!(demand["rules"], json!([]), "{} has no rule", demand["clause"]);
    }
    println!("{count} rules examined");
    assert!(count >= 60);
}

#[tokio::test]
async fn nothing_counts_as_met_where_nothing_is() {
    let app = App::start().await;
    let told = app.manager().await.get("/v1/readiness").await.expect(200);
    let gate = |name: &str| told["gates"].as_array().expect("gates").iter().find(|g| g["gate"] == name).cloned();
    let stage1 = gate("stage1").expect("a gate");
    assert!(stage1["blockers"].as_u64() > Some(5), "{stage1}");
    assert_eq!(told["demands"][2]["clause"], "4.3");
    assert_eq!(told["demands"][2]["state"], "missing");
    assert!(!told.to_string().contains("percent"));
}

#[tokio::test]
async fn an_approved_methodology_is_told_with_its_record() {
    let app = App::start().await;
    let manager = app.manager().await;
    let before = rule(&manager, "C16").await;
    assert_eq!((&before["state"], &before["who"]), (&json!("missing"), &json!("management")));
    assert_ne!(before["next"], json!(null));
    let team = Team::of(&app).await;
    let after = rule(&manager, "C16").await;
    assert_eq!((&after["state"], &after["next"]), (&json!("met"), &json!(null)));
    assert_eq!(after["proofs"][0]["records"][0]["id"], team.methodology.as_str());
}

#[tokio::test]
async fn an_unhandled_risk_stands_against_it_by_name() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 5, 5).await;
    let told = rule(&team.manager, "C26").await;
    assert_eq!(told["state"], "partly");
    assert_eq!(told["gaps"][0]["records"][0]["id"], risk.as_str());
    assert_eq!(told["gaps"][0]["records"][0]["ownerId"], team.owner.id.as_str());
}

#[tokio::test]
async fn readiness_is_told_as_of_any_day_and_by_unit() {
    let app = App::start().await;
    let yesterday = app.now();
    app.advance(chrono::Duration::days(2));
    let team = Team::of(&app).await;
    let then = team.manager.get(&format!("/v1/readiness?asOf={yesterday}")).await.expect(200);
    let state = |told: &Value| {
        told["rules"].as_array().expect("rules").iter().find(|r| r["id"] == "C16").expect("C16")["state"].clone()
    };
    assert_eq!(state(&then), "missing");
    let unit = app.unit("Works", None).await;
    let there = team.manager.get(&format!("/v1/readiness?unitId={unit}")).await.expect(200);
    assert_eq!(state(&there), "met", "the methodology is for the whole organisation");
    team.manager.get("/v1/readiness?unitId=nonsense").await.problem(400, "malformed");
    team.manager.get("/v1/readiness?asOf=2999-01-01").await.problem(400, "malformed");
}

#[tokio::test]
async fn a_picture_with_holes_is_shown_to_nobody() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let local = app.person("manager", Some(&unit)).await;
    local.get("/v1/readiness").await.problem(403, "denied");
    local.get(&format!("/v1/readiness?unitId={unit}")).await.expect(200);
    app.member().await.get("/v1/readiness").await.problem(403, "denied");
    app.owner_of(&unit).await.get(&format!("/v1/readiness?unitId={unit}")).await.problem(403, "denied");
    let service = app.integrator(json!(["read", "risks"])).await;
    let root = app.root().await;
    service.get(&format!("/v1/readiness?unitId={root}")).await.problem(403, "denied");
}

#[tokio::test]
async fn both_doors_tell_the_same() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let query = json!({"query": "{ readiness { gates { gate blockers high others missing rules } demands { clause state } } }"});
    let graph = team.manager.post("/graphql", query).await.expect(200);
    let rest = team.manager.get("/v1/readiness").await.expect(200);
    assert_eq!(graph["data"]["readiness"]["gates"], rest["gates"], "{graph}");
    assert_eq!(graph["data"]["readiness"]["demands"].as_array().map(Vec::len), Some(30));
}

#[tokio::test]
async fn what_lies_above_a_unit_counts_for_it_and_is_counted_where_it_is_not_shown() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (unit, other) = (app.unit("Works", None).await, app.unit("Office", None).await);
    let local = app.person("manager", Some(&unit)).await;
    let cycle = json!({"title": "Cycle", "startsOn": app.in_days(0), "endsOn": app.in_days(1000),
        "objectives": "Whether it works", "riskBasis": "The highest risks first", "methods": ["onsite"]});
    let programme = team.auditor.create("audit-programmes", cycle).await;
    team.management.just("audit-programmes", &programme, "approve").await.expect(200);
    let control = create_many(&team.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let theirs = with(rated("Fire", &team.owner, 5, 5), json!({"unitId": other}));
    team.manager.create("risks", theirs).await;
    let told = local.get(&format!("/v1/readiness?unitId={unit}")).await.expect(200);
    let rule = |id: &str| told["rules"].as_array().expect("rules").iter().find(|r| r["id"] == id).expect("it").clone();
    assert_eq!((&rule("C49")["state"], &rule("C49")["proofs"][0]["total"]), (&json!("met"), &json!(1)));
    assert_eq!(rule("C49")["proofs"][0]["records"], json!([]), "which one is not theirs to know");
    assert_eq!(told["controls"][0]["id"], control.as_str());
    assert_eq!(rule("C69")["proofs"][0]["total"], 0, "a risk of another unit proves nothing here");
}
