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
    app.manager().await.just("campaigns", &id, "approve").await.expect(200);
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
    app.manager().await.just("campaigns", &id, "approve").await.problem(403, "denied");
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

#[tokio::test]
async fn i_02_nobody_approves_an_assessment_that_they_planned_or_ran() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 2, 2).await;
    let (second, third) = (app.manager().await, app.manager().await);
    let id = held(&app, &team, &risk, 3, "Old wires").await;
    team.manager.just("campaigns", &id, "approve").await.problem(403, "denied");
    let draft = json!({"title": "Again", "startsOn": app.in_days(0), "endsOn": app.in_days(30)});
    let again = team.manager.create("campaigns", draft).await;
    second.change("campaigns", &again, json!({"title": "Once more"})).await.expect(200);
    team.manager.just("campaigns", &again, "open").await.expect(200);
    let anew = json!({"currentLikelihood": 2, "currentImpact": 2, "rationale": "As before"});
    team.owner.act("risks", &risk, "rerate", anew).await.expect(200);
    team.manager.just("campaigns", &again, "finish").await.expect(200);
    second.just("campaigns", &again, "approve").await.problem(403, "denied");
    let approved = third.just("campaigns", &again, "approve").await.expect(200);
    assert_eq!(approved["approvedBy"], third.id.as_str());
    let owned = json!({"title": "Own", "startsOn": app.in_days(0), "endsOn": app.in_days(30), "ownerId": third.id});
    let owned = team.manager.create("campaigns", owned).await;
    team.manager.just("campaigns", &owned, "open").await.expect(200);
    app.advance(Duration::hours(1));
    let anew = json!({"currentLikelihood": 2, "currentImpact": 2, "rationale": "The same"});
    team.owner.act("risks", &risk, "rerate", anew).await.expect(200);
    team.manager.just("campaigns", &owned, "finish").await.expect(200);
    third.just("campaigns", &owned, "approve").await.problem(403, "denied");
}

#[tokio::test]
async fn i_36_old_ratings_do_not_count_and_the_days_of_an_opened_campaign_stay() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    team.evaluated("Fire", 2, 2).await;
    app.advance(Duration::hours(1));
    let draft = json!({"title": "Yearly", "startsOn": app.in_days(-700), "endsOn": app.in_days(30)});
    let id = team.manager.create("campaigns", draft).await;
    team.manager.change("campaigns", &id, json!({"startsOn": app.in_days(-10)})).await.expect(200);
    team.manager.just("campaigns", &id, "open").await.expect(200);
    team.manager.just("campaigns", &id, "finish").await.problem(422, "invalid");
    for day in ["startsOn", "endsOn"] {
        team.manager.change("campaigns", &id, json!({day: app.in_days(5)})).await.refuses(&format!("/{day}"));
    }
    team.manager.change("campaigns", &id, json!({"title": "This year's"})).await.expect(200);
}

#[tokio::test]
async fn the_register_of_a_campaign_is_shown_to_those_who_see_every_risk() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 2, 2).await;
    let works = app.unit("Works", None).await;
    let local = app.person("manager", Some(&works)).await;
    let draft = json!({
        "title": "Ours", "startsOn": app.in_days(0), "endsOn": app.in_days(30), "unitId": works,
    });
    let id = local.create("campaigns", draft).await;
    app.advance(Duration::hours(1));
    assert_eq!(local.just("campaigns", &id, "open").await.expect(200)["opening"], json!([]));
    assert_eq!(team.manager.read("campaigns", &id).await["opening"][0]["title"], "Fire");
    let refused = local.just("campaigns", &id, "finish").await;
    refused.refuses("/risks");
    assert!(!refused.text.contains("RSK-"), "{}", refused.text);
    let anew = json!({"currentLikelihood": 4, "currentImpact": 4, "rationale": "Old wires"});
    team.owner.act("risks", &risk, "rerate", anew).await.expect(200);
    assert_eq!(local.just("campaigns", &id, "finish").await.expect(200)["closing"], json!([]));
    let neighbour = app.person("manager", Some(&works)).await;
    neighbour.just("campaigns", &id, "approve").await.problem(403, "denied");
    let path = format!("/v1/campaigns/{id}/diff");
    assert_eq!(local.get(&path).await.expect(200)["movements"], json!([]));
    assert_eq!(team.manager.get(&path).await.expect(200)["movements"][0]["rise"], 2);
    let history = local.get(&format!("/v1/campaigns/{id}/history")).await;
    assert!(!history.text.contains("Old wires"), "{}", history.text);
}
