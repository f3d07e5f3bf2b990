//! Tasks, calendar and cycle: what waits for whom, what is due when, and what was done.

use crate::app::App;
use crate::records::{Team, rated};
use serde_json::{Value, json};

fn kinds(tasks: &Value) -> Vec<(String, String)> {
    let items = tasks["items"].as_array().expect("items");
    items.iter().map(|item| (item["what"].to_string(), item["reference"].to_string())).collect()
}

#[tokio::test]
async fn what_waits_is_what_the_caller_may_and_has_to_do() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    assert_eq!(app.owner().await.get("/v1/tasks").await.expect(200)["total"], 0);
    let risk = team.manager.create("risks", rated("Fire", &team.owner, 4, 4)).await;
    let waiting = team.owner.get("/v1/tasks").await.expect(200);
    assert_eq!(waiting["items"][0]["id"], risk.as_str(), "{waiting}");
    assert_eq!(waiting["items"][0]["kind"], "treat");
    team.owner.just("risks", &risk, "analyse").await.expect(200);
    team.owner.just("risks", &risk, "evaluate").await.expect(200);
    let decision = json!({"treatment": "modify", "residualLikelihood": 1, "residualImpact": 2});
    team.owner.act("risks", &risk, "decide", decision).await.expect(200);
    let plan = team.manager.create("treatment-plans", json!({"title": "Harden", "riskIds": [risk]})).await;
    let action = team.action(&app, &risk, Some(&plan), 10).await;
    team.manager.just("treatment-plans", &plan, "submit").await.expect(200);
    let waiting = kinds(&team.owner.get("/v1/tasks").await.expect(200));
    assert!(waiting.iter().any(|(what, _)| what.contains("treatment plan")), "{waiting:?}");
    assert!(waiting.iter().any(|(what, _)| what.contains("Do the action")), "{waiting:?}");
    team.owner.just("treatment-plans", &plan, "approve").await.expect(200);
    team.owner.act("actions", &action, "finish", json!({"proof": "Log"})).await.expect(200);
    assert_eq!(team.owner.get("/v1/tasks").await.expect(200)["total"], 0);
    let verify = kinds(&team.manager.get("/v1/tasks").await.expect(200));
    assert!(verify.iter().any(|(what, _)| what.contains("Verify")), "{verify:?}");
}

#[tokio::test]
async fn the_calendar_shows_what_is_overdue_and_upcoming_in_order() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let late = json!({"title": "Patch", "ownerId": team.owner.id, "dueOn": app.in_days(2)});
    team.manager.create("actions", late).await;
    let later = json!({"title": "Renew", "ownerId": team.owner.id, "dueOn": app.in_days(40)});
    team.manager.create("actions", later).await;
    app.advance(chrono::Duration::days(5));
    let told = team.manager.get("/v1/calendar").await.expect(200);
    let titles: Vec<_> =
        told["entries"].as_array().expect("entries").iter().map(|e| (&e["title"], &e["overdue"])).collect();
    assert_eq!(titles, [(&json!("Patch"), &json!(true)), (&json!("Renew"), &json!(false))]);
    let span = format!("/v1/calendar?from={}&to={}", app.in_days(30), app.in_days(60));
    assert_eq!(team.manager.get(&span).await.expect(200)["total"], 1);
    assert_eq!(app.member().await.get("/v1/calendar").await.expect(200)["total"], 0);
    team.manager.get("/v1/calendar?from=2026-05-01&to=2026-04-01").await.problem(400, "malformed");
}

#[tokio::test]
async fn the_feed_takes_the_token_as_a_password() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let action = json!({"title": "Patch; now", "ownerId": team.owner.id, "dueOn": app.in_days(2)});
    team.manager.create("actions", action).await;
    let token = team.manager.token.clone().expect("a token");
    let request = app.anonymous().request(reqwest::Method::GET, "/v1/calendar.ics").basic_auth("anyone", Some(token));
    let reply = crate::persona::send(request).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/calendar; charset=utf-8"));
    assert!(reply.text.starts_with("BEGIN:VCALENDAR"), "{}", reply.text);
    assert!(reply.text.contains("SUMMARY:Patch\\; now action"), "{}", reply.text);
    let wrong = app.anonymous().request(reqwest::Method::GET, "/v1/calendar.ics").basic_auth("anyone", Some("no"));
    assert_eq!(crate::persona::send(wrong).await.status, 401);
}

#[tokio::test]
async fn the_cycle_counts_what_was_planned_and_done() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let action = json!({"title": "Patch", "ownerId": team.owner.id, "dueOn": app.in_days(2)});
    let action = team.manager.create("actions", action).await;
    let path = format!("/v1/cycle?from={}&to={}", app.today(), app.in_days(30));
    let work = async || {
        let told = team.manager.get(&path).await.expect(200);
        let phase = told["phases"][1].clone();
        assert_eq!(phase["phase"], "do");
        phase["work"].as_array().expect("work").iter().find(|w| w["what"] == "action").expect("actions").clone()
    };
    assert_eq!((&work().await["open"], &work().await["done"]), (&json!(1), &json!(0)));
    team.owner.act("actions", &action, "finish", json!({"proof": "Log"})).await.expect(200);
    assert_eq!((&work().await["open"], &work().await["done"]), (&json!(0), &json!(1)));
    team.manager.get("/v1/cycle").await.problem(400, "malformed");
}
