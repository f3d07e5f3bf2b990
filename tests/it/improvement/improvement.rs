//! Improvements: proposed by anyone, decided on by somebody else, carried out with an outcome.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn anyone_proposes_and_somebody_else_decides() {
    let app = App::start().await;
    let (manager, member, owner) = (app.manager().await, app.member().await, app.owner().await);
    let id = member.create("improvements", json!({"title": "Fewer forms"})).await;
    assert_eq!(member.read("improvements", &id).await["state"], "proposed");
    app.member().await.get(&format!("/v1/improvements/{id}")).await.problem(404, "not-found");
    member.act("improvements", &id, "accept", json!({"ownerId": member.id})).await.problem(403, "denied");
    manager.act("improvements", &id, "accept", json!({})).await.refuses("/ownerId");
    manager.act("improvements", &id, "accept", json!({"ownerId": owner.id})).await.expect(200);
    owner.act("improvements", &id, "implement", json!({"outcome": ""})).await.refuses("/outcome");
    let done = owner.act("improvements", &id, "implement", json!({"outcome": "Three less"})).await.expect(200);
    assert_eq!((&done["state"], &done["outcome"]), (&json!("implemented"), &json!("Three less")));
}

#[tokio::test]
async fn i_02_nobody_decides_on_their_own_idea() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let id = manager.create("improvements", json!({"title": "Fewer forms"})).await;
    manager.act("improvements", &id, "accept", json!({"ownerId": manager.id})).await.problem(403, "denied");
    let left = management.act("improvements", &id, "reject", json!({"reason": "The law asks for them"})).await;
    assert_eq!(left.expect(200)["state"], "rejected");
}
