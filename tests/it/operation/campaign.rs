//! Campaigns: every risk is assessed within, and the result is kept while the register moves on.

use crate::app::App;
use crate::records::Team;
use chrono::Duration;
use serde_json::json;

#[tokio::test]
async fn i_36_a_campaign_ends_when_every_risk_was_assessed_within_and_i_37_keeps_its_result() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    app.advance(Duration::days(1));
    let draft = json!({"title": "Yearly", "startsOn": app.in_days(0), "endsOn": app.in_days(30)});
    let id = team.manager.create("campaigns", draft).await;
    team.manager.just("campaigns", &id, "open").await.expect(200);
    app.advance(Duration::hours(1));
    team.manager.just("campaigns", &id, "finish").await.problem(422, "invalid");
    let anew = json!({"currentLikelihood": 3, "currentImpact": 4, "rationale": "New doors"});
    team.owner.act("risks", &risk, "rerate", anew).await.expect(200);
    let kept = team.manager.just("campaigns", &id, "finish").await.expect(200);
    let levels = (&kept["opening"][0]["currentLevel"], &kept["closing"][0]["currentLevel"]);
    assert_eq!(levels, (&json!(3), &json!(3)));
    assert_eq!(kept["closing"][0]["rationale"], "New doors");
    team.owner.just("campaigns", &id, "approve").await.problem(403, "denied");
    team.manager.just("campaigns", &id, "approve").await.expect(200);
    team.owner.change("risks", &risk, json!({"rationale": "Later"})).await.expect(200);
    assert_eq!(team.manager.read("campaigns", &id).await["closing"][0]["rationale"], "New doors");
    team.manager.change("campaigns", &id, json!({"title": "Other"})).await.problem(403, "denied");
}

/// A campaign on one risk, closed after it was rated so.
async fn held(app: &App, team: &Team, risk: &str, rating: i32, why: &str) -> String {
    let draft = json!({"title": "Yearly", "startsOn": app.in_days(0), "endsOn": app.in_days(30)});
    let id = team.manager.create("campaigns", draft).await;
    team.manager.get(&format!("/v1/campaigns/{id}/diff")).await.problem(409, "conflict");
    team.manager.just("campaigns", &id, "open").await.expect(200);
    app.advance(Duration::days(1));
    let anew = json!({"currentLikelihood": rating, "currentImpact": rating, "rationale": why});
    team.owner.act("risks", risk, "rerate", anew).await.expect(200);
    team.manager.just("campaigns", &id, "finish").await.expect(200);
    id
}

#[tokio::test]
async fn a_campaign_with_a_risk_at_the_top_level_is_approved_by_management() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let id = held(&app, &team, &risk, 5, "A new neighbour").await;
    assert_eq!(team.manager.read("campaigns", &id).await["topLevel"], true);
    team.manager.just("campaigns", &id, "approve").await.problem(403, "denied");
    assert_eq!(team.management.just("campaigns", &id, "approve").await.expect(200)["state"], "approved");
}

#[tokio::test]
async fn what_moved_within_a_campaign_and_since_an_earlier_one_is_told_with_the_reason() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 2, 2).await;
    let first = held(&app, &team, &risk, 4, "Old wires").await;
    let moved = team.manager.get(&format!("/v1/campaigns/{first}/diff")).await.expect(200)["movements"].clone();
    assert_eq!((&moved[0]["id"], &moved[0]["rise"]), (&json!(risk), &json!(2)));
    assert_eq!((&moved[0]["rationale"], &moved[1]), (&json!("Old wires"), &json!(null)));
    app.advance(Duration::days(40));
    let second = held(&app, &team, &risk, 1, "New wires").await;
    let path = format!("/v1/campaigns/{second}/diff?against={first}");
    let moved = team.manager.get(&path).await.expect(200)["movements"].clone();
    assert_eq!((&moved[0]["change"], &moved[0]["rise"]), (&json!("changed"), &json!(-2)));
    team.manager.get(&format!("/v1/campaigns/{second}/diff?against=x")).await.expect(400);
    let outsider = app.member().await;
    outsider.get(&path).await.problem(404, "not-found");
}
