//! Nonconformities: closed only with a cause, a search for similar ones, and an effect checked by somebody else.

use crate::app::App;
use crate::records::Team;
use chrono::Duration;
use serde_json::{Value, json};

#[tokio::test]
async fn i_60_it_takes_a_cause_a_search_an_action_and_a_month_to_close_and_i_59_somebody_else() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (manager, owner) = (&team.manager, &team.owner);
    let draft = json!({"title": "No log", "grade": "major", "detectedOn": app.in_days(0), "ownerId": owner.id, "requirement": "A.8.15"});
    let id = manager.create("nonconformities", draft).await;
    owner.just("nonconformities", &id, "contain").await.refuses("/correction");
    owner.change("nonconformities", &id, json!({"correction": "Switched on"})).await.expect(200);
    owner.just("nonconformities", &id, "contain").await.expect(200);
    let problem = owner.just("nonconformities", &id, "find-cause").await.refuses("/cause");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(3));
    let cause = json!({"causeMethod": "fiveWhys", "cause": "Nobody looked", "similarSearched": true, "effectivenessCriteria": "Logs are there"});
    owner.change("nonconformities", &id, cause).await.expect(200);
    owner.just("nonconformities", &id, "find-cause").await.expect(200);
    owner.just("nonconformities", &id, "approve-plan").await.problem(403, "denied");
    manager.just("nonconformities", &id, "approve-plan").await.refuses("/actions");
    let action = json!({"title": "Check daily", "ownerId": owner.id, "dueOn": app.in_days(5), "nonconformityId": id});
    let action = manager.create("actions", action).await;
    manager.just("nonconformities", &id, "approve-plan").await.expect(200);
    owner.just("nonconformities", &id, "implement").await.problem(409, "conflict");
    owner.act("actions", &action, "finish", json!({"proof": "Rota"})).await.expect(200);
    manager.just("actions", &action, "verify").await.expect(200);
    owner.just("nonconformities", &id, "implement").await.expect(200);
    let works = json!({"effect": "effective", "evidence": "A month of logs"});
    owner.act("nonconformities", &id, "verify", works.clone()).await.problem(403, "denied");
    manager.act("nonconformities", &id, "verify", works.clone()).await.problem(409, "conflict");
    app.advance(Duration::days(31));
    let closed = app.auditor().await.act("nonconformities", &id, "verify", works).await.expect(200);
    assert_eq!(closed["state"], "closed");
    manager.change("nonconformities", &id, json!({"title": "Other"})).await.problem(403, "denied");
}

#[tokio::test]
async fn i_61_a_repeated_nonconformity_names_the_one_before() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = |day: i64| json!({"title": "No log", "detectedOn": app.in_days(day), "requirement": "A.8.15"});
    let first = manager.create("nonconformities", draft(-100)).await;
    assert_eq!(manager.read("nonconformities", &first).await["repeatsId"], Value::Null);
    let second = manager.create("nonconformities", draft(0)).await;
    assert_eq!(manager.read("nonconformities", &second).await["repeatsId"], first.as_str());
    let other = json!({"title": "No log", "detectedOn": app.in_days(0), "requirement": "A.8.16"});
    let other = manager.create("nonconformities", other).await;
    assert_eq!(manager.read("nonconformities", &other).await["repeatsId"], Value::Null);
}
