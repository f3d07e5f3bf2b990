//! Metrics: complete before they are measured; how they stand is computed, and no data is not zero.

use super::with;
use crate::app::App;
use crate::persona::Persona;
use serde_json::{Value, json};

/// A metric that this person measures and analyses, with whatever else is said.
pub async fn active(manager: &Persona, also: Value) -> String {
    let draft = json!({
        "title": "Trained", "need": "Do people know?", "formula": "Trained of all", "measuredIn": "percent",
        "analysed": "Monthly", "measurerId": manager.id, "analystId": manager.id, "target": 95, "amber": 90, "red": 80,
    });
    let id = manager.create("metrics", with(draft, also)).await;
    manager.just("metrics", &id, "activate").await.expect(200);
    id
}

/// A value for the days from so many days ago to so many days ago.
pub fn value(app: &App, metric: &str, from: i64, to: i64, value: f64) -> Value {
    json!({"metricId": metric, "periodFrom": app.in_days(-from), "periodTo": app.in_days(-to), "value": value})
}

#[tokio::test]
async fn i_50_a_metric_is_active_only_when_all_of_9_1_is_settled() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("metrics", json!({"title": "Trained"})).await;
    let problem = manager.just("metrics", &id, "activate").await.refuses("/need");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(9), "{problem}");
    let idle = value(&app, &id, 30, 1, 90.0);
    manager.post("/v1/measurements", idle).await.refuses("/metricId");
    let id = active(&manager, json!({})).await;
    manager.change("metrics", &id, json!({"analystId": null})).await.refuses("/analystId");
}

#[tokio::test]
async fn thresholds_lie_in_the_order_of_the_direction() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = |direction: &str, amber: i32| json!({"title": "Late", "direction": direction, "target": 5, "amber": amber, "red": 20});
    manager.create("metrics", draft("down", 10)).await;
    manager.post("/v1/metrics", draft("up", 10)).await.refuses("/amber");
    manager.post("/v1/metrics", draft("down", 30)).await.refuses("/amber");
}

#[tokio::test]
async fn the_last_value_its_verdict_and_the_trend_are_computed() {
    let app = App::start().await;
    let manager = app.manager().await;
    let metric = active(&manager, json!({})).await;
    let standing = async || {
        let read = manager.read("metrics", &metric).await;
        (read["lastValue"].clone(), read["lastVerdict"].clone(), read["trend"].clone())
    };
    assert_eq!(standing().await, (Value::Null, Value::Null, Value::Null));
    manager.create("measurements", value(&app, &metric, 60, 31, 85.0)).await;
    assert_eq!(standing().await, (json!(85.0), json!("amber"), Value::Null));
    manager.create("measurements", value(&app, &metric, 30, 1, 97.5)).await;
    assert_eq!(standing().await, (json!(97.5), json!("green"), json!("up")));
    let listed = manager.every("/v1/metrics?lastVerdict=green&trend=up").await;
    assert_eq!(listed, [metric]);
}

#[tokio::test]
async fn i_52_a_missing_period_is_no_data_and_late() {
    let app = App::start().await;
    let manager = app.manager().await;
    let metric = active(&manager, json!({})).await;
    let late = async || manager.read("metrics", &metric).await["late"].clone();
    assert_eq!(late().await, false);
    app.advance(chrono::Duration::days(32));
    let read = manager.read("metrics", &metric).await;
    assert_eq!((&read["late"], &read["lastValue"]), (&json!(true), &Value::Null));
    manager.create("measurements", value(&app, &metric, 31, 1, 96.0)).await;
    assert_eq!(late().await, false);
    app.advance(chrono::Duration::days(32));
    assert_eq!(late().await, true);
}

#[tokio::test]
async fn a_computed_metric_is_drawn_from_live_records() {
    let app = App::start().await;
    let manager = app.manager().await;
    let derived = json!({
        "source": "computed", "derivation": "actionsOverduePercent", "direction": "down", "target": 5, "amber": 10,
        "red": 20,
    });
    let metric = active(&manager, derived).await;
    let period = |app: &App| json!({"periodFrom": app.in_days(-30), "periodTo": app.in_days(0)});
    manager.act("metrics", &metric, "measure", period(&app)).await.problem(409, "conflict");
    for days in [1, 1, 30] {
        manager.create("actions", json!({"title": "Do", "ownerId": manager.id, "dueOn": app.in_days(days)})).await;
    }
    app.advance(chrono::Duration::days(2));
    manager.act("metrics", &metric, "measure", period(&app)).await.expect(200);
    let measured = manager.get("/v1/measurements").await.expect(200)["items"][0].clone();
    assert_eq!((&measured["value"], &measured["sample"]), (&json!(66.67), &json!(3)));
    assert_eq!(measured["verdict"], "red");
    let manual = active(&manager, json!({"title": "By hand"})).await;
    manager.act("metrics", &manual, "measure", period(&app)).await.problem(409, "conflict");
}

#[tokio::test]
async fn each_derivation_can_be_drawn() {
    let app = App::start().await;
    let manager = app.manager().await;
    for (name, drawn) in [
        ("risksAboveCriterionUnhandled", true),
        ("controlsImplementedPercent", false),
        ("acknowledgedPercent", false),
        ("awarenessPercent", false),
        ("incidentsOpen", true),
        ("nonconformitiesOverdue", true),
        ("suppliersAssessedPercent", false),
    ] {
        let metric = active(&manager, json!({"title": name, "source": "computed", "derivation": name})).await;
        let period = json!({"periodFrom": app.in_days(-30), "periodTo": app.in_days(0)});
        let reply = manager.act("metrics", &metric, "measure", period).await;
        assert_eq!(reply.status, if drawn { 200 } else { 409 }, "{name}: {}", reply.text);
    }
}

#[tokio::test]
async fn i_06_a_past_period_is_drawn_from_the_records_of_then() {
    let app = App::start().await;
    let manager = app.manager().await;
    let derived = json!({
        "source": "computed", "derivation": "actionsOverduePercent", "direction": "down", "target": 5, "amber": 10,
        "red": 20,
    });
    let metric = active(&manager, derived).await;
    for days in [1, 90] {
        manager.create("actions", json!({"title": "Do", "ownerId": manager.id, "dueOn": app.in_days(days)})).await;
    }
    app.advance(chrono::Duration::days(60));
    manager.create("actions", json!({"title": "Do", "ownerId": manager.id, "dueOn": app.in_days(90)})).await;
    let period = |from: i64, to: i64| json!({"periodFrom": app.in_days(-from), "periodTo": app.in_days(-to)});
    manager.act("metrics", &metric, "measure", period(400, 370)).await.problem(409, "conflict");
    manager.act("metrics", &metric, "measure", period(60, 60)).await.expect(200);
    manager.act("metrics", &metric, "measure", period(59, 30)).await.expect(200);
    manager.act("metrics", &metric, "measure", period(29, 0)).await.expect(200);
    let told = manager.get("/v1/measurements?sort=periodTo").await.expect(200);
    let values: Vec<_> =
        told["items"].as_array().expect("values").iter().map(|v| (&v["value"], &v["sample"])).collect();
    assert_eq!(values, [(&json!(0.0), &json!(2)), (&json!(50.0), &json!(2)), (&json!(33.33), &json!(3))]);
}

#[tokio::test]
async fn i_51_nobody_types_the_value_of_a_computed_metric() {
    let app = App::start().await;
    let manager = app.manager().await;
    let derived = json!({"source": "computed", "derivation": "incidentsOpen", "direction": "down", "target": 0, "amber": 1, "red": 3});
    let metric = active(&manager, derived).await;
    manager.post("/v1/measurements", value(&app, &metric, 30, 1, 0.0)).await.refuses("/metricId");
    let before = json!({"periodFrom": app.in_days(-30), "periodTo": app.in_days(-1)});
    let told = manager.act("metrics", &metric, "measure", before).await.problem(409, "conflict");
    assert!(told.to_string().contains("no data is not zero"), "no records were kept then: {told}");
    let period = json!({"periodFrom": app.in_days(-30), "periodTo": app.in_days(0)});
    manager.act("metrics", &metric, "measure", period.clone()).await.expect(200);
    manager.act("metrics", &metric, "measure", period.clone()).await.refuses("/periodFrom");
    let first = manager.every("/v1/measurements").await.remove(0);
    let again = with(period, json!({"correctsId": first, "reason": "An incident was filed late"}));
    manager.act("metrics", &metric, "measure", again).await.expect(200);
    assert_eq!(manager.read("measurements", &first).await["replaced"], true);
}

#[tokio::test]
async fn i_71_an_open_figure_leaves_confidential_incidents_out() {
    let app = App::start().await;
    let manager = app.manager().await;
    let derived = json!({"source": "computed", "derivation": "incidentsOpen", "direction": "down", "target": 0, "amber": 1, "red": 3});
    let metric = active(&manager, derived).await;
    let lead = incident_lead(&app, &manager).await;
    for confidential in [true, false] {
        let draft = json!({"title": "Theft", "confidential": confidential});
        let id = manager.create("incidents", draft).await;
        let declared = json!({"incident": true, "reason": "Seen", "severity": 3, "affects": ["availability"]});
        lead.act("incidents", &id, "assess", declared).await.expect(200);
    }
    let period = json!({"periodFrom": app.in_days(-30), "periodTo": app.in_days(0)});
    lead.act("metrics", &metric, "measure", period).await.expect(200);
    assert_eq!(manager.get("/v1/measurements").await.expect(200)["items"][0]["value"], json!(1.0));
    let review = json!({
        "title": "Review", "plannedOn": app.in_days(0), "periodFrom": app.in_days(-30), "periodTo": app.in_days(0),
        "chairId": app.management().await.id,
    });
    let review = manager.create("management-reviews", review).await;
    let compiled = lead.just("management-reviews", &review, "compile").await.expect(200);
    let inputs = compiled["inputs"].as_array().expect("inputs");
    let feedback = inputs.iter().find(|input| input["letter"] == "e").expect("an input");
    assert_eq!((&feedback["figures"]["incidents"], &feedback["records"]), (&json!(1), &json!(["INC-0002"])));
}

/// Somebody who answers for incidents, and runs the ISMS.
async fn incident_lead(app: &App, manager: &Persona) -> Persona {
    let lead = app.manager().await;
    let duty = json!({"title": "Leads the response", "duty": "incidentManagement", "holderId": lead.id});
    let duty = manager.create("responsibilities", duty).await;
    lead.just("responsibilities", &duty, "accept").await.expect(200);
    lead
}
