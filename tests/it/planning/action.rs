//! Actions: done with proof, verified by somebody else (I-02), extensions counted (I-41).

use crate::app::App;
use crate::persona::Persona;
use crate::records::Team;
use serde_json::{Value, json};

async fn open(app: &App, manager: &Persona, owner: &Persona) -> String {
    manager.create("actions", draft(app, owner)).await
}

fn draft(app: &App, owner: &Persona) -> Value {
    json!({"title": "Patch", "ownerId": owner.id, "dueOn": app.in_days(10)})
}

#[tokio::test]
async fn what_is_done_is_proven() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let action = open(&app, &manager, &owner).await;
    owner.act("actions", &action, "finish", json!({"proof": ""})).await.refuses("/proof");
    let done = owner.act("actions", &action, "finish", json!({"proof": "Log 7"})).await.expect(200);
    assert_eq!((&done["state"], &done["progress"], &done["doneBy"]), (&json!("done"), &json!(100), &json!(owner.id)));
}

#[tokio::test]
async fn i_02_nobody_verifies_what_they_did() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let action = open(&app, &manager, &owner).await;
    manager.act("actions", &action, "finish", json!({"proof": "Log 7"})).await.expect(200);
    manager.just("actions", &action, "verify").await.problem(403, "denied");
    let other = app.manager().await;
    assert_eq!(other.just("actions", &action, "verify").await.expect(200)["verifiedBy"], other.id.as_str());
}

#[tokio::test]
async fn nobody_verifies_what_they_answer_for() {
    let app = App::start().await;
    let manager = app.manager().await;
    let other = app.manager().await;
    let action = open(&app, &other, &manager).await;
    other.act("actions", &action, "finish", json!({"proof": "Log 7"})).await.expect(200);
    manager.just("actions", &action, "verify").await.problem(403, "denied");
}

#[tokio::test]
async fn i_41_each_extension_is_counted_with_its_reason_and_the_third_is_for_management() {
    let app = App::start().await;
    let (manager, owner, management) = (app.manager().await, app.owner().await, app.management().await);
    let action = open(&app, &manager, &owner).await;
    owner.change("actions", &action, json!({"dueOn": app.in_days(40)})).await.refuses("/dueOn");
    owner.change("actions", &action, json!({"dueOn": app.in_days(5)})).await.expect(200);
    let extend = async |who: &Persona, days: i64, reason: &str| {
        who.act("actions", &action, "extend", json!({"dueOn": app.in_days(days), "reason": reason})).await
    };
    extend(&owner, 20, " ").await.refuses("/reason");
    extend(&owner, 5, "Late parts").await.refuses("/dueOn");
    extend(&owner, 20, "Late parts").await.expect(200);
    let twice = extend(&owner, 30, "Later parts").await.expect(200);
    assert_eq!(twice["extensions"], 2);
    assert!(twice["description"].as_str().is_some_and(|text| text.contains("Later parts")), "{twice}");
    extend(&owner, 40, "Still no parts").await.refuses("/dueOn");
    extend(&management, 40, "Still no parts").await.expect(200);
}

#[tokio::test]
async fn i_41_a_treatment_is_due_within_the_limit_of_its_risks_level() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let mut second = crate::records::methodology();
    second["levels"][2]["treatWithinDays"] = json!(30);
    second["likelihood"][0]["treatWithinDays"] = json!(30);
    team.manager.post("/v1/methodologies", second.clone()).await.refuses("/likelihood/0/treatWithinDays");
    second["likelihood"][0]["treatWithinDays"] = json!(null);
    let second = team.manager.create("methodologies", second).await;
    team.management.just("methodologies", &second, "approve").await.expect(200);
    let (high, low) = (team.evaluated("Fire", 4, 4).await, team.evaluated("Dust", 1, 1).await);
    let draft = |risk: &str, days: i64| json!({"title": "Do", "ownerId": team.owner.id, "dueOn": app.in_days(days), "riskIds": [risk]});
    team.manager.post("/v1/actions", draft(&high, 31)).await.refuses("/dueOn");
    team.manager.create("actions", draft(&low, 31)).await;
    let action = team.manager.create("actions", draft(&high, 30)).await;
    let more = json!({"dueOn": app.in_days(60), "reason": "The supplier is late"});
    team.owner.act("actions", &action, "extend", more).await.expect(200);
}

#[tokio::test]
async fn a_new_action_is_not_due_in_the_past() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let mut draft = draft(&app, &owner);
    draft["dueOn"] = json!(app.in_days(-1));
    manager.post("/v1/actions", draft).await.refuses("/dueOn");
}

#[tokio::test]
async fn a_cost_has_a_currency() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let mut draft = draft(&app, &owner);
    draft["cost"] = json!(100);
    manager.post("/v1/actions", draft.clone()).await.refuses("/currency");
    draft["currency"] = json!("euro");
    manager.post("/v1/actions", draft.clone()).await.refuses("/currency");
    draft["cost"] = json!(-1);
    draft["currency"] = json!("EUR");
    manager.post("/v1/actions", draft).await.refuses("/cost");
}

#[tokio::test]
async fn work_that_was_not_good_enough_is_taken_up_again() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let action = open(&app, &manager, &owner).await;
    owner.act("actions", &action, "finish", json!({"proof": "Log 7"})).await.expect(200);
    let again = manager.just("actions", &action, "start").await.expect(200);
    assert_eq!((&again["state"], &again["doneBy"]), (&json!("inProgress"), &Value::Null));
}

#[tokio::test]
async fn an_action_is_cancelled_by_the_manager_with_a_reason() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let action = open(&app, &manager, &owner).await;
    owner.act("actions", &action, "cancel", json!({"reason": "No time"})).await.problem(403, "denied");
    manager.act("actions", &action, "cancel", json!({})).await.refuses("/reason");
    manager.act("actions", &action, "cancel", json!({"reason": "Replaced"})).await.expect(200);
    owner.just("actions", &action, "start").await.problem(409, "conflict");
}
