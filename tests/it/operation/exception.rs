//! Exceptions: allowed by somebody else, above the criterion by management, for a year at most.

use crate::app::App;
use crate::records::{Team, annex_a, create_many};
use serde_json::json;

#[tokio::test]
async fn i_77_an_exception_is_allowed_by_somebody_with_the_role_that_its_risk_demands() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let control = create_many(&team.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let risk = team.evaluated("Old press", 5, 5).await;
    let mut draft = json!({
        "title": "Old press", "controlId": control, "reason": "No update", "riskId": risk, "ownerId": team.owner.id,
        "startsOn": app.in_days(0), "expiresOn": app.in_days(400),
    });
    team.manager.post("/v1/exceptions", draft.clone()).await.refuses("/expiresOn");
    draft["expiresOn"] = json!(app.in_days(300));
    let id = team.manager.create("exceptions", draft).await;
    team.owner.just("exceptions", &id, "submit").await.expect(200);
    let other = app.manager().await;
    other.just("exceptions", &id, "approve").await.problem(403, "denied");
    let live = team.management.just("exceptions", &id, "approve").await.expect(200);
    assert_eq!((&live["live"], &live["expired"]), (&json!(true), &json!(false)));
    app.advance(chrono::Duration::days(301));
    assert_eq!(team.manager.read("exceptions", &id).await["expired"], true);
}

#[tokio::test]
async fn i_77_who_asks_for_an_exception_does_not_allow_it() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let control = create_many(&team.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let risk = team.evaluated("Old press", 1, 1).await;
    let draft = json!({
        "title": "Old press", "controlId": control, "reason": "No update", "riskId": risk,
        "startsOn": app.in_days(10), "expiresOn": app.in_days(300),
    });
    let id = team.manager.create("exceptions", draft).await;
    team.manager.just("exceptions", &id, "submit").await.expect(200);
    team.manager.just("exceptions", &id, "approve").await.problem(403, "denied");
    let other = app.manager().await;
    let allowed = other.just("exceptions", &id, "approve").await.expect(200);
    assert_eq!((&allowed["live"], &allowed["decidedBy"]), (&json!(false), &json!(other.id)));
    app.advance(chrono::Duration::days(10));
    assert_eq!(other.read("exceptions", &id).await["live"], true);
    let revoked = other.act("exceptions", &id, "revoke", json!({"reason": "An update came"})).await.expect(200);
    assert_eq!((&revoked["state"], &revoked["live"]), (&json!("revoked"), &json!(false)));
}

#[tokio::test]
async fn i_77_a_risk_that_has_grown_since_takes_management() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let control = create_many(&team.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let risk = team.evaluated("Old press", 1, 1).await;
    let draft = json!({
        "title": "Old press", "controlId": control, "reason": "No update", "riskId": risk,
        "startsOn": app.in_days(0), "expiresOn": app.in_days(300),
    });
    let id = team.manager.create("exceptions", draft).await;
    team.manager.just("exceptions", &id, "submit").await.expect(200);
    let worse = json!({"currentLikelihood": 5, "currentImpact": 5, "rationale": "It is on the internet now"});
    team.owner.act("risks", &risk, "rerate", worse).await.expect(200);
    let other = app.manager().await;
    other.just("exceptions", &id, "approve").await.problem(403, "denied");
    let allowed = team.management.just("exceptions", &id, "approve").await.expect(200);
    assert_eq!(allowed["aboveCriterion"], true);
}

#[tokio::test]
async fn i_77_who_has_written_an_exception_does_not_allow_it() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let control = create_many(&team.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let risk = team.evaluated("Old press", 1, 1).await;
    let draft = json!({
        "title": "Old press", "controlId": control, "reason": "No update", "riskId": risk,
        "startsOn": app.in_days(0), "expiresOn": app.in_days(300),
    });
    let id = team.manager.create("exceptions", draft).await;
    let (writer, other) = (app.manager().await, app.manager().await);
    writer.change("exceptions", &id, json!({"reason": "No update before June"})).await.expect(200);
    other.change("exceptions", &id, json!({"reason": "No update before June"})).await.expect(200);
    team.manager.just("exceptions", &id, "submit").await.expect(200);
    writer.just("exceptions", &id, "approve").await.problem(403, "denied");
    other.just("exceptions", &id, "approve").await.expect(200);
}
