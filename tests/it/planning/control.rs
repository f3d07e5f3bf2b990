//! Controls: the catalogue stays, exclusions are justified and do not contradict treatments (I-40).

use crate::app::App;
use crate::records::{Team, annex_a};
use serde_json::json;

#[tokio::test]
async fn an_exclusion_needs_a_justification() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = json!({"code": "OWN-1", "title": "Guards", "applicability": "excluded"});
    manager.post("/v1/controls", draft).await.refuses("/justification");
}

#[tokio::test]
async fn what_is_implemented_is_not_excluded() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = json!({
        "code": "OWN-1", "title": "Guards", "applicability": "excluded", "justification": "None", "status": "implemented",
    });
    manager.post("/v1/controls", draft).await.refuses("/applicability");
}

#[tokio::test]
async fn what_the_catalogue_says_stays() {
    let app = App::start().await;
    let manager = app.manager().await;
    let control = manager.create("controls", annex_a().remove(0)).await;
    manager.change("controls", &control, json!({"title": "Other"})).await.refuses("/code");
    manager.change("controls", &control, json!({"code": "A.5.2"})).await.refuses("/code");
    manager.change("controls", &control, json!({"description": "As we do it"})).await.expect(200);
    manager.just("controls", &control, "retire").await.refuses("/code");
}

#[tokio::test]
async fn own_controls_have_codes_of_their_own() {
    let app = App::start().await;
    let manager = app.manager().await;
    manager.post("/v1/controls", json!({"code": "A.5.1", "title": "Mine"})).await.refuses("/code");
    let draft = json!({"code": "A.9.9", "title": "None", "origin": "annexA"});
    manager.post("/v1/controls", draft).await.refuses("/code");
}

#[tokio::test]
async fn a_code_is_given_once() {
    let app = App::start().await;
    let manager = app.manager().await;
    manager.create("controls", json!({"code": "OWN-1", "title": "Guards"})).await;
    manager.post("/v1/controls", json!({"code": "OWN-1", "title": "Dogs"})).await.problem(409, "duplicate");
}

#[tokio::test]
async fn i_40_a_control_that_a_treatment_chooses_is_not_left_out() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let control = team.manager.create("controls", json!({"code": "OWN-1", "title": "Guards"})).await;
    let risk = team.evaluated("Theft", 4, 4).await;
    let decision =
        json!({"treatment": "modify", "plannedControlIds": [control], "residualLikelihood": 1, "residualImpact": 2});
    team.owner.act("risks", &risk, "decide", decision).await.expect(200);
    let exclusion = json!({"applicability": "excluded", "justification": "Too dear"});
    team.manager.change("controls", &control, exclusion).await.problem(409, "conflict");
    team.manager.just("controls", &control, "retire").await.problem(409, "conflict");
}
