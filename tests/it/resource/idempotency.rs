//! Idempotency-Key: a repeated request gives the first answer and has no second effect.

use crate::app::App;
use crate::persona::{Persona, Reply, send};
use crate::records::asset;
use reqwest::Method;
use serde_json::{Value, json};

async fn keyed(persona: &Persona, path: &str, key: &str, body: &Value) -> Reply {
    send(persona.request(Method::POST, path).header("idempotency-key", key).json(body)).await
}

#[tokio::test]
async fn a_repeated_request_gives_the_first_answer() {
    let app = App::start().await;
    let manager = app.manager().await;
    let first = keyed(&manager, "/v1/assets", "k1", &asset("Press")).await;
    let second = keyed(&manager, "/v1/assets", "k1", &asset("Press")).await;
    assert_eq!((first.status, &first.text, &first.etag), (second.status, &second.text, &second.etag));
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!((first.header("idempotency-replayed"), second.header("idempotency-replayed")), ("", "true"));
    assert_eq!(manager.every("/v1/assets").await.len(), 1);
}

#[tokio::test]
async fn a_key_is_for_one_request_only() {
    let app = App::start().await;
    let manager = app.manager().await;
    keyed(&manager, "/v1/assets", "k1", &asset("Press")).await.expect(201);
    keyed(&manager, "/v1/assets", "k1", &asset("Lathe")).await.problem(422, "idempotency-key-reused");
    let threat = json!({"name": "Fire", "nature": "accidental", "category": "physicalLoss"});
    keyed(&manager, "/v1/threats", "k1", &threat).await.problem(422, "idempotency-key-reused");
    assert_eq!(manager.every("/v1/assets").await.len(), 1);
}

#[tokio::test]
async fn a_key_belongs_to_its_caller() {
    let app = App::start().await;
    let (one, two) = (app.manager().await, app.manager().await);
    let first = keyed(&one, "/v1/assets", "k1", &asset("Press")).await.expect(201);
    let second = keyed(&two, "/v1/assets", "k1", &asset("Press")).await.expect(201);
    assert_ne!(first["id"], second["id"]);
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let app = App::start().await;
    let manager = app.manager().await;
    keyed(&manager, "/v1/assets", "k1", &json!({"name": "Press", "kind": "press"})).await.refuses("/kind");
    keyed(&manager, "/v1/assets", "k1", &asset("Press")).await.expect(201);
}

#[tokio::test]
async fn a_replay_ends_with_the_right_to_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    keyed(&manager, "/v1/assets", "k1", &asset("Press")).await.expect(201);
    app.bootstrap().change("users", &manager.id, json!({"active": false})).await.expect(200);
    keyed(&manager, "/v1/assets", "k1", &asset("Press")).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn concurrent_requests_with_one_key_have_one_effect() {
    let app = App::start().await;
    let manager = app.manager().await;
    let body = asset("Press");
    let replies = tokio::join!(
        keyed(&manager, "/v1/assets", "k1", &body),
        keyed(&manager, "/v1/assets", "k1", &body),
        keyed(&manager, "/v1/assets", "k1", &body),
        keyed(&manager, "/v1/assets", "k1", &body),
    );
    for reply in [&replies.0, &replies.1, &replies.2, &replies.3] {
        assert!(matches!(reply.status, 201 | 409), "{}", reply.text);
    }
    assert_eq!(manager.every("/v1/assets").await.len(), 1);
}

#[tokio::test]
async fn a_key_has_one_to_255_characters() {
    let app = App::start().await;
    let manager = app.manager().await;
    for key in [String::new(), "k".repeat(256)] {
        keyed(&manager, "/v1/assets", &key, &asset("Press")).await.problem(400, "malformed");
    }
    keyed(&manager, "/v1/assets", &"k".repeat(255), &asset("Press")).await.expect(201);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let app = App::start().await;
    let manager = app.manager().await;
    keyed(&manager, "/v1/assets", "k1", &asset("Press")).await.expect(201);
    app.advance(chrono::Duration::hours(25));
    keyed(&manager, "/v1/assets", "k1", &asset("Lathe")).await.expect(201);
}
