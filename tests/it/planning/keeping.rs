//! What was settled stays settled: later changes keep what the path of a risk has reached (domain 3.7 and 3.8).

use crate::app::App;
use crate::records::{Team, create_many, rated};
use chrono::Duration;
use serde_json::{Value, json};

#[tokio::test]
async fn an_analysed_risk_keeps_its_owner_and_rating() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let member = app.member().await;
    for (patch, pointer) in [
        (json!({"ownerId": null}), "/ownerId"),
        (json!({"ownerId": member.id}), "/ownerId"),
        (json!({"currentLikelihood": null, "currentImpact": null}), "/currentLikelihood"),
        (json!({"affects": []}), "/affects"),
    ] {
        team.manager.change("risks", &risk, patch).await.refuses(pointer);
    }
}

#[tokio::test]
async fn i_33_a_role_that_begins_later_gives_no_authority_today() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let member = app.member().await;
    let role = json!({"userId": member.id, "role": "owner", "validFrom": app.in_days(5)});
    app.bootstrap().create("role-assignments", role).await;
    let risk = team.manager.create("risks", rated("Fire", &member, 2, 2)).await;
    team.manager.just("risks", &risk, "analyse").await.refuses("/ownerId");
    app.advance(Duration::days(5));
    team.manager.just("risks", &risk, "analyse").await.expect(200);
}

#[tokio::test]
async fn i_24_ratings_taken_away_and_given_again_stay_with_their_methodology() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", rated("Fire", &team.owner, 4, 4)).await;
    let second = team.manager.create("methodologies", crate::records::methodology()).await;
    team.management.just("methodologies", &second, "approve").await.expect(200);
    let nothing =
        json!({"inherentLikelihood": null, "inherentImpact": null, "currentLikelihood": null, "currentImpact": null});
    team.manager.change("risks", &risk, nothing).await.expect(200);
    team.manager.change("risks", &risk, json!({"currentLikelihood": 2, "currentImpact": 2})).await.expect(200);
    assert_eq!(team.manager.read("risks", &risk).await["methodologyId"], json!(team.methodology));
    let anew = json!({"currentLikelihood": 2, "currentImpact": 2, "rationale": "The new scale"});
    let rerated = team.manager.act("risks", &risk, "rerate", anew).await.expect(200);
    assert_eq!(rerated["methodologyId"], json!(second));
}

#[tokio::test]
async fn i_31_a_prediction_stays_as_its_owner_decided() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.to_modify("Fire", 4, 4).await;
    team.approved_plan(&app, &risk, 20).await;
    team.manager.change("risks", &risk, json!({"residualImpact": 1})).await.refuses("/treatment");
}

#[tokio::test]
async fn i_38_a_risk_above_the_criterion_is_retained_only_with_an_acceptance() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    team.owner.act("risks", &risk, "decide", json!({"treatment": "retain"})).await.expect(200);
    team.owner.just("risks", &risk, "monitor").await.problem(409, "conflict");
    let acceptance = team.acceptance(&app, &risk, 30).await;
    team.management.just("acceptances", &acceptance, "accept").await.expect(200);
    team.owner.just("risks", &risk, "monitor").await.expect(200);
}

#[tokio::test]
async fn i_32_an_action_counts_only_for_risks_that_its_plan_holds() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (planned, other) = (team.to_modify("Fire", 4, 4).await, team.to_modify("Theft", 4, 4).await);
    let (_, action) = team.approved_plan(&app, &planned, 20).await;
    team.manager.change("actions", &action, json!({"riskIds": [planned, other]})).await.expect(200);
    assert_eq!(team.manager.read("risks", &planned).await["handling"], "onTimeTreatment");
    assert_eq!(team.manager.read("risks", &other).await["handling"], "unhandled");
}

#[tokio::test]
async fn i_32_work_that_is_done_counts_until_the_risk_is_rated_afresh() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.to_modify("Fire", 4, 4).await;
    let (_, action) = team.approved_plan(&app, &risk, 20).await;
    let handling = async || team.manager.read("risks", &risk).await["handling"].clone();
    app.advance(Duration::hours(1));
    team.owner.act("actions", &action, "finish", json!({"proof": "Ticket 4711"})).await.expect(200);
    assert_eq!(handling().await, "onTimeTreatment", "it waits to be verified");
    team.manager.just("actions", &action, "verify").await.expect(200);
    assert_eq!(handling().await, "onTimeTreatment", "the risk waits for a fresh rating");
    app.advance(Duration::hours(1));
    let rating = json!({"currentLikelihood": 4, "currentImpact": 3, "rationale": "Better, but not enough"});
    team.owner.act("risks", &risk, "rerate", rating).await.expect(200);
    assert_eq!(handling().await, "unhandled", "it was not enough");
}

#[tokio::test]
async fn a_closed_risk_is_no_alarm() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    team.owner.act("risks", &risk, "propose-closure", json!({"reason": "The hall is sold"})).await.expect(200);
    team.manager.just("risks", &risk, "close").await.expect(200);
    assert_eq!(team.manager.read("risks", &risk).await["handling"], "closed");
}

#[tokio::test]
async fn nobody_puts_away_alone_what_takes_two() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.to_modify("Fire", 4, 4).await;
    let (plan, _) = team.approved_plan(&app, &risk, 20).await;
    team.manager.just("risks", &risk, "retire").await.problem(403, "denied");
    team.manager.just("treatment-plans", &plan, "retire").await.problem(403, "denied");
    team.manager.just("treatment-plans", &plan, "supersede").await.problem(403, "denied");
    team.owner.just("treatment-plans", &plan, "supersede").await.expect(200);
    let small = team.evaluated("Dust", 1, 1).await;
    team.manager.just("risks", &small, "retire").await.expect(200);
}

#[tokio::test]
async fn a_record_is_moved_only_to_where_it_could_be_made() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (here, there) = (app.unit("Here", None).await, app.unit("There", None).await);
    let owner = app.owner_of(&here).await;
    let mut draft = rated("Fire", &owner, 4, 4);
    draft["unitId"] = json!(here);
    let risk = team.manager.create("risks", draft).await;
    owner.change("risks", &risk, json!({"unitId": there})).await.problem(403, "denied");
    team.manager.change("risks", &risk, json!({"unitId": there})).await.expect(200);
}

#[tokio::test]
async fn i_39_an_acceptance_falls_with_a_control_that_the_treatment_chose() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let control = team.manager.create("controls", json!({"code": "OWN-1", "title": "Sprinklers"})).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let decision = json!({"treatment": "modify", "plannedControlIds": [control]});
    team.owner.act("risks", &risk, "decide", decision).await.expect(200);
    let first = team.acceptance(&app, &risk, 30).await;
    app.advance(Duration::hours(1));
    team.manager.change("controls", &control, json!({"status": "planned"})).await.expect(200);
    team.management.just("acceptances", &first, "accept").await.problem(409, "conflict");
    let second = team.acceptance(&app, &risk, 30).await;
    team.management.just("acceptances", &second, "accept").await.expect(200);
    app.advance(Duration::hours(1));
    team.manager.change("controls", &control, json!({"nextTestOn": app.in_days(9)})).await.expect(200);
    assert_eq!(team.manager.read("acceptances", &second).await["valid"], true, "a date changes nothing");
    team.manager.change("controls", &control, json!({"status": "partial"})).await.expect(200);
    assert_eq!(team.manager.read("acceptances", &second).await["stale"], true);
    assert_eq!(team.manager.read("risks", &risk).await["handling"], "unhandled");
}

#[tokio::test]
async fn an_owner_accepts_within_the_criterion_what_management_accepted_above_it() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let above = team.acceptance(&app, &risk, 30).await;
    team.management.just("acceptances", &above, "accept").await.expect(200);
    team.owner.change("risks", &risk, json!({"currentLikelihood": 1, "currentImpact": 1})).await.expect(200);
    let draft = json!({"riskId": risk, "justification": "Small now", "expiresOn": app.in_days(300)});
    let within = team.owner.create("acceptances", draft).await;
    team.owner.just("acceptances", &within, "accept").await.expect(200);
    assert_eq!(team.manager.read("acceptances", &above).await["state"], "superseded");
}

#[tokio::test]
async fn what_was_frozen_tells_nobody_of_records_that_they_may_not_see() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (here, there) = (app.unit("Here", None).await, app.unit("There", None).await);
    let hidden = team.manager.create("assets", json!({"name": "Vault", "kind": "site", "unitId": there})).await;
    let owner = app.owner_of(&here).await;
    let mut draft = rated("Fire", &owner, 1, 1);
    (draft["unitId"], draft["assetIds"]) = (json!(here), json!([hidden]));
    let risk = team.manager.create("risks", draft).await;
    owner.just("risks", &risk, "analyse").await.expect(200);
    let acceptance = team.acceptance(&app, &risk, 30).await;
    let (whole, part) =
        (team.manager.read("acceptances", &acceptance).await, owner.read("acceptances", &acceptance).await);
    assert_eq!(whole["frozen"]["risk"]["assetIds"], json!([hidden]));
    assert_eq!(part["frozen"]["risk"]["title"], "Fire");
    let told = |reply: &crate::persona::Reply| reply.text.contains(&hidden);
    for path in ["", "/history"] {
        let path = format!("/v1/acceptances/{acceptance}{path}");
        assert!(told(&team.manager.get(&path).await) && !told(&owner.get(&path).await), "{path}");
    }
    let query = json!({"query": format!("{{ acceptance(id: \"{acceptance}\") {{ frozen }} }}")});
    assert!(!told(&owner.post("/graphql", query.clone()).await));
    assert!(told(&team.manager.post("/graphql", query).await));
}

#[tokio::test]
async fn the_statement_in_force_tells_only_those_of_risks_who_see_all_risks() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let here = app.unit("Here", None).await;
    let (owner, member) = (app.owner_of(&here).await, app.member().await);
    let controls = create_many(&team.manager, "controls", crate::records::annex_a()).await;
    let mut draft = rated("Fire", &team.owner, 1, 1);
    draft["controlIds"] = json!([controls[0]]);
    let risk = team.manager.create("risks", draft).await;
    let reference = team.manager.read("risks", &risk).await["reference"].clone();
    let statement = team.manager.create("statements", json!({"title": "SoA"})).await;
    team.management.just("statements", &statement, "approve").await.expect(200);
    let risks = |seen: &Value| seen["entries"][0]["risks"].clone();
    assert_eq!(risks(&team.auditor.read("statements", &statement).await), json!([reference]));
    for reader in [&owner, &member] {
        assert_eq!(risks(&reader.read("statements", &statement).await), json!([]));
        reader.get(&format!("/v1/statements/{statement}/export?format=csv")).await.problem(403, "denied");
    }
    let sheet = team.auditor.get(&format!("/v1/statements/{statement}/export?format=csv")).await;
    assert!(sheet.text.contains(reference.as_str().expect("a reference")), "{}", sheet.text);
}

#[tokio::test]
async fn an_import_tells_at_once_what_cannot_be_read_and_what_breaks_a_rule() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let csv = "Title,Current L,Current C,Owner\nFire,9,2,\nFlood,2,2,Nobody at all\n";
    let problem = team.manager.import("risks", csv).await.problem(422, "invalid");
    let pointers: Vec<_> = problem["errors"].as_array().expect("errors").iter().map(|e| e["pointer"].clone()).collect();
    assert!(pointers.len() >= 2 && pointers[0].as_str().is_some_and(|p| p.starts_with("/rows/2/")), "{pointers:?}");
    assert!(pointers.iter().any(|pointer| pointer.as_str().is_some_and(|p| p.starts_with("/rows/3/"))), "{pointers:?}");
}

#[tokio::test]
async fn an_import_tells_the_row_whose_value_is_taken() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let rows: String = (1..40).map(|n| format!("OLD-{n},Risk {n}\n")).collect();
    let here = app.unit("Here", None).await;
    let owner = app.owner_of(&here).await;
    assert_eq!(team.manager.import("risks", format!("Reference,Title\n{rows}")).await.expect(200)["created"], 39);
    let csv = "Reference,Title,Unit\nA-1,One,Here\nA-2,Two,Here\nOLD-7,Seven,Here\nA-3,Three,Here\n";
    let problem = owner.import("risks", csv).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/rows/4", "{problem}");
    assert!(owner.every("/v1/risks").await.is_empty());
}
