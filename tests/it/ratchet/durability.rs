//! What was acknowledged is there after the power goes: a process that serves is killed while it writes.

use crate::database::sqlite;
use crate::persona::Persona;
use crate::process::run;
use crate::ratchet::rows;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[tokio::test]
async fn every_acknowledged_write_survives_a_kill() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let mut service = run(directory.path(), &[]);
    let token = service.token.clone().expect("the first token is printed once");
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let written = Arc::new(Mutex::new(Vec::new()));
        let (noted, base, token) = (Arc::clone(&written), service.base.clone(), token.clone());
        let writer = tokio::spawn(async move {
            let client = reqwest::Client::new();
            for number in 0.. {
                let draft = json!({"name": format!("Unit {round} {number}")});
                let request = client.post(format!("{base}/v1/units")).bearer_auth(&token).json(&draft);
                let Ok(reply) = request.send().await else { return };
                let status = reply.status();
                let Ok(record) = reply.json::<serde_json::Value>().await else { return };
                assert_eq!(status, 201, "{record}");
                noted.lock().expect("the ids").push(crate::persona::id(&record));
            }
        });
        for _ in 0..6_000 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            if written.lock().expect("the ids").len() >= 8 {
                break;
            }
        }
        drop(service);
        writer.await.expect("the writer ends with the service");
        acknowledged.append(&mut written.lock().expect("the ids"));
        service = run(directory.path(), &[]);
    }

    let persona = Persona::new(reqwest::Client::new(), service.base.clone(), String::new(), Some(token));
    let there = persona.every("/v1/units?limit=200").await;
    let missing: Vec<_> = acknowledged.iter().filter(|id| !there.contains(id)).collect();
    assert!(missing.is_empty(), "{} acknowledged writes are gone", missing.len());
    let database = sea_orm::Database::connect(sqlite(directory.path().join("isms.db"))).await.expect("the database");
    let wrong =
        "SELECT reference FROM unit r WHERE (SELECT COUNT(*) FROM trail_entry t WHERE t.record_id = r.id) <> version";
    assert_eq!(rows(&database, wrong).await, Vec::<String>::new(), "records without exactly one entry a version");
    let orphans = "SELECT COUNT(*) FROM trail_entry t WHERE t.record_type = 'Unit' AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.id = t.record_id)";
    assert_eq!(rows(&database, orphans).await, ["0"], "entries without their record");
    println!("{} acknowledged writes examined after 3 kills", acknowledged.len());
    assert!(acknowledged.len() >= 20);
}
