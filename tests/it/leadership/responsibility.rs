//! Responsibilities: agreed to by who bears them, told to everyone, agreed to anew by whoever is named anew.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn only_the_holder_agrees_and_everyone_knows() {
    let app = App::start().await;
    let (manager, owner, member) = (app.manager().await, app.owner().await, app.member().await);
    let draft = json!({"title": "Keeps it conforming", "duty": "conformity", "holderId": owner.id});
    let duty = manager.create("responsibilities", draft).await;
    manager.just("responsibilities", &duty, "accept").await.problem(403, "denied");
    assert_eq!(owner.just("responsibilities", &duty, "accept").await.expect(200)["state"], "accepted");
    assert_eq!(member.read("responsibilities", &duty).await["holderId"], owner.id.as_str());
}

#[tokio::test]
async fn whoever_is_named_anew_agrees_anew() {
    let app = App::start().await;
    let (manager, owner, other) = (app.manager().await, app.owner().await, app.owner().await);
    let draft = json!({"title": "Reports", "duty": "reporting", "holderId": owner.id, "deputyId": other.id});
    let duty = manager.create("responsibilities", draft.clone()).await;
    owner.just("responsibilities", &duty, "accept").await.expect(200);
    let same = manager.change("responsibilities", &duty, json!({"title": "Reports monthly"})).await.expect(200);
    assert_eq!(same["state"], "accepted");
    let anew = json!({"holderId": other.id, "deputyId": null});
    let anew = manager.change("responsibilities", &duty, anew).await.expect(200);
    assert_eq!((&anew["state"], &anew["acceptedAt"]), (&json!("assigned"), &json!(null)));
    manager.change("responsibilities", &duty, json!({"deputyId": other.id})).await.refuses("/deputyId");
}

#[tokio::test]
async fn i_04_a_responsibility_whose_holder_has_left_is_orphaned() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let draft = json!({"title": "Reports", "duty": "reporting", "holderId": owner.id});
    let duty = manager.create("responsibilities", draft).await;
    app.bootstrap().change("users", &owner.id, json!({"active": false})).await.expect(200);
    assert_eq!(manager.read("responsibilities", &duty).await["orphaned"], true);
}
