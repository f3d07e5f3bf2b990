//! People: one address each, and nobody locks themselves out.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn an_address_is_given_once_however_it_is_written() {
    let app = App::start().await;
    let administrator = app.administrator().await;
    administrator.create("users", json!({"name": "Ada", "email": "Ada@Example.org"})).await;
    let twice = json!({"name": "Ada", "email": " ada@example.org"});
    administrator.post("/v1/users", twice).await.problem(409, "duplicate");
}

#[tokio::test]
async fn two_organisations_may_know_the_same_address() {
    let app = App::start().await;
    let draft = json!({"name": "Ada", "email": "ada@example.org"});
    app.bootstrap().create("users", draft.clone()).await;
    app.stranger().create("users", draft).await;
}

#[tokio::test]
async fn an_address_is_an_address() {
    let app = App::start().await;
    let administrator = app.administrator().await;
    for email in ["ada", "@example.org", "ada@local", "a da@example.org"] {
        administrator.post("/v1/users", json!({"name": "Ada", "email": email})).await.refuses("/email");
    }
}

#[tokio::test]
async fn nobody_locks_themselves_out() {
    let app = App::start().await;
    let administrator = app.administrator().await;
    let id = administrator.id.clone();
    administrator.change("users", &id, json!({"active": false})).await.problem(409, "conflict");
    administrator.just("users", &id, "retire").await.problem(409, "conflict");
}

#[tokio::test]
async fn an_inactive_person_is_refused_with_the_next_request() {
    let app = App::start().await;
    let manager = app.manager().await;
    manager.get("/v1/assets").await.expect(200);
    app.bootstrap().change("users", &manager.id, json!({"active": false})).await.expect(200);
    manager.get("/v1/assets").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn everyone_knows_who_works_here_and_nobody_elsewhere() {
    let app = App::start().await;
    let member = app.member().await;
    assert_eq!(member.every("/v1/users").await.len(), 2);
    assert_eq!(app.stranger().every("/v1/users").await.len(), 1);
}

#[tokio::test]
async fn i_am_who_my_token_says() {
    let app = App::start().await;
    let manager = app.manager().await;
    let me = manager.get("/v1/me").await.expect(200);
    assert!(me.to_string().contains(&manager.id), "{me}");
}
