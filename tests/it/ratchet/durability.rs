//! What was acknowledged is there after the power goes: a process that serves is killed while it writes.

use crate::database::sqlite;
use crate::persona::Persona;
use crate::ratchet::rows;
use isms::caller::Clock;
use isms::config::Settings;
use isms::store::Store;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Where the service that is killed keeps its records; set only for the process that serves.
const DATABASE: &str = "ISMS_TEST_KILLED_DATABASE";

/// Not a test but the process that is killed: this test binary started once more, serving until its end.
#[tokio::test]
async fn the_service_that_is_killed() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    let settings = Settings { database_url: Some(url), workers: Some(1), rate_limit: Some(0), ..Settings::default() };
    let config = settings.check().expect("settings that make sense");
    let store = Store::connect(&config.database_url, 4).await.expect("a database");
    store.migrate().await.expect("migrations run");
    if store.is_empty().await.expect("an answer") {
        let founded = store.found("Acme", "First", "first@example.org", Clock::System.now()).await;
        println!("\ntoken {}", founded.expect("an organisation").token);
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("\nserving http://{}", listener.local_addr().expect("an address"));
    let app = isms::app::App::new(store, Clock::System, config).expect("the service");
    isms::running::server(app, listener).expect("a server").await.expect("an end");
}

/// A running service; killed when dropped.
struct Service {
    child: Child,
    base: String,
    token: Option<String>,
}

impl Drop for Service {
    fn drop(&mut self) {
        // `kill` is SIGKILL on Unix: nothing is tidied up.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the service in a process of its own and waits until it says where it serves.
fn run(directory: &Path) -> Service {
    let mut child = Command::new(std::env::current_exe().expect("this test binary"))
        .args(["--exact", "ratchet::durability::the_service_that_is_killed", "--nocapture"])
        .env(DATABASE, sqlite(directory.join("isms.db")))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the service starts");
    let mut token = None;
    for line in BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok) {
        if let Some(found) = line.strip_prefix("token ") {
            token = Some(found.to_owned());
        }
        if let Some(base) = line.strip_prefix("serving ") {
            return Service { child, base: base.to_owned(), token };
        }
    }
    let _ = child.wait();
    panic!("the service does not start")
}

#[tokio::test]
async fn every_acknowledged_write_survives_a_kill() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let mut service = run(directory.path());
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
        service = run(directory.path());
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
