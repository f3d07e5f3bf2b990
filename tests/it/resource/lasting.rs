//! What takes long ends with the right that carries it, and a file is given out only as what was kept.

use crate::app::App;
use crate::evaluation::engagement::open;
use crate::persona::{Persona, send};
use crate::records::Team;
use chrono::Duration;
use reqwest::Method;
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;

/// So many assets that neither end of a connection holds a file of them all.
async fn many(manager: &Persona) {
    let long = "x".repeat(20_000);
    for page in 0..13 {
        let drafts = (0..80)
            .map(|n| json!({"create": {"name": format!("Asset {page} {n}"), "kind": "software", "description": long}}));
        let batch = json!({"atomic": true, "operations": drafts.collect::<Vec<_>>()});
        manager.post("/v1/assets:batch", batch).await.expect(200);
    }
}

/// A request whose answer is read by and by.
fn ask(app: &App, persona: &Persona, path: &str) -> TcpStream {
    let address = app.base.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", persona.token());
    stream.write_all(head.as_bytes()).expect("it is sent");
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).expect("a timeout");
    let mut first = [0; 64];
    stream.read_exact(&mut first).expect("an answer");
    assert!(first.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&first));
    stream
}

/// All that is left of it; whether it came to its end.
async fn rest(mut stream: TcpStream) -> (Vec<u8>, bool) {
    let read = tokio::task::spawn_blocking(move || {
        let mut rest = Vec::new();
        let mut chunk = vec![0; 1 << 16];
        loop {
            match stream.read(&mut chunk) {
                Ok(0) | Err(_) => return (rest, false),
                Ok(n) => rest.extend_from_slice(&chunk[..n]),
            }
            // The last chunk of a body that is sent in chunks (RFC 9112, 7.1).
            if rest.ends_with(b"\r\n0\r\n\r\n") {
                return (rest, true);
            }
        }
    });
    read.await.expect("it is read")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_ends_with_the_access_that_it_was_asked_for_by() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    many(&team.manager).await;
    let engagement = open(&app, &team.manager, &team.management, json!({})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    let whole = rest(ask(&app, &auditor, "/v1/assets:export?format=csv&sort=id")).await;
    assert!(whole.1, "it comes whole while the engagement lasts");
    let begun = ask(&app, &auditor, "/v1/assets:export?format=csv&sort=id");
    app.advance(Duration::days(15));
    auditor.get("/v1/me").await.problem(401, "unauthenticated");
    let (part, ended) = rest(begun).await;
    assert!(!ended && part.len() < whole.0.len(), "{} of {} bytes came", part.len(), whole.0.len());
}

/// The one file that the service holds.
fn file(app: &App) -> std::path::PathBuf {
    let folder = std::fs::read_dir(app.files()).expect("the folder").map(|entry| entry.expect("an entry").path());
    let folder = folder.into_iter().find(|path| path.is_dir()).expect("the organisation's folder");
    std::fs::read_dir(folder).expect("a folder").next().expect("a file").expect("an entry").path()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_changed_where_it_lies_is_not_given_out() {
    for size in [1_000, 3 << 20] {
        let app = App::start().await;
        let owner = app.owner().await;
        let id = owner.create("evidence-items", json!({"title": "Log", "kind": "log"})).await;
        let content = format!("/v1/evidence-items/{id}/content");
        let text = "a line\n".repeat(size / 7 + 1);
        send(owner.request(Method::PUT, &content).body(text.clone())).await.expect(200);
        assert_eq!(send(owner.request(Method::GET, &content)).await.text, text);
        std::fs::write(file(&app), text.replace("a line", "b line")).expect("it is changed");
        let part = send(owner.request(Method::GET, &content).header("range", "bytes=0-5")).await;
        part.problem(503, "not-ready");
        let whole = owner.request(Method::GET, &content).send().await.expect("an answer");
        // A small one is refused before its first byte; a large one breaks off before its last.
        let came = if size > 1 << 20 { whole.text().await.is_ok() } else { whole.status() == 200 };
        assert!(!came, "{size} bytes");
    }
}
