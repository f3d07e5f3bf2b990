//! Nonconformities: closed only with a cause, a search for similar ones, and an effect checked by somebody else.

use crate::app::App;
use crate::evaluation::Bench;
use crate::persona::Persona;
use crate::records::Team;
use chrono::Duration;
use serde_json::{Value, json};

const ALL: &str = "nonconformities";

fn works() -> Value {
    json!({"effect": "effective", "evidence": "A month of logs"})
}

/// What a plan needs beside its actions.
fn plan(app: &App) -> Value {
    json!({"effectivenessCriteria": "Logs are there", "effectivenessDueOn": app.in_days(60)})
}

/// A nonconformity with its cause known.
async fn with_cause(app: &App, team: &Team, draft: Value) -> String {
    let id = team.manager.create(ALL, draft).await;
    team.owner.act(ALL, &id, "contain", json!({"containment": "Switched on"})).await.expect(200);
    let cause = json!({"causeMethod": "fiveWhys", "cause": "Nobody looked", "similarSearched": true});
    team.owner.act(ALL, &id, "find-cause", cause).await.expect(200);
    team.owner.change(ALL, &id, plan(app)).await.expect(200);
    id
}

fn draft(app: &App, owner: &Persona) -> Value {
    json!({"title": "No log", "grade": "major", "detectedOn": app.in_days(0), "ownerId": owner.id})
}

/// An action against it.
async fn action(app: &App, team: &Team, id: &str, owner: &Persona) -> String {
    let draft = json!({"title": "Check daily", "ownerId": owner.id, "dueOn": app.in_days(5), "nonconformityId": id});
    team.manager.create("actions", draft).await
}

/// One with its only action, by this person, verified.
async fn implemented(app: &App, team: &Team, executor: &Persona) -> String {
    let id = with_cause(app, team, draft(app, &team.owner)).await;
    let action = action(app, team, &id, executor).await;
    team.manager.just(ALL, &id, "approve-plan").await.expect(200);
    executor.act("actions", &action, "finish", json!({"proof": "Rota"})).await.expect(200);
    team.manager.just("actions", &action, "verify").await.expect(200);
    team.owner.just(ALL, &id, "implement").await.expect(200);
    id
}

#[tokio::test]
async fn i_60_nothing_closes_without_cause_search_and_action() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (manager, owner) = (&team.manager, &team.owner);
    let id = manager.create(ALL, draft(&app, owner)).await;
    owner.act(ALL, &id, "contain", json!({})).await.refuses("/containment");
    owner.act(ALL, &id, "contain", json!({"containment": "Switched on"})).await.expect(200);
    let problem = owner.act(ALL, &id, "find-cause", json!({})).await.refuses("/cause");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(3));
    let cause = json!({"causeMethod": "fiveWhys", "cause": "Nobody looked", "similarSearched": true});
    owner.act(ALL, &id, "find-cause", cause).await.expect(200);
    owner.change(ALL, &id, plan(&app)).await.expect(200);
    manager.just(ALL, &id, "approve-plan").await.refuses("/correctionEnough");
    let action = action(&app, &team, &id, owner).await;
    manager.just(ALL, &id, "approve-plan").await.expect(200);
    owner.change(ALL, &id, json!({"cause": "Somebody else"})).await.refuses("/cause");
    owner.just(ALL, &id, "implement").await.problem(409, "conflict");
    manager.act("actions", &action, "cancel", json!({"reason": "Not needed"})).await.expect(200);
    owner.just(ALL, &id, "implement").await.problem(409, "conflict");
}

#[tokio::test]
async fn i_60_the_effect_is_checked_a_month_after_and_not_before() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = implemented(&app, &team, &team.owner).await;
    team.manager.act(ALL, &id, "verify", json!({"effect": "effective", "evidence": " "})).await.refuses("/evidence");
    let offered = async || team.manager.read(ALL, &id).await["allowedActions"].to_string().contains("verify");
    app.advance(Duration::days(29));
    assert!(!offered().await);
    team.manager.act(ALL, &id, "verify", works()).await.problem(409, "conflict");
    app.advance(Duration::days(1));
    assert!(offered().await);
    assert_eq!(team.manager.act(ALL, &id, "verify", works()).await.expect(200)["state"], "closed");
    team.manager.change(ALL, &id, json!({"title": "Other"})).await.problem(409, "conflict");
}

#[tokio::test]
async fn what_did_not_work_goes_back_to_its_cause() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = implemented(&app, &team, &team.owner).await;
    app.advance(Duration::days(31));
    let failed = json!({"effect": "notEffective", "evidence": "Two days are missing"});
    let back = team.manager.act(ALL, &id, "verify", failed).await.expect(200);
    assert_eq!((&back["state"], &back["implementedAt"]), (&json!("causeFound"), &Value::Null));
}

#[tokio::test]
async fn what_somebody_did_who_has_left_is_implemented_all_the_same() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let executor = app.owner().await;
    let id = with_cause(&app, &team, draft(&app, &team.owner)).await;
    let action = action(&app, &team, &id, &executor).await;
    team.manager.just(ALL, &id, "approve-plan").await.expect(200);
    executor.act("actions", &action, "finish", json!({"proof": "Rota"})).await.expect(200);
    team.manager.just("actions", &action, "verify").await.expect(200);
    team.administrator.just("users", &executor.id, "retire").await.expect(200);
    let implemented = team.owner.just(ALL, &id, "implement").await.expect(200);
    let executors = implemented["executorIds"].as_array().expect("a list");
    assert!(executors.contains(&json!(executor.id)), "{implemented}");
}

#[tokio::test]
async fn i_59_neither_owner_nor_executor_checks_the_effect() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let second = app.manager().await;
    let id = implemented(&app, &team, &second).await;
    app.advance(Duration::days(31));
    team.owner.act(ALL, &id, "verify", works()).await.problem(403, "denied");
    second.act(ALL, &id, "verify", works()).await.problem(403, "denied");
    team.manager.act(ALL, &id, "verify", works()).await.expect(200);
}

#[tokio::test]
async fn i_02_an_owner_does_not_approve_their_own_plan() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = with_cause(&app, &team, draft(&app, &team.owner)).await;
    team.owner.change(ALL, &id, json!({"correctionEnough": "A slip"})).await.expect(200);
    team.owner.just(ALL, &id, "approve-plan").await.problem(403, "denied");
    team.manager.change(ALL, &id, json!({"ownerId": team.manager.id})).await.expect(200);
    team.manager.just(ALL, &id, "approve-plan").await.problem(403, "denied");
}

#[tokio::test]
async fn i_61_a_repeated_nonconformity_names_the_one_before() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = |requirement: &str, day: i64| json!({"title": "No log", "detectedOn": app.in_days(day), "requirement": requirement});
    let repeats = async |id: &str| manager.read(ALL, id).await["repeatsId"].clone();
    let old = manager.create(ALL, draft("A.8.15", -500)).await;
    let first = manager.create(ALL, draft("A.8.15", -100)).await;
    assert_eq!((repeats(&old).await, repeats(&first).await), (Value::Null, Value::Null));
    let second = manager.create(ALL, draft("A.8.15", 0)).await;
    assert_eq!(repeats(&second).await, first.as_str());
    let other = manager.create(ALL, draft("A.8.16", 0)).await;
    assert_eq!(repeats(&other).await, Value::Null);
}

#[tokio::test]
async fn i_57_who_found_it_approves_the_plan_and_does_not_correct() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let finding = bench.issued(&app).await;
    let team = Team {
        administrator: app.bootstrap(),
        manager: bench.manager.clone(),
        management: bench.management.clone(),
        owner: bench.auditee.clone(),
        auditor: bench.lead.clone(),
        methodology: String::new(),
    };
    let mut wrapped = draft(&app, &bench.second);
    wrapped["findingId"] = json!(finding);
    bench.manager.post("/v1/nonconformities", wrapped.clone()).await.refuses("/ownerId");
    wrapped["ownerId"] = json!(bench.auditee.id);
    let id = with_cause(&app, &team, wrapped).await;
    let read = bench.manager.read(ALL, &id).await;
    assert_eq!((&read["source"], &read["requirement"]), (&json!("internalAudit"), &json!("5.2")));
    bench.lead.change(ALL, &id, json!({"correction": "Mine"})).await.problem(403, "denied");
    bench.manager.just(ALL, &id, "approve-plan").await.problem(403, "denied");
    let action = action(&app, &team, &id, &bench.second).await;
    bench.lead.just(ALL, &id, "approve-plan").await.problem(409, "conflict");
    bench.manager.change("actions", &action, json!({"ownerId": bench.auditee.id})).await.expect(200);
    assert_eq!(bench.lead.just(ALL, &id, "approve-plan").await.expect(200)["state"], "planApproved");
}

#[tokio::test]
async fn i_02_who_had_a_part_in_it_neither_approves_nor_checks() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (manager, second) = (&team.manager, app.manager().await);
    let id = manager.create(ALL, draft(&app, &team.owner)).await;
    manager.act(ALL, &id, "contain", json!({"containment": "Switched on"})).await.expect(200);
    let cause = json!({"causeMethod": "fiveWhys", "cause": "Nobody looked", "similarSearched": true});
    team.owner.act(ALL, &id, "find-cause", cause).await.expect(200);
    second.change(ALL, &id, plan(&app)).await.expect(200);
    team.owner.change(ALL, &id, json!({"correctionEnough": "A slip"})).await.expect(200);
    for part in [manager, &second] {
        part.just(ALL, &id, "approve-plan").await.problem(403, "denied");
    }
    let third = app.manager().await;
    third.change(ALL, &id, json!({"dueOn": app.in_days(40)})).await.expect(200);
    third.just(ALL, &id, "approve-plan").await.expect(200);
    manager.just(ALL, &id, "implement").await.expect(200);
    app.advance(Duration::days(31));
    for part in [manager, &second] {
        part.act(ALL, &id, "verify", works()).await.problem(403, "denied");
    }
    assert_eq!(third.act(ALL, &id, "verify", works()).await.expect(200)["state"], "closed");
}

#[tokio::test]
async fn i_02_an_owner_who_hands_it_on_does_not_approve_it() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let manager = &team.manager;
    let id = manager.create(ALL, draft(&app, manager)).await;
    manager.change(ALL, &id, json!({"ownerId": team.owner.id})).await.expect(200);
    team.owner.act(ALL, &id, "contain", json!({"containment": "Switched on"})).await.expect(200);
    let cause = json!({"causeMethod": "fiveWhys", "cause": "Nobody looked", "similarSearched": true});
    team.owner.act(ALL, &id, "find-cause", cause).await.expect(200);
    let whole = json!({"effectivenessCriteria": "Logs", "correctionEnough": "A slip"});
    team.owner.change(ALL, &id, whole).await.expect(200);
    manager.just(ALL, &id, "approve-plan").await.problem(403, "denied");
    app.manager().await.just(ALL, &id, "approve-plan").await.expect(200);
}

#[tokio::test]
async fn i_01_what_is_under_way_is_not_put_away() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = with_cause(&app, &team, draft(&app, &team.owner)).await;
    team.manager.just(ALL, &id, "retire").await.problem(403, "denied");
    let slip = team.manager.create(ALL, draft(&app, &team.owner)).await;
    team.manager.just(ALL, &slip, "retire").await.expect(200);
}
