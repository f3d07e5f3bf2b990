//! Metrics: complete before they are active; values stay, and red ones are explained.

use crate::app::App;
use serde_json::{Value, json};

async fn active(app: &App, manager: &crate::persona::Persona) -> String {
    let draft = json!({
        "title": "Trained", "need": "Do people know?", "formula": "Trained of all", "measuredIn": "percent",
        "analysed": "Monthly", "measurerId": manager.id, "analystId": manager.id, "target": 95, "amber": 90, "red": 80,
    });
    let id = manager.create("metrics", draft).await;
    manager.just("metrics", &id, "activate").await.expect(200);
    let _ = app;
    id
}

#[tokio::test]
async fn i_50_a_metric_is_active_only_when_all_of_9_1_is_settled() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("metrics", json!({"title": "Trained"})).await;
    let problem = manager.just("metrics", &id, "activate").await.refuses("/need");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(7), "{problem}");
    active(&app, &manager).await;
}

#[tokio::test]
async fn i_51_a_value_stays_and_is_corrected_with_a_reason() {
    let app = App::start().await;
    let manager = app.manager().await;
    let metric = active(&app, &manager).await;
    let value = |value: f64, days: i64| json!({"metricId": metric, "periodFrom": app.in_days(-30), "periodTo": app.in_days(days), "value": value});
    manager.post("/v1/measurements", value(90.0, 1)).await.refuses("/periodTo");
    let first = manager.create("measurements", value(79.5, -1)).await;
    assert_eq!(manager.read("measurements", &first).await["verdict"], "red");
    manager.change("measurements", &first, json!({"value": 99})).await.problem(409, "conflict");
    manager.post("/v1/measurements", value(92.25, -1)).await.refuses("/correctsId");
    let mut better = value(92.25, -1);
    better["correctsId"] = json!(first);
    manager.post("/v1/measurements", better.clone()).await.refuses("/reason");
    better["reason"] = json!("Two lists were missing");
    let second = manager.create("measurements", better).await;
    let seen = manager.read("measurements", &second).await;
    assert_eq!((&seen["value"], &seen["verdict"]), (&json!(92.25), &json!("green")));
    assert_eq!(manager.read("measurements", &first).await["replaced"], true);
}

#[tokio::test]
async fn i_52_a_red_value_is_explained_and_a_missing_one_is_no_value() {
    let app = App::start().await;
    let manager = app.manager().await;
    let metric = active(&app, &manager).await;
    assert_eq!(manager.get("/v1/measurements?count=true").await.expect(200)["total"], 0);
    let value = json!({"metricId": metric, "periodFrom": app.in_days(-30), "periodTo": app.in_days(-1), "value": 10});
    let id = manager.create("measurements", value).await;
    manager.act("measurements", &id, "evaluate", json!({"conclusion": ""})).await.refuses("/conclusion");
    let meant = json!({"conclusion": "The course was cancelled"});
    assert_eq!(
        manager.act("measurements", &id, "evaluate", meant).await.expect(200)["evaluatedBy"],
        manager.id.as_str()
    );
}

#[tokio::test]
async fn a_computed_metric_is_drawn_from_live_records() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = json!({
        "title": "Overdue", "need": "Is work late?", "formula": "Overdue of open", "measuredIn": "percent",
        "source": "computed", "derivation": "actionsOverduePercent", "direction": "down", "analysed": "Monthly",
        "measurerId": manager.id, "analystId": manager.id, "target": 5,
    });
    let id = manager.create("metrics", draft).await;
    manager.just("metrics", &id, "activate").await.expect(200);
    for days in [1, 1, 30] {
        manager.create("actions", json!({"title": "Do", "ownerId": manager.id, "dueOn": app.in_days(days)})).await;
    }
    app.advance(chrono::Duration::days(2));
    let period = json!({"periodFrom": app.in_days(-30), "periodTo": app.in_days(0)});
    manager.act("metrics", &id, "measure", period).await.expect(200);
    let measured = manager.get("/v1/measurements").await.expect(200);
    assert_eq!((&measured["items"][0]["value"], &measured["items"][0]["sample"]), (&json!(66.6666), &json!(3)));
    assert_ne!(measured["items"][0]["value"], Value::Null);
}
