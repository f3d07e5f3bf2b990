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
    team.manager.just("campaigns", &id, "approve").await.problem(403, "denied");
    team.management.just("campaigns", &id, "approve").await.expect(200);
    team.owner.change("risks", &risk, json!({"rationale": "Later"})).await.expect(200);
    assert_eq!(team.manager.read("campaigns", &id).await["closing"][0]["rationale"], "New doors");
    team.manager.change("campaigns", &id, json!({"title": "Other"})).await.problem(403, "denied");
}
