//! Treatment plans: submitted whole, approved by every risk owner (I-84), with no control that is excluded (I-40).

use crate::app::App;
use crate::records::{Team, rated};
use serde_json::json;

#[tokio::test]
async fn a_plan_needs_a_risk() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let plan = team.manager.create("treatment-plans", json!({"title": "Harden"})).await;
    team.manager.just("treatment-plans", &plan, "submit").await.refuses("/riskIds");
}

#[tokio::test]
async fn a_plan_needs_risks_that_their_owners_have_decided_on() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let plan = team.manager.create("treatment-plans", json!({"title": "Harden", "riskIds": [risk]})).await;
    team.action(&app, &risk, Some(&plan), 10).await;
    team.manager.just("treatment-plans", &plan, "submit").await.refuses("/riskIds/0");
}

#[tokio::test]
async fn i_84_a_plan_is_approved_when_every_risk_owner_has() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let second = app.owner().await;
    let one = team.to_modify("Fire", 4, 4).await;
    let two = team.manager.create("risks", rated("Theft", &second, 4, 4)).await;
    for act in ["analyse", "evaluate"] {
        second.just("risks", &two, act).await.expect(200);
    }
    second.act("risks", &two, "decide", json!({"treatment": "retain"})).await.expect(200);
    let plan = team.manager.create("treatment-plans", json!({"title": "Harden", "riskIds": [one, two]})).await;
    team.action(&app, &one, Some(&plan), 10).await;
    team.manager.just("treatment-plans", &plan, "submit").await.expect(200);
    let half = team.owner.just("treatment-plans", &plan, "approve").await.expect(200);
    assert_eq!(half["state"], "inReview");
    team.owner.just("treatment-plans", &plan, "approve").await.problem(409, "conflict");
    team.management.just("treatment-plans", &plan, "approve").await.problem(403, "denied");
    let whole = second.just("treatment-plans", &plan, "approve").await.expect(200);
    assert_eq!(whole["state"], "approved");
}

#[tokio::test]
async fn a_plan_sent_back_starts_its_approvals_anew() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.to_modify("Fire", 4, 4).await;
    let plan = team.manager.create("treatment-plans", json!({"title": "Harden", "riskIds": [risk]})).await;
    team.action(&app, &risk, Some(&plan), 10).await;
    team.manager.just("treatment-plans", &plan, "submit").await.expect(200);
    let back = team.owner.act("treatment-plans", &plan, "reject", json!({"reason": "Too dear"})).await.expect(200);
    assert_eq!((&back["state"], &back["approvals"]), (&json!("draft"), &json!([])));
}

#[tokio::test]
async fn i_40_a_treatment_does_not_choose_a_control_that_is_excluded() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let draft = json!({"code": "OWN-1", "title": "Guards", "applicability": "excluded", "justification": "No site"});
    let control = team.manager.create("controls", draft).await;
    let risk = team.evaluated("Theft", 4, 4).await;
    let decision =
        json!({"treatment": "modify", "plannedControlIds": [control], "residualLikelihood": 1, "residualImpact": 2});
    team.owner.act("risks", &risk, "decide", decision).await.refuses("/plannedControlIds");
}

#[tokio::test]
async fn a_plan_is_complete_when_its_actions_are_verified_or_cancelled() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.to_modify("Fire", 4, 4).await;
    let (plan, action) = team.approved_plan(&app, &risk, 20).await;
    team.manager.just("treatment-plans", &plan, "complete").await.problem(409, "conflict");
    team.owner.act("actions", &action, "finish", json!({"proof": "Report"})).await.expect(200);
    team.manager.just("treatment-plans", &plan, "complete").await.problem(409, "conflict");
    team.manager.just("actions", &action, "verify").await.expect(200);
    team.manager.just("treatment-plans", &plan, "complete").await.expect(200);
}

#[tokio::test]
async fn i_01_an_approved_plan_is_not_changed() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.to_modify("Fire", 4, 4).await;
    let (plan, _) = team.approved_plan(&app, &risk, 20).await;
    team.manager.change("treatment-plans", &plan, json!({"title": "Other"})).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_plan_counts_its_actions() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.to_modify("Fire", 4, 4).await;
    let (plan, action) = team.approved_plan(&app, &risk, 20).await;
    team.action(&app, &risk, Some(&plan), 5).await;
    team.owner.act("actions", &action, "finish", json!({"proof": "Report"})).await.expect(200);
    app.advance(chrono::Duration::days(6));
    let seen = team.manager.read("treatment-plans", &plan).await;
    assert_eq!(
        [&seen["actions"], &seen["actionsDone"], &seen["actionsOverdue"]],
        [2, 1, 1].map(|n| json!(n)).each_ref()
    );
}
