//! Management reviews: every input frozen before they are held, decisions owned, minutes approved by the chair.

use super::with;
use crate::app::App;
use crate::records::Team;
use serde_json::{Value, json};

const REVIEWS: &str = "management-reviews";

/// A review that management chairs.
pub async fn planned(app: &App, team: &Team) -> String {
    let draft = json!({
        "title": "Review", "plannedOn": app.in_days(10), "periodFrom": app.in_days(-365), "periodTo": app.in_days(10),
        "chairId": team.management.id, "attendeeIds": [team.management.id, team.manager.id],
    });
    team.manager.create(REVIEWS, draft).await
}

/// A review that was held.
async fn held(app: &App, team: &Team) -> String {
    let id = planned(app, team).await;
    team.manager.just(REVIEWS, &id, "compile").await.expect(200);
    team.manager.act(REVIEWS, &id, "hold", json!({"heldOn": app.in_days(0)})).await.expect(200);
    id
}

fn minutes(app: &App, team: &Team, also: Value) -> Value {
    let draft = json!({
        "minutes": "All was looked at", "suitable": true, "adequate": true, "effective": false,
        "conclusion": "One fire",
        "decisions": [
            {"kind": "risk", "text": "Treat the fire", "ownerId": team.owner.id, "dueOn": app.in_days(30)},
            {"kind": "none", "text": "The policy fits as it is"},
        ],
    });
    with(draft, also)
}

#[tokio::test]
async fn i_62_a_review_is_held_only_with_every_input_frozen() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    team.evaluated("Fire", 5, 5).await;
    let id = planned(&app, &team).await;
    let today = json!({"heldOn": app.in_days(0)});
    team.manager.act(REVIEWS, &id, "hold", today.clone()).await.problem(409, "conflict");
    let compiled = team.manager.just(REVIEWS, &id, "compile").await.expect(200);
    let inputs = compiled["inputs"].as_array().expect("inputs");
    let letters: Vec<_> = inputs.iter().map(|input| input["letter"].as_str().expect("a letter")).collect();
    assert_eq!(letters, ["a", "b", "c", "d1", "d2", "d3", "d4", "e", "f", "g"]);
    let risks = &inputs[8];
    assert_eq!((&risks["figures"]["unhandled"], &risks["records"]), (&json!(1), &json!(["RSK-0001"])));
    assert_eq!((&inputs[7]["none"], &risks["none"]), (&json!(true), &json!(false)));
    team.evaluated("Flood", 5, 5).await;
    assert_eq!(team.manager.read(REVIEWS, &id).await["inputs"], compiled["inputs"], "what is frozen stays");
    let database = app.database().await;
    let forge = "UPDATE management_review SET inputs = '[]'";
    sea_orm::ConnectionTrait::execute_unprepared(&database, forge).await.expect("an update");
    team.manager.act(REVIEWS, &id, "hold", today.clone()).await.problem(409, "conflict");
    team.manager.just(REVIEWS, &id, "compile").await.expect(200);
    team.manager.act(REVIEWS, &id, "hold", json!({"heldOn": app.in_days(3)})).await.refuses("/heldOn");
    assert_eq!(team.manager.act(REVIEWS, &id, "hold", today).await.expect(200)["state"], "held");
}

#[tokio::test]
async fn inputs_count_what_happened_and_name_the_records() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let complaint = json!({"title": "Late answer", "source": "complaint", "detectedOn": app.in_days(0)});
    team.manager.create("nonconformities", complaint).await;
    super::metric::active(&team.manager, json!({})).await;
    team.owner.create("improvements", json!({"title": "Fewer forms"})).await;
    let id = planned(&app, &team).await;
    let compiled = team.manager.just(REVIEWS, &id, "compile").await.expect(200);
    let input = |letter: &str| {
        let inputs = compiled["inputs"].as_array().expect("inputs");
        inputs.iter().find(|input| input["letter"] == letter).expect("an input").clone()
    };
    assert_eq!((&input("d1")["figures"]["opened"], &input("d1")["records"]), (&json!(1), &json!(["NCR-0001"])));
    assert_eq!(input("d2")["figures"]["noData"], 1);
    assert_eq!(input("e")["figures"]["complaints"], 1);
    assert_eq!(input("g")["records"], json!(["IMP-0001"]));
}

#[tokio::test]
async fn a_review_with_holes_is_compiled_by_nobody() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let unit = app.unit("Works", None).await;
    let local = app.person("manager", Some(&unit)).await;
    let draft = json!({
        "title": "Works", "plannedOn": app.in_days(0), "periodFrom": app.in_days(-30), "periodTo": app.in_days(0),
        "chairId": team.management.id, "unitId": unit,
    });
    let id = local.create(REVIEWS, draft).await;
    local.just(REVIEWS, &id, "compile").await.problem(403, "denied");
}

#[tokio::test]
async fn i_63_a_decision_has_an_owner_and_a_day_or_says_why_nothing_is_done() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = held(&app, &team).await;
    team.manager.just(REVIEWS, &id, "submit-minutes").await.refuses("/decisions");
    let vague = json!({"decisions": [{"kind": "risk", "text": "Treat the fire"}]});
    let problem = team.manager.change(REVIEWS, &id, vague).await.refuses("/decisions/0/ownerId");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(2));
    let of_no_kind = json!({"decisions": [{"text": "Hold an audit"}]});
    team.manager.change(REVIEWS, &id, of_no_kind).await.problem(422, "invalid");
    let empty = json!({"decisions": [{"kind": "none", "text": " "}]});
    team.manager.change(REVIEWS, &id, empty).await.refuses("/decisions/0/text");
    team.manager.change(REVIEWS, &id, minutes(&app, &team, json!({}))).await.expect(200);
    team.manager.just(REVIEWS, &id, "submit-minutes").await.expect(200);
    let actions = team.manager.get(&format!("/v1/actions?reviewId={id}")).await.expect(200);
    assert_eq!(actions["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(actions["items"][0]["title"], "Treat the fire");
}

#[tokio::test]
async fn minutes_sent_back_do_not_double_their_actions() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = held(&app, &team).await;
    team.manager.change(REVIEWS, &id, minutes(&app, &team, json!({}))).await.expect(200);
    team.manager.just(REVIEWS, &id, "submit-minutes").await.expect(200);
    team.management.act(REVIEWS, &id, "return-minutes", json!({"reason": "Too short"})).await.expect(200);
    team.manager.just(REVIEWS, &id, "submit-minutes").await.expect(200);
    assert_eq!(team.manager.every(&format!("/v1/actions?reviewId={id}")).await.len(), 1);
}

#[tokio::test]
async fn i_64_the_chair_is_top_management_and_does_not_run_the_isms() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let draft = |chair: &str| {
        json!({"title": "Review", "plannedOn": app.in_days(10), "periodFrom": app.in_days(-365),
            "periodTo": app.in_days(10), "chairId": chair})
    };
    team.manager.post("/v1/management-reviews", draft(&team.owner.id)).await.refuses("/chairId");
    let both = app.management().await;
    app.bootstrap().create("role-assignments", json!({"userId": both.id, "role": "manager"})).await;
    team.manager.post("/v1/management-reviews", draft(&both.id)).await.refuses("/chairId");
}

#[tokio::test]
async fn i_65_minutes_stay_once_the_chair_has_approved_them() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = held(&app, &team).await;
    team.manager.change(REVIEWS, &id, minutes(&app, &team, json!({}))).await.expect(200);
    team.manager.just(REVIEWS, &id, "submit-minutes").await.expect(200);
    team.manager.change(REVIEWS, &id, json!({"minutes": "Other"})).await.problem(409, "conflict");
    team.manager.just(REVIEWS, &id, "approve").await.problem(403, "denied");
    app.management().await.just(REVIEWS, &id, "approve").await.problem(403, "denied");
    let approved = team.management.just(REVIEWS, &id, "approve").await.expect(200);
    assert_eq!(approved["contentHash"].as_str().map(str::len), Some(64));
    team.manager.change(REVIEWS, &id, json!({"minutes": "Other"})).await.problem(403, "denied");
    team.manager.just(REVIEWS, &id, "retire").await.problem(403, "denied");
}

#[tokio::test]
async fn minutes_print_the_same_each_time_for_those_who_may_read_them() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = held(&app, &team).await;
    let told = json!({"minutes": "Łódź fährt vor. ".repeat(600)});
    team.manager.change(REVIEWS, &id, minutes(&app, &team, told)).await.expect(200);
    let path = format!("/v1/management-reviews/{id}/minutes.pdf");
    let bytes = async || {
        let request = team.manager.request(reqwest::Method::GET, &path);
        let response = request.send().await.expect("an answer");
        assert_eq!(response.headers()["content-type"], "application/pdf");
        response.bytes().await.expect("a file")
    };
    let file = bytes().await;
    assert!(file.starts_with(b"%PDF-1."));
    assert_eq!(file, bytes().await);
    // Whatever is written shows.
    let mut before = file;
    for patch in [
        json!({"minutes": "Short"}),
        json!({"conclusion": "Two fires"}),
        json!({"effective": true}),
        json!({"decisions": [{"kind": "none", "text": "Nothing is to be done"}]}),
        json!({"attendeeIds": [team.management.id, team.auditor.id]}),
    ] {
        team.manager.change(REVIEWS, &id, patch.clone()).await.expect(200);
        let after = bytes().await;
        assert_ne!(after, before, "{patch}");
        before = after;
    }
    app.member().await.get(&path).await.problem(404, "not-found");
}

#[tokio::test]
async fn the_chair_submits_the_minutes_and_actions_follow_the_decisions() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = held(&app, &team).await;
    team.management.change(REVIEWS, &id, minutes(&app, &team, json!({}))).await.expect(200);
    let submitted = team.management.just(REVIEWS, &id, "submit-minutes").await.expect(200);
    let action = submitted["decisions"][0]["actionId"].as_str().expect("an action").to_owned();
    let back = async || {
        team.management.act(REVIEWS, &id, "return-minutes", json!({"reason": "Again"})).await.expect(200);
    };
    back().await;
    let decide = |text: &str, owner: &str, action: Value| json!({"decisions": [{"kind": "risk", "text": text, "ownerId": owner, "dueOn": app.in_days(60), "actionId": action}]});
    team.manager
        .change(REVIEWS, &id, decide("Treat", &team.owner.id, json!(team.owner.id)))
        .await
        .refuses("/decisions/0/actionId");
    let other = decide("Treat the fire and the flood", &team.manager.id, json!(action));
    team.manager.change(REVIEWS, &id, other).await.expect(200);
    team.manager.just(REVIEWS, &id, "submit-minutes").await.expect(200);
    let told = team.manager.read("actions", &action).await;
    assert_eq!((&told["title"], &told["ownerId"]), (&json!("Treat the fire and the flood"), &json!(team.manager.id)));
    assert_eq!(told["dueOn"], app.in_days(60));
    assert_eq!(team.manager.every(&format!("/v1/actions?reviewId={id}")).await.len(), 1);
    back().await;
    team.manager.change(REVIEWS, &id, decide("Buy sprinklers", &team.owner.id, Value::Null)).await.expect(200);
    assert_eq!(team.manager.read("actions", &action).await["state"], "cancelled");
    team.manager.just(REVIEWS, &id, "submit-minutes").await.expect(200);
    assert_eq!(team.manager.every(&format!("/v1/actions?reviewId={id}&state=open")).await.len(), 1);
}

#[tokio::test]
async fn what_is_said_to_an_input_stands_beside_it() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = planned(&app, &team).await;
    let compiled = team.manager.just(REVIEWS, &id, "compile").await.expect(200);
    let say = |letter: &str| json!({"comments": [{"letter": letter, "comment": "As last year"}]});
    team.manager.act(REVIEWS, &id, "hold", say("z")).await.refuses("/comments/0/letter");
    let held = team.manager.act(REVIEWS, &id, "hold", say("d1")).await.expect(200);
    assert_eq!(held["inputs"][3]["comment"], "As last year");
    assert_eq!(held["inputs"][3]["figures"], compiled["inputs"][3]["figures"]);
    team.manager.change(REVIEWS, &id, minutes(&app, &team, json!({}))).await.expect(200);
    team.manager.just(REVIEWS, &id, "submit-minutes").await.expect(200);
    team.management.just(REVIEWS, &id, "approve").await.expect(200);
}
