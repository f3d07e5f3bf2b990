//! Exercises of continuity: what they measured, against what was allowed.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn an_exercise_meets_its_targets_or_misses_them() {
    let app = App::start().await;
    let manager = app.manager().await;
    for (rto, rpo, met) in [(480, 60, true), (481, 60, false), (480, 61, false)] {
        let draft =
            json!({"title": "Restore", "plannedOn": app.in_days(1), "rtoTargetMinutes": 480, "rpoTargetMinutes": 60});
        let id = manager.create("continuity-exercises", draft).await;
        let result = json!({"heldOn": app.in_days(0), "rtoMinutes": rto, "rpoMinutes": rpo, "result": "All back"});
        let mut ahead = result.clone();
        ahead["heldOn"] = json!(app.in_days(1));
        manager.act("continuity-exercises", &id, "hold", ahead).await.refuses("/heldOn");
        let held = manager.act("continuity-exercises", &id, "hold", result).await.expect(200);
        assert_eq!((&held["met"], &held["state"]), (&json!(met), &json!("held")));
    }
}

#[tokio::test]
async fn what_was_not_measured_is_not_met() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = json!({"title": "Restore", "plannedOn": app.in_days(1), "rtoTargetMinutes": 480});
    let id = manager.create("continuity-exercises", draft).await;
    manager.act("continuity-exercises", &id, "hold", json!({"result": ""})).await.refuses("/result");
    let held = manager.act("continuity-exercises", &id, "hold", json!({"result": "Broken off"})).await.expect(200);
    assert_eq!((&held["met"], &held["heldOn"]), (&json!(false), &json!(app.in_days(0))));
}

#[tokio::test]
async fn an_exercise_that_was_held_is_not_retired() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = json!({"title": "Restore", "plannedOn": app.in_days(1), "rtoTargetMinutes": 480});
    let id = manager.create("continuity-exercises", draft.clone()).await;
    manager.act("continuity-exercises", &id, "hold", json!({"result": "Broken off"})).await.expect(200);
    manager.just("continuity-exercises", &id, "retire").await.problem(403, "denied");
    let planned = manager.create("continuity-exercises", draft).await;
    manager.just("continuity-exercises", &planned, "retire").await.expect(200);
}
