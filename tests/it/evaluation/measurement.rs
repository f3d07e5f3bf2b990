//! Measurements: each value stays, for one period that is over; what it means is said by who analyses.

use super::metric::{active, value};
use super::with;
use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn i_51_a_value_stays_and_another_corrects_it_for_a_reason() {
    let app = App::start().await;
    let manager = app.manager().await;
    let metric = active(&manager, json!({})).await;
    manager.post("/v1/measurements", value(&app, &metric, 30, -1, 90.0)).await.refuses("/periodTo");
    let first = manager.create("measurements", value(&app, &metric, 30, 1, 79.5)).await;
    assert_eq!(manager.read("measurements", &first).await["verdict"], "red");
    manager.change("measurements", &first, json!({"value": 99})).await.problem(403, "denied");
    manager.just("measurements", &first, "retire").await.problem(403, "denied");
    manager.post("/v1/measurements", value(&app, &metric, 30, 1, 92.25)).await.refuses("/periodFrom");
    manager.post("/v1/measurements", value(&app, &metric, 10, 1, 92.25)).await.refuses("/periodFrom");
    let better = with(value(&app, &metric, 30, 1, 96.25), json!({"correctsId": first}));
    manager.post("/v1/measurements", better.clone()).await.refuses("/reason");
    let better = with(better, json!({"reason": "Two lists were missing"}));
    let second = manager.create("measurements", better.clone()).await;
    let seen = manager.read("measurements", &second).await;
    assert_eq!((&seen["value"], &seen["verdict"]), (&json!(96.25), &json!("green")));
    assert_eq!(manager.read("measurements", &first).await["replaced"], true);
    manager.post("/v1/measurements", better).await.refuses("/correctsId");
}

#[tokio::test]
async fn i_52_a_red_value_leads_to_an_action_or_a_reason() {
    let app = App::start().await;
    let (manager, analyst) = (app.manager().await, app.member().await);
    let metric = active(&manager, json!({"analystId": analyst.id})).await;
    let red = manager.create("measurements", value(&app, &metric, 30, 1, 10.0)).await;
    let conclude = async |also| {
        analyst.act("measurements", &red, "evaluate", with(json!({"conclusion": "Too few courses"}), also)).await
    };
    conclude(json!({"conclusion": " "})).await.refuses("/conclusion");
    conclude(json!({})).await.refuses("/actionId");
    let said = conclude(json!({"noActionReason": "The next course is in May"})).await.expect(200);
    assert_eq!(said["evaluatedBy"], analyst.id.as_str());
    let action = json!({"title": "Hold a course", "ownerId": manager.id, "dueOn": app.in_days(30)});
    let action = manager.create("actions", action).await;
    let meant = json!({"conclusion": "Too few courses", "actionId": action});
    assert_eq!(manager.act("measurements", &red, "evaluate", meant).await.expect(200)["actionId"], action.as_str());
    let green = manager.create("measurements", value(&app, &metric, 60, 31, 96.0)).await;
    analyst.act("measurements", &green, "evaluate", json!({"conclusion": "Fine"})).await.expect(200);
}

#[tokio::test]
async fn who_measures_and_services_with_the_scope_enter_values() {
    let app = App::start().await;
    let (manager, measurer, other) = (app.manager().await, app.member().await, app.member().await);
    let metric = active(&manager, json!({"measurerId": measurer.id})).await;
    other.post("/v1/measurements", value(&app, &metric, 30, 1, 90.0)).await.problem(403, "denied");
    measurer.create("measurements", value(&app, &metric, 30, 1, 90.0)).await;
    let service = app.integrator(json!(["read", "write", "measurements"])).await;
    let id = service.create("measurements", value(&app, &metric, 60, 31, 91.0)).await;
    service.act("measurements", &id, "evaluate", json!({"conclusion": "Fine"})).await.problem(403, "denied");
    app.integrator(json!(["read", "write", "assets"]))
        .await
        .post("/v1/measurements", value(&app, &metric, 90, 61, 91.0))
        .await
        .problem(403, "denied");
}

#[tokio::test]
async fn i_06_a_correction_is_judged_by_what_was_aimed_at_then() {
    let app = App::start().await;
    let manager = app.manager().await;
    let metric = active(&manager, json!({})).await;
    let mut last = manager.create("measurements", value(&app, &metric, 30, 1, 79.5)).await;
    app.advance(chrono::Duration::hours(1));
    let easier = json!({"target": 50, "amber": 40, "red": 30});
    manager.change("metrics", &metric, easier).await.expect(200);
    for _ in 0..2 {
        app.advance(chrono::Duration::hours(1));
        let again = json!({"correctsId": last, "reason": "Rounded"});
        last = manager.create("measurements", with(value(&app, &metric, 30, 1, 79.5), again)).await;
        assert_eq!(manager.read("measurements", &last).await["verdict"], "red");
    }
    let next = manager.create("measurements", value(&app, &metric, 0, 0, 79.5)).await;
    assert_eq!(manager.read("measurements", &next).await["verdict"], "green");
}
