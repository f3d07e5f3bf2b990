//! Risks: computed levels (I-29), predictions kept apart from ratings (I-30, I-31), and what is done about them (I-32, I-34).

use crate::app::App;
use crate::records::{Team, rated, risk};
use chrono::Duration;
use serde_json::json;

#[tokio::test]
async fn i_29_a_level_is_computed_and_never_typed() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let mut draft = rated("Fire", &team.owner, 5, 5);
    draft["currentLevel"] = json!(1);
    team.manager.post("/v1/risks", draft).await.refuses("/currentLevel");
    let id = team.manager.create("risks", rated("Fire", &team.owner, 5, 5)).await;
    assert_eq!(team.manager.read("risks", &id).await["currentLevel"], 4);
}

#[tokio::test]
async fn a_rating_is_on_its_scale() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    for (likelihood, impact, pointer) in [
        (0, 3, "/currentLikelihood"),
        (6, 3, "/currentLikelihood"),
        (3, -1, "/currentImpact"),
        (3, 6, "/currentImpact"),
    ] {
        let draft = rated("Fire", &team.owner, likelihood, impact);
        team.manager.post("/v1/risks", draft).await.refuses(pointer);
    }
}

#[tokio::test]
async fn likelihood_and_impact_are_rated_together() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let mut draft = risk("Fire", &team.owner);
    draft["currentLikelihood"] = json!(3);
    team.manager.post("/v1/risks", draft).await.refuses("/currentImpact");
}

#[tokio::test]
async fn i_30_a_level_above_the_inherent_one_is_explained() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let mut draft = rated("Fire", &team.owner, 5, 5);
    draft["inherentLikelihood"] = json!(1);
    draft["inherentImpact"] = json!(1);
    team.manager.post("/v1/risks", draft.clone()).await.refuses("/rationale");
    draft["rationale"] = json!("The sprinklers make it worse");
    team.manager.post("/v1/risks", draft).await.expect(201);
}

#[tokio::test]
async fn an_analysed_risk_has_an_owner_a_rating_and_something_at_stake() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    for (field, pointer) in
        [("ownerId", "/ownerId"), ("currentLikelihood", "/currentLikelihood"), ("affects", "/affects")]
    {
        let mut draft = rated("Fire", &team.owner, 2, 2);
        let fields = draft.as_object_mut().expect("a draft");
        fields.remove(field);
        if field == "currentLikelihood" {
            fields.remove("currentImpact");
        }
        let id = team.manager.create("risks", draft).await;
        team.manager.just("risks", &id, "analyse").await.refuses(pointer);
    }
}

#[tokio::test]
async fn a_risk_goes_its_path_and_no_other() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = team.manager.create("risks", rated("Fire", &team.owner, 4, 4)).await;
    for act in ["evaluate", "monitor"] {
        team.owner.just("risks", &id, act).await.problem(409, "conflict");
    }
    team.owner.act("risks", &id, "decide", json!({"treatment": "retain"})).await.problem(409, "conflict");
    team.owner.just("risks", &id, "analyse").await.expect(200);
    team.owner.just("risks", &id, "analyse").await.problem(409, "conflict");
}

#[tokio::test]
async fn i_34_sharing_names_with_whom_and_keeps_a_residual_level() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = team.evaluated("Fire", 4, 4).await;
    let mut decision = json!({"treatment": "share", "residualLikelihood": 2, "residualImpact": 2});
    team.owner.act("risks", &id, "decide", decision.clone()).await.refuses("/treatmentDetail");
    decision["detail"] = json!("Fire insurance 4711");
    decision["residualImpact"] = json!(null);
    decision["residualLikelihood"] = json!(null);
    team.owner.act("risks", &id, "decide", decision.clone()).await.refuses("/residualLikelihood");
    decision["residualImpact"] = json!(2);
    decision["residualLikelihood"] = json!(2);
    team.owner.act("risks", &id, "decide", decision).await.expect(200);
}

#[tokio::test]
async fn i_34_avoiding_names_what_stops_and_when() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = team.evaluated("Fire", 4, 4).await;
    let mut decision = json!({"treatment": "avoid"});
    team.owner.act("risks", &id, "decide", decision.clone()).await.refuses("/treatmentDetail");
    decision["detail"] = json!("The paint shop closes");
    team.owner.act("risks", &id, "decide", decision.clone()).await.refuses("/treatmentEndsOn");
    decision["endsOn"] = json!(app.in_days(90));
    team.owner.act("risks", &id, "decide", decision).await.expect(200);
}

#[tokio::test]
async fn i_32_a_risk_above_the_criterion_is_handled_in_exactly_one_way() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let handling = async |id: &str| team.manager.read("risks", id).await["handling"].clone();
    let unrated = team.manager.create("risks", json!({"title": "Flood"})).await;
    let within = team.evaluated("Dust", 2, 2).await;
    let above = team.to_modify("Fire", 4, 4).await;
    assert_eq!(handling(&unrated).await, "unrated");
    assert_eq!(handling(&within).await, "withinCriterion");
    assert_eq!(handling(&above).await, "unhandled");

    team.approved_plan(&app, &above, 20).await;
    assert_eq!(handling(&above).await, "onTimeTreatment");
    app.advance(Duration::days(21));
    assert_eq!(handling(&above).await, "overdueTreatment");

    let accepted = team.evaluated("Theft", 4, 4).await;
    let acceptance = team.acceptance(&app, &accepted, 30).await;
    assert_eq!(handling(&accepted).await, "unhandled", "a request is no acceptance");
    team.management.just("acceptances", &acceptance, "accept").await.expect(200);
    assert_eq!(handling(&accepted).await, "accepted");
    app.advance(Duration::days(31));
    assert_eq!(handling(&accepted).await, "unhandled", "an acceptance expires by itself");
    let unhandled = team.manager.every("/v1/risks?handling=unhandled").await;
    assert_eq!(unhandled, vec![accepted]);
}

#[tokio::test]
async fn a_treated_risk_that_is_accepted_as_well_is_in_one_state_only() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = team.to_modify("Fire", 4, 4).await;
    team.approved_plan(&app, &id, 20).await;
    let acceptance = team.acceptance(&app, &id, 30).await;
    team.management.just("acceptances", &acceptance, "accept").await.expect(200);
    for state in ["unhandled", "accepted", "onTimeTreatment", "overdueTreatment"] {
        let expected = usize::from(state == "accepted");
        assert_eq!(team.manager.every(&format!("/v1/risks?handling={state}")).await.len(), expected, "{state}");
    }
}

#[tokio::test]
async fn it_takes_two_to_close_a_risk() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = team.evaluated("Fire", 2, 2).await;
    team.manager.just("risks", &id, "close").await.problem(409, "conflict");
    team.manager.act("risks", &id, "propose-closure", json!({"reason": "Gone"})).await.problem(403, "denied");
    team.owner.act("risks", &id, "propose-closure", json!({"reason": ""})).await.refuses("/reason");
    team.owner.act("risks", &id, "propose-closure", json!({"reason": "The hall is sold"})).await.expect(200);
    team.owner.just("risks", &id, "close").await.problem(403, "denied");
    assert_eq!(team.manager.just("risks", &id, "close").await.expect(200)["state"], "closed");
    team.owner.change("risks", &id, json!({"title": "Other"})).await.problem(409, "conflict");
    let reopened = team.owner.act("risks", &id, "reopen", json!({"reason": "Smoke"})).await.expect(200);
    assert_eq!(reopened["state"], "analysed");
}

#[tokio::test]
async fn a_proposal_to_close_falls_with_a_change_of_owner() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let other = app.owner().await;
    let id = team.evaluated("Fire", 2, 2).await;
    team.owner.act("risks", &id, "propose-closure", json!({"reason": "The hall is sold"})).await.expect(200);
    team.manager.change("risks", &id, json!({"ownerId": other.id})).await.expect(200);
    team.manager.just("risks", &id, "close").await.problem(409, "conflict");
}

#[tokio::test]
async fn a_rating_sets_the_next_review_by_the_methodology() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = team.evaluated("Fire", 2, 2).await;
    let seen = team.manager.read("risks", &id).await;
    assert_eq!((&seen["reviewOn"], &seen["overdue"]), (&json!("2027-03-02"), &json!(false)));
    app.advance(Duration::days(366));
    assert_eq!(team.manager.every("/v1/risks?overdue=true").await, vec![id]);
}

#[tokio::test]
async fn an_owner_elsewhere_is_no_leave_to_decide() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let other = app.owner().await;
    let id = team.evaluated("Fire", 4, 4).await;
    other.act("risks", &id, "decide", json!({"treatment": "retain"})).await.problem(403, "denied");
}

#[tokio::test]
async fn allowed_actions_are_those_that_succeed() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = team.evaluated("Fire", 4, 4).await;
    let (owner, manager) = (team.owner.read("risks", &id).await, team.manager.read("risks", &id).await);
    let allows = |seen: &serde_json::Value, act: &str| {
        seen["allowedActions"].as_array().expect("a list").iter().any(|name| name == act)
    };
    assert!(allows(&owner, "decide") && !allows(&manager, "decide"));
    assert!(allows(&manager, "close") && !allows(&owner, "close"));
    assert!(!allows(&owner, "analyse"), "not in this state");
}
