//! Nothing of a request is read before its caller is known, and its route decides whatever its address looks like.

use crate::app::App;
use crate::evaluation::engagement::open;
use crate::process;
use crate::records::{Team, risk};
use isms::config::Settings;
use reqwest::Method;
use serde_json::json;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Sends these bytes and reads what is answered; the status, or none where the connection just ends.
fn raw(address: &str, request: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    stream.write_all(request).expect("it is sent");
    let mut head = [0_u8; 12];
    stream.read_exact(&mut head).ok()?;
    std::str::from_utf8(&head).ok()?.split(' ').nth(1)?.parse().ok()
}

/// An address as nobody spells it: encoded letters, doubled slashes, dot segments, capitals, a slash at the end.
fn odd(path: &str) -> Vec<String> {
    let plain =
        path.replace("{id}", "00000000-0000-7000-8000-000000000000").replace("{other}", "x").replace("{tail}", "0/000");
    let rest = plain.strip_prefix("/v1/").expect("an operation");
    let first = rest.bytes().next().expect("a letter");
    let all: String = rest
        .bytes()
        .map(|b| if b.is_ascii_alphabetic() { format!("%{b:02x}") } else { char::from(b).to_string() })
        .collect();
    vec![
        format!("/v1/%{first:02X}{}", &rest[1..]),
        format!("/%76%31/{all}"),
        format!("//v1/{rest}"),
        format!("/v1//{rest}"),
        format!("/v1/./{rest}"),
        format!("/x/../v1/{rest}"),
        format!("/v1/%2e%2e/v1/{rest}"),
        format!("/V1/{}", rest.to_uppercase()),
        format!("{plain}/"),
        format!("{plain}%2F"),
        format!("{plain};x=1"),
    ]
}

#[tokio::test]
async fn however_an_address_is_spelt_nobody_unknown_gets_past_it_and_all_is_counted() {
    let app = App::start_with(Settings { rate_limit: Some(1_000_000), ..Settings::default() }).await;
    let address = app.base.strip_prefix("http://").expect("an address").to_owned();
    let mut examined = 0;
    for (method, path) in isms::app::registry().operations() {
        for path in odd(&path) {
            let head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            let address = address.clone();
            let status = tokio::task::spawn_blocking(move || raw(&address, head.as_bytes())).await.expect("an answer");
            assert!(matches!(status, Some(401 | 404 | 405)), "{method} {path}: {status:?}");
            examined += 1;
        }
    }
    println!("{examined} odd spellings examined");
    assert!(examined > 5_000);
}

#[tokio::test]
async fn the_limit_counts_a_request_however_its_address_is_spelt() {
    let app = App::start_with(Settings { rate_limit: Some(20), ..Settings::default() }).await;
    let member = app.member().await;
    for path in ["/%761/me", "/v1/%6de", "/v1/me", "//v1/me", "/v1/nothing", "/%67raphql", "/nowhere", "/docs/"] {
        let mut refused = 0;
        for _ in 0..30 {
            refused += u32::from(member.request(Method::GET, path).send().await.expect("an answer").status() == 429);
        }
        assert!(refused > 5, "{path}: {refused} of 30 refused");
    }
    assert_eq!(member.get("/livez").await.status, 200);
}

#[tokio::test]
async fn what_is_read_is_noted_by_its_route() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let manager = &team.manager;
    let risk = manager.create("risks", risk("Theft", &team.owner)).await;
    let engagement = open(&app, manager, &team.management, json!({})).await;
    let auditor = app.external_auditor(manager, &engagement).await;
    for path in [format!("/%761/risks/{risk}"), format!("/v1/%72isks/{risk}"), format!("/v1/risks/{risk}")] {
        auditor.get(&path).await.expect(200);
    }
    let readings = manager.get(&format!("/v1/engagements/{engagement}/readings")).await.expect(200);
    let read = readings["items"].as_array().expect("readings").iter();
    let of_this = read.filter(|reading| reading["recordId"] == *risk && reading["recordType"] == "Risk");
    assert_eq!(of_this.count(), 3, "{readings}");
}

/// What the process holds in memory, KiB.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("a process");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("its size");
    line.split_whitespace().nth(1).and_then(|size| size.parse().ok()).expect("a number")
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_half_sent_bodies_of_nobody_take_no_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let service = process::run(folder.path(), &[]);
    let address = service.base.strip_prefix("http://").expect("an address").to_owned();
    let client = reqwest::Client::new();
    assert_eq!(client.get(format!("{}/livez", service.base)).send().await.expect("an answer").status(), 200);
    let before = resident(service.id());
    let peak = tokio::task::spawn_blocking({
        let id = service.id();
        move || {
            let mut held = Vec::new();
            let mut peak = 0;
            for n in 0..1_000 {
                let path = ["/v1/invitations:accept", "/v1/incidents", "/graphql", "/v1/assets:import"][n % 4];
                let Ok(mut stream) = TcpStream::connect(&address) else { continue };
                let head = format!(
                    "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer isms_x{n}\r\n\
                     content-length: 2000010\r\n\r\n"
                );
                stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a timeout");
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&vec![b'['; 2_000_000]));
                held.push(stream);
                if n % 50 == 0 {
                    peak = peak.max(resident(id));
                }
            }
            peak.max(resident(id))
        }
    });
    let peak = peak.await.expect("they are sent");
    println!("{before} KiB before, {peak} KiB at most");
    assert!(peak < before + 20 * 1024, "{before} KiB before, {peak} KiB at most");
    assert_eq!(client.get(format!("{}/livez", service.base)).send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn however_many_are_refused_each_reads_why_and_no_connection_is_left_open() {
    let app = App::start().await;
    let address = app.base.strip_prefix("http://").expect("an address").to_owned();
    let refused = (0..60).map(|_| {
        let address = address.clone();
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).expect("a connection");
            stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
            let head = "POST /v1/incidents HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{";
            stream.write_all(head.as_bytes()).expect("it is sent");
            let mut answer = Vec::new();
            // Whoever may not linger is cut off once the answer is out.
            let ended = stream.read_to_end(&mut answer);
            (String::from_utf8(answer).expect("text"), ended.is_err_and(|e| e.kind() == ErrorKind::WouldBlock))
        })
    });
    for refused in refused.collect::<Vec<_>>() {
        let (answer, hangs) = refused.await.expect("it ends");
        assert!(answer.starts_with("HTTP/1.1 401") && answer.ends_with('}'), "{answer}");
        assert!(!hangs, "{answer}");
    }
}

#[tokio::test]
async fn who_is_unknown_is_told_so_before_anything_else() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let nowhere = "/v1/acceptances/00000000-0000-7000-8000-000000000000";
    for path in [format!("{nowhere}?asOf="), format!("{nowhere}?x=1"), format!("{nowhere}/history?limit=x")] {
        anonymous.get(&path).await.problem(401, "unauthenticated");
    }
    let broken = anonymous.request(Method::POST, "/v1/incidents").header("content-type", "application/json").body("{");
    crate::persona::send(broken).await.problem(401, "unauthenticated");
    anonymous.post("/graphql", json!({"query": "{"})).await.problem(401, "unauthenticated");
}
