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
    // Every page but the first few, which hold the schema.
    let file = directory.path().join("isms.db");
    let mut bytes = std::fs::read(&file).expect("the database");
    let pages = bytes.len() / 4096;
    for page in pages * 2 / 3..pages {
        bytes[page * 4096..page * 4096 + 64].fill(0xff);
    }
    std::fs::write(&file, bytes).expect("it is damaged");
    let Ok(service) = serve(directory.path(), &[], &[]) else { return };
    let administrator = super::at(&service, administrator.token());
    let mut told = 0;
    for path in ["/v1/units?limit=200", "/v1/users", "/v1/api-tokens", "/v1/me"] {
        let status = administrator.get(path).await.status;
        assert_ne!(status, 500, "{path}");
        told += usize::from(status == 503);
    }
    println!("{told} of 4 reads met a damaged page");
}
