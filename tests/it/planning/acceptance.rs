//! Acceptances: by the role that the criterion demands, for one exact state, until a day (I-38, I-39).

use crate::app::App;
use crate::records::Team;
use chrono::Duration;
use serde_json::{Value, json};

#[tokio::test]
async fn a_risk_owner_accepts_within_the_criterion() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Dust", 2, 3).await;
    let draft = json!({"riskId": risk, "justification": "Small", "expiresOn": app.in_days(300)});
    let own = team.owner.create("acceptances", draft).await;
    let accepted = team.owner.just("acceptances", &own, "accept").await.expect(200);
    assert_eq!((&accepted["aboveCriterion"], &accepted["decidedBy"]), (&json!(false), &json!(team.owner.id)));
}

#[tokio::test]
async fn a_risk_owner_does_not_accept_above_the_criterion_even_as_management() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let role = json!({"userId": team.owner.id, "role": "management"});
    app.bootstrap().create("role-assignments", role).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let acceptance = team.acceptance(&app, &risk, 30).await;
    team.owner.just("acceptances", &acceptance, "accept").await.problem(403, "denied");
    team.management.just("acceptances", &acceptance, "accept").await.expect(200);
}

#[tokio::test]
async fn who_asks_for_an_acceptance_does_not_give_it() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let role = json!({"userId": team.manager.id, "role": "management"});
    app.bootstrap().create("role-assignments", role).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let acceptance = team.acceptance(&app, &risk, 30).await;
    team.manager.just("acceptances", &acceptance, "accept").await.problem(403, "denied");
}

#[tokio::test]
async fn a_prediction_does_not_lower_who_has_to_accept() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.to_modify("Fire", 4, 4).await;
    let draft = json!({"riskId": risk, "justification": "Soon better", "expiresOn": app.in_days(30)});
    let acceptance = team.owner.create("acceptances", draft).await;
    assert_eq!(team.manager.read("acceptances", &acceptance).await["aboveCriterion"], true);
    team.owner.just("acceptances", &acceptance, "accept").await.problem(403, "denied");
}

#[tokio::test]
async fn an_acceptance_lasts_no_longer_than_the_methodology_lets_it() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    for days in [-1, 400] {
        let draft = json!({"riskId": risk, "justification": "Later", "expiresOn": app.in_days(days)});
        team.manager.post("/v1/acceptances", draft).await.refuses("/expiresOn");
    }
}

#[tokio::test]
async fn an_unrated_risk_is_not_accepted() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", json!({"title": "Flood", "ownerId": team.owner.id})).await;
    let draft = json!({"riskId": risk, "justification": "Later", "expiresOn": app.in_days(30)});
    team.manager.post("/v1/acceptances", draft).await.refuses("/riskId");
}

#[tokio::test]
async fn a_risk_that_changed_since_the_request_is_not_accepted() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let acceptance = team.acceptance(&app, &risk, 30).await;
    team.owner.change("risks", &risk, json!({"currentImpact": 5})).await.expect(200);
    team.management.just("acceptances", &acceptance, "accept").await.problem(409, "conflict");
}

async fn goes_stale(change: impl AsyncFnOnce(&App, &Team, &str, &str)) -> Value {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let control = team.manager.create("controls", json!({"code": "OWN-1", "title": "Sprinklers"})).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    team.owner.change("risks", &risk, json!({"controlIds": [control]})).await.expect(200);
    let acceptance = team.acceptance(&app, &risk, 30).await;
    let accepted = team.management.just("acceptances", &acceptance, "accept").await.expect(200);
    assert_eq!((&accepted["stale"], &accepted["valid"]), (&json!(false), &json!(true)));
    app.advance(Duration::hours(1));
    change(&app, &team, &risk, &control).await;
    let seen = team.manager.read("acceptances", &acceptance).await;
    assert_eq!(team.manager.every("/v1/acceptances?valid=true").await.len(), usize::from(seen["valid"] == true));
    seen
}

#[tokio::test]
async fn an_acceptance_goes_stale_when_the_risk_is_rated_higher() {
    let seen = goes_stale(async |_, team, risk, _| {
        team.owner.change("risks", risk, json!({"currentLikelihood": 5})).await.expect(200);
    });
    assert_eq!(seen.await["stale"], true);
}

#[tokio::test]
async fn an_acceptance_goes_stale_when_a_control_changes() {
    let seen = goes_stale(async |_, team, _, control| {
        team.manager.change("controls", control, json!({"maturity": 1})).await.expect(200);
    });
    assert_eq!(seen.await["stale"], true);
}

#[tokio::test]
async fn an_acceptance_goes_stale_when_the_methodology_is_replaced() {
    let seen = goes_stale(async |_, team, _, _| {
        let second = team.manager.create("methodologies", crate::records::methodology()).await;
        team.management.just("methodologies", &second, "approve").await.expect(200);
    });
    assert_eq!(seen.await["stale"], true);
}

#[tokio::test]
async fn an_acceptance_stands_when_only_the_review_date_moves() {
    let seen = goes_stale(async |app, team, risk, _| {
        team.owner.change("risks", risk, json!({"reviewOn": app.in_days(90)})).await.expect(200);
    });
    assert_eq!(seen.await["valid"], true);
}

#[tokio::test]
async fn i_08_an_acceptance_expires_by_itself() {
    let seen = goes_stale(async |app, _, _, _| app.advance(Duration::days(31)));
    let seen = seen.await;
    assert_eq!((&seen["expired"], &seen["valid"], &seen["state"]), (&json!(true), &json!(false), &json!("accepted")));
}

#[tokio::test]
async fn what_was_decided_is_not_changed() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let acceptance = team.acceptance(&app, &risk, 30).await;
    team.management.just("acceptances", &acceptance, "accept").await.expect(200);
    let reply = team.manager.change("acceptances", &acceptance, json!({"justification": "Other"})).await;
    assert!(matches!(reply.status, 403 | 409), "{}", reply.text);
    team.manager.just("acceptances", &acceptance, "retire").await.problem(403, "denied");
}

#[tokio::test]
async fn a_later_acceptance_replaces_the_earlier_one() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let first = team.acceptance(&app, &risk, 30).await;
    team.management.just("acceptances", &first, "accept").await.expect(200);
    let second = team.acceptance(&app, &risk, 60).await;
    team.management.just("acceptances", &second, "accept").await.expect(200);
    assert_eq!(team.manager.read("acceptances", &first).await["state"], "superseded");
    assert_eq!(team.manager.every("/v1/acceptances?state=accepted").await, vec![second]);
}

#[tokio::test]
async fn an_acceptance_is_taken_back_with_a_reason() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let acceptance = team.acceptance(&app, &risk, 30).await;
    team.management.just("acceptances", &acceptance, "accept").await.expect(200);
    team.management.act("acceptances", &acceptance, "revoke", json!({"reason": ""})).await.refuses("/reason");
    team.management.act("acceptances", &acceptance, "revoke", json!({"reason": "New facts"})).await.expect(200);
    assert_eq!(team.manager.read("risks", &risk).await["handling"], "unhandled");
}

#[tokio::test]
async fn i_01_the_state_accepted_is_frozen() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let acceptance = team.acceptance(&app, &risk, 30).await;
    team.owner.change("risks", &risk, json!({"title": "Blaze"})).await.expect(200);
    let seen = team.manager.read("acceptances", &acceptance).await;
    assert_eq!(seen["frozen"]["risk"]["title"], "Fire");
}

#[tokio::test]
async fn a_request_that_no_longer_makes_sense_is_put_away_and_taken_out_again() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let acceptance = team.acceptance(&app, &risk, 30).await;
    app.advance(Duration::days(40));
    let allowed = team.manager.read("acceptances", &acceptance).await["allowedActions"].clone();
    assert!(allowed.as_array().is_some_and(|acts| acts.contains(&json!("retire"))), "{allowed}");
    let put_away = team.manager.just("acceptances", &acceptance, "retire").await.expect(200);
    assert_ne!(put_away["retiredAt"], json!(null));
    let out = team.manager.just("acceptances", &acceptance, "restore").await.expect(200);
    assert_eq!(out["retiredAt"], json!(null));
}
