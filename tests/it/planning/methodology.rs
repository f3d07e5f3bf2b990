//! Methodologies: total and monotonous matrices (I-23), approved versions that ratings stay bound to (I-24, I-25).

use crate::app::App;
use crate::records::{Team, methodology, rated};
use serde_json::{Value, json};

async fn refused(change: impl Fn(&mut Value), pointer: &str) {
    let app = App::start().await;
    let mut draft = methodology();
    change(&mut draft);
    app.manager().await.post("/v1/methodologies", draft).await.refuses(pointer);
}

#[tokio::test]
async fn a_scale_has_three_to_ten_levels() {
    refused(|draft| draft["likelihood"] = json!([{"label": "yes"}, {"label": "no"}]), "/likelihood").await;
}

#[tokio::test]
async fn i_23_a_matrix_has_a_row_for_each_likelihood() {
    refused(|draft| drop(draft["matrix"].as_array_mut().map(Vec::pop)), "/matrix").await;
}

#[tokio::test]
async fn i_23_a_matrix_has_a_cell_for_each_impact() {
    refused(|draft| drop(draft["matrix"][2].as_array_mut().map(Vec::pop)), "/matrix/2").await;
}

#[tokio::test]
async fn a_matrix_names_only_levels_that_are_there() {
    refused(|draft| draft["matrix"][4][4] = json!(5), "/matrix/4").await;
}

#[tokio::test]
async fn i_23_a_matrix_does_not_fall_along_the_impact() {
    refused(|draft| draft["matrix"][0] = json!([2, 1, 2, 2, 2]), "/matrix/0").await;
}

#[tokio::test]
async fn i_23_a_matrix_does_not_fall_along_the_likelihood() {
    refused(|draft| draft["matrix"][4] = json!([1, 3, 3, 4, 4]), "/matrix/4").await;
}

#[tokio::test]
async fn the_criterion_is_one_of_the_levels() {
    refused(|draft| draft["acceptanceLevel"] = json!(5), "/acceptanceLevel").await;
}

#[tokio::test]
async fn a_colour_is_a_colour() {
    refused(|draft| draft["levels"][0]["colour"] = json!("red"), "/levels/0/colour").await;
}

#[tokio::test]
async fn i_01_an_approved_methodology_is_not_changed() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let reply = team.manager.change("methodologies", &team.methodology, json!({"acceptanceLevel": 4})).await;
    assert!(matches!(reply.status, 403 | 409), "{}", reply.text);
    let reply = team.manager.just("methodologies", &team.methodology, "retire").await;
    assert!(matches!(reply.status, 403 | 409), "{}", reply.text);
}

#[tokio::test]
async fn i_02_nobody_approves_a_methodology_that_they_wrote() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = json!({"userId": manager.id, "role": "management"});
    app.bootstrap().create("role-assignments", draft).await;
    let draft = manager.create("methodologies", methodology()).await;
    manager.just("methodologies", &draft, "approve").await.problem(403, "denied");
    let others = app.manager().await.create("methodologies", methodology()).await;
    let rewritten = manager.change("methodologies", &others, json!({"acceptanceLevel": 3})).await.expect(200);
    assert_eq!(rewritten["authorIds"].as_array().map(Vec::len), Some(2));
    manager.just("methodologies", &others, "approve").await.problem(403, "denied");
    app.management().await.just("methodologies", &others, "approve").await.expect(200);
}

#[tokio::test]
async fn a_new_version_supersedes_the_one_in_force() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let second = team.manager.create("methodologies", methodology()).await;
    team.management.just("methodologies", &second, "approve").await.expect(200);
    let approved = team.manager.every("/v1/methodologies?state=approved").await;
    assert_eq!(approved, vec![second.clone()]);
    let first = team.manager.read("methodologies", &team.methodology).await;
    assert_eq!((&first["state"], &first["edition"]), (&json!("superseded"), &json!(1)));
    assert_eq!(team.manager.read("methodologies", &second).await["edition"], 2);
}

#[tokio::test]
async fn ratings_stay_bound_to_their_version_until_they_are_rerated() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", rated("Fire", &team.owner, 3, 3)).await;
    let mut stricter = methodology();
    stricter["matrix"] = json!([[4, 4, 4, 4, 4], [4, 4, 4, 4, 4], [4, 4, 4, 4, 4], [4, 4, 4, 4, 4], [4, 4, 4, 4, 4]]);
    let second = team.manager.create("methodologies", stricter).await;
    team.management.just("methodologies", &second, "approve").await.expect(200);

    let kept = team.owner.change("risks", &risk, json!({"title": "Fire in the hall"})).await.expect(200);
    assert_eq!((&kept["currentLevel"], &kept["methodologyId"]), (&json!(2), &json!(team.methodology)));

    let ratings = json!({"currentLikelihood": 3, "currentImpact": 3, "rationale": "The new scale"});
    let anew = team.owner.act("risks", &risk, "rerate", ratings).await.expect(200);
    assert_eq!((&anew["currentLevel"], &anew["methodologyId"]), (&json!(4), &json!(second)));
    assert_eq!(anew["aboveCriterion"], true);
}

#[tokio::test]
async fn i_25_a_risk_is_not_rated_before_a_methodology_is_approved() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    manager.create("methodologies", methodology()).await;
    manager.post("/v1/risks", rated("Fire", &owner, 1, 1)).await.refuses("/currentLikelihood");
}

#[tokio::test]
async fn drafts_of_a_methodology_are_for_the_manager_alone() {
    let app = App::start().await;
    let (manager, member) = (app.manager().await, app.member().await);
    let draft = manager.create("methodologies", methodology()).await;
    member.get(&format!("/v1/methodologies/{draft}")).await.problem(404, "not-found");
    assert_eq!(member.every("/v1/methodologies").await, Vec::<String>::new());
    app.management().await.just("methodologies", &draft, "approve").await.expect(200);
    assert_eq!(member.every("/v1/methodologies").await, vec![draft]);
}
