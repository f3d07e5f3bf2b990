//! Trouble with the database is told as what it is, and no broken transaction is gone on with.

use crate::app::App;
use crate::process::serve;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use std::time::Duration;
use tempfile::TempDir;

use super::first;

#[tokio::test]
async fn a_write_that_took_too_long_is_not_known_and_its_key_tells() {
    let settings = isms::config::Settings { request_timeout: Some(1), ..isms::config::Settings::default() };
    let app = App::start_with(settings).await;
    let manager = app.manager().await;
    let database = app.database().await;
    let lock = database.begin().await.expect("a transaction");
    lock.execute_unprepared("UPDATE tenant_counter SET trail_at = trail_at").await.expect("the lock");
    let post = || {
        let request = manager.request(reqwest::Method::POST, "/v1/assets").header("idempotency-key", "once");
        crate::persona::send(request.json(&json!({"name": "Press", "kind": "hardware"})))
    };
    let told = post().await;
    told.problem(503, "unknown");
    assert!(told.headers.contains_key("retry-after") && told.text.contains("Idempotency-Key"), "{}", told.text);
    lock.rollback().await.expect("the lock goes");
    let mut replayed = post().await;
    for _ in 0..100 {
        if replayed.status == 201 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        replayed = post().await;
    }
    replayed.expect(201);
    let there = manager.get("/v1/assets?q=Press").await.expect(200);
    assert_eq!(there["items"].as_array().map(Vec::len), Some(1), "once");
}

#[tokio::test]
async fn a_database_that_is_damaged_is_no_fault_of_the_request() {
    let directory = TempDir::new().expect("a directory");
    let service = serve(directory.path(), &[], &[]).expect("it serves");
    let administrator = first(&service);
    for number in 0..200 {
        administrator.create("units", json!({"name": format!("Unit {number} {}", "x".repeat(250))})).await;
    }
    service.stop();
    // One page on which one of them, or its entry, stands.
    let file = directory.path().join("isms.db");
    let mut bytes = std::fs::read(&file).expect("the database");
    let stands = bytes.windows(9).position(|part| part == b"Unit 150 ").expect("a unit");
    let page = stands / 4096 * 4096;
    bytes[page..page + 64].fill(0xff);
    std::fs::write(&file, bytes).expect("it is damaged");
    let service = serve(directory.path(), &[], &[]).expect("it serves");
    let administrator = super::at(&service, administrator.token());
    super::until("damage is told", || async {
        let ready = administrator.get("/readyz").await.text;
        ready.contains("what is kept is not whole")
    })
    .await;
    let mut told = 0;
    for path in ["/v1/units?limit=200", "/v1/users", "/v1/api-tokens", "/v1/me"] {
        let status = administrator.get(path).await.status;
        assert_ne!(status, 500, "{path}");
        told += usize::from(status == 503);
    }
    println!("{told} of 4 reads met a damaged page");
}

#[tokio::test]
async fn a_server_that_does_not_go_on_with_its_transaction_stops_nobody() {
    let Some(empty) = crate::database::Empty::on_postgres() else { return };
    let directory = TempDir::new().expect("a directory");
    let service = serve(directory.path(), &["--database-url", &empty.url()], &[]).expect("it serves");
    let administrator = first(&service);
    // A transaction as that of another server, which has no limits of its own and does not go on.
    let other =
        sea_orm::Database::connect(format!("{}?application_name=isms", empty.url())).await.expect("the database");
    let frozen = other.begin().await.expect("a transaction");
    frozen.execute_unprepared("UPDATE tenant_counter SET trail_at = trail_at").await.expect("the lock");
    let written = administrator.post("/v1/units", json!({"name": "Meanwhile"}));
    let written = tokio::time::timeout(Duration::from_secs(20), written).await.expect("long before it is given up");
    written.expect(201);
    assert!(frozen.execute_unprepared("SELECT 1").await.is_err(), "it was ended");
}
