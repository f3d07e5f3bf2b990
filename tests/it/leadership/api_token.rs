//! Tokens: shown once, refused from the moment they are retired or expire, and good for their scopes only.

use crate::app::App;
use chrono::Duration;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

#[tokio::test]
async fn a_token_is_shown_once_and_never_again() {
    let app = App::start().await;
    let manager = app.manager().await;
    let made = manager.post("/v1/api-tokens", json!({"name": "Laptop", "userId": manager.id})).await.expect(201);
    let token = made["token"].as_str().expect("a token").to_owned();
    assert!(token.starts_with("isms_"), "{token}");
    let id = crate::persona::id(&made);
    for path in [format!("/v1/api-tokens/{id}"), "/v1/api-tokens".into(), format!("/v1/api-tokens/{id}/history")] {
        let text = manager.get(&path).await.text;
        assert!(!text.contains(&token) && !text.contains("\"hash\""), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_replayed_answer_does_not_show_the_token_again() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = json!({"name": "Laptop", "userId": manager.id});
    let again = async || {
        let request = manager.request(reqwest::Method::POST, "/v1/api-tokens").header("idempotency-key", "one");
        crate::persona::send(request.json(&draft)).await.expect(201)
    };
    let (first, second) = (again().await, again().await);
    assert!(first["token"].is_string() && second["token"].is_null());
    assert_eq!(first["id"], second["id"]);
}

#[tokio::test]
async fn the_database_holds_no_token() {
    let app = App::start().await;
    let manager = app.manager().await;
    let token = manager.token.clone().expect("a token");
    let database = app.database().await;
    for (table, column) in [("api_token", "hash"), ("trail_entry", "after"), ("idempotency_key", "body")] {
        let sql = format!("SELECT CAST({column} AS text) AS value FROM {table}");
        let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await;
        for row in rows.expect("rows") {
            let value: String = row.try_get("", "value").expect("text");
            assert!(!value.contains(&token), "{table}.{column}");
        }
    }
}

#[tokio::test]
async fn a_retired_token_is_refused_with_the_next_request() {
    let app = App::start().await;
    let manager = app.manager().await;
    manager.get("/v1/assets").await.expect(200);
    let token = app.bootstrap().every(&format!("/v1/api-tokens?userId={}", manager.id)).await.remove(0);
    app.bootstrap().just("api-tokens", &token, "retire").await.expect(200);
    manager.get("/v1/assets").await.problem(401, "unauthenticated");
    manager.get("/v1/users").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = json!({"name": "Short", "userId": manager.id, "expiresAt": "2026-03-02T10:00:00Z"});
    let made = manager.post("/v1/api-tokens", draft).await.expect(201);
    let short = app.with_token(made["token"].as_str().expect("a token"));
    short.get("/v1/assets").await.expect(200);
    app.advance(Duration::hours(1));
    short.get("/v1/assets").await.problem(401, "unauthenticated");
    manager.get("/v1/assets").await.expect(200);
}

#[tokio::test]
async fn a_token_with_the_scope_read_does_not_write() {
    let app = App::start().await;
    let manager = app.manager().await;
    let reader = app.token_for(&manager, &manager.id, json!(["read"])).await;
    reader.get("/v1/assets").await.expect(200);
    reader.post("/v1/assets", json!({"name": "Press", "kind": "hardware"})).await.problem(403, "denied");
}

#[tokio::test]
async fn a_token_with_the_scope_write_alone_does_not_read() {
    let app = App::start().await;
    let manager = app.manager().await;
    let asset = manager.create("assets", json!({"name": "Press", "kind": "hardware"})).await;
    let writer = app.token_for(&manager, &manager.id, json!(["write"])).await;
    writer.get(&format!("/v1/assets/{asset}")).await.problem(404, "not-found");
    assert_eq!(writer.every("/v1/assets").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_token_with_the_scope_read_makes_no_token_that_writes() {
    let app = App::start().await;
    let manager = app.manager().await;
    let reader = app.token_for(&manager, &manager.id, json!(["read"])).await;
    let draft = json!({"name": "More", "userId": manager.id, "scopes": ["read", "write"]});
    reader.post("/v1/api-tokens", draft).await.problem(403, "denied");
}

#[tokio::test]
async fn a_service_reaches_only_what_its_scopes_name() {
    let app = App::start().await;
    let service = app.integrator(json!(["read", "write", "assets"])).await;
    service.post("/v1/assets", json!({"name": "Press", "kind": "hardware"})).await.expect(201);
    service
        .post("/v1/threats", json!({"name": "Fire", "nature": "accidental", "category": "physicalLoss"}))
        .await
        .problem(403, "denied");
    assert_eq!(service.every("/v1/risks").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_manager_makes_no_tokens_for_others() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let draft = json!({"name": "Theirs", "userId": management.id});
    manager.post("/v1/api-tokens", draft).await.problem(403, "denied");
}

#[tokio::test]
async fn an_unknown_scope_is_refused() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft = json!({"name": "Odd", "userId": manager.id, "scopes": ["read", "everything"]});
    manager.post("/v1/api-tokens", draft).await.refuses("/scopes/1");
}

#[tokio::test]
async fn a_retired_token_is_not_restored() {
    let app = App::start().await;
    let (administrator, member) = (app.bootstrap(), app.member().await);
    let token = member.create("api-tokens", json!({"name": "old", "userId": member.id})).await;
    administrator.just("api-tokens", &token, "retire").await.expect(200);
    administrator.just("api-tokens", &token, "restore").await.problem(409, "conflict");
}

#[tokio::test]
async fn a_token_without_scopes_is_not_one_with_all() {
    let app = App::start().await;
    let (administrator, member) = (app.bootstrap(), app.member().await);
    let draft = json!({"name": "Reads", "userId": member.id, "scopes": ["read"]});
    let token = member.create("api-tokens", draft).await;
    administrator.change("api-tokens", &token, json!({"scopes": []})).await.refuses("/scopes");
    assert_eq!(administrator.read("api-tokens", &token).await["scopes"], json!(["read"]));
}

#[tokio::test]
async fn a_token_with_an_end_makes_no_successor_that_outlives_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let short = json!({"name": "Short", "userId": manager.id, "expiresAt": "2026-03-03T09:00:00Z"});
    let short = manager.post("/v1/api-tokens", short).await.expect(201);
    let short = app.with_token(short["token"].as_str().expect("a token"));
    let long = json!({"name": "Long", "userId": manager.id, "expiresAt": "2027-03-03T09:00:00Z"});
    short.post("/v1/api-tokens", long).await.refuses("/expiresAt");
    let next = short.post("/v1/api-tokens", json!({"name": "Next", "userId": manager.id})).await.expect(201);
    assert_eq!(next["expiresAt"], "2026-03-03T09:00:00.000000Z");
}
