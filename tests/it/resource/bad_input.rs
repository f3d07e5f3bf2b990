//! Bad input: always a problem that says what is wrong, never our fault, and nothing half-written.

use crate::app::App;
use crate::persona::{Persona, Reply, send};
use crate::ratchet::rows;
use crate::records::{Team, asset};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};

fn nested(depth: usize, open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

/// A 4xx problem; returns how it was told, for a message.
#[track_caller]
fn is_a_problem(what: &str, reply: &Reply) {
    assert!((400..500).contains(&reply.status), "{what}: {} {}", reply.status, reply.text);
    assert_eq!(reply.header("content-type"), "application/problem+json", "{what}: {}", reply.text);
    let problem = reply.json();
    assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{what}: {problem}");
    for word in ["sqlx", "SQL", "panick", "src/", "UNIQUE", "constraint"] {
        assert!(!problem.to_string().contains(word), "{what}: {problem}");
    }
}

/// Bodies that are no asset, as they are sent.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        ("nothing", text("")),
        ("an open brace", text("{")),
        ("a cut string", text("{\"name\": \"Pre")),
        ("a trailing comma", text("{\"name\": \"Press\",}")),
        ("two documents", text("{}{}")),
        ("words", text("name=Press&kind=hardware")),
        ("a list", text("[]")),
        ("a text", text("\"Press\"")),
        ("a number", text("7")),
        ("null", text("null")),
        ("not a number", text("{\"name\": NaN}")),
        ("a huge number", text("{\"name\": \"Press\", \"kind\": \"hardware\", \"availability\": 1e999}")),
        (
            "a bigger one",
            text("{\"name\": \"Press\", \"kind\": \"hardware\", \"availability\": 99999999999999999999999}"),
        ),
        ("a negative one", text("{\"name\": \"Press\", \"kind\": \"hardware\", \"availability\": -1}")),
        ("a fraction", text("{\"name\": \"Press\", \"kind\": \"hardware\", \"availability\": 1.5}")),
        ("a lone surrogate", text("{\"name\": \"\\ud800\", \"kind\": \"hardware\"}")),
        ("a NUL byte", text("{\"name\": \"Pre\\u0000ss\", \"kind\": \"hardware\"}")),
        ("a raw NUL byte", text("{\"name\": \"Pre\0ss\", \"kind\": \"hardware\"}")),
        ("a control character", text("{\"name\": \"Pre\\u0007ss\", \"kind\": \"hardware\"}")),
        ("invalid UTF-8", b"{\"name\": \"Pre\xff\xfess\", \"kind\": \"hardware\"}".to_vec()),
        ("a byte order mark", b"\xef\xbb\xbf{\"name\": \"Press\", \"kind\": \"hardware\"}".to_vec()),
        ("deep lists", nested(100_000, "[", "]").into_bytes()),
        ("deep objects", nested(100_000, "{\"a\":", "}").into_bytes()),
        ("a deep field", format!("{{\"name\": {}}}", nested(120, "[", "]")).into_bytes()),
        ("an unknown field", text("{\"name\": \"Press\", \"kind\": \"hardware\", \"owner\": \"me\"}")),
        ("a field of another case", text("{\"Name\": \"Press\", \"kind\": \"hardware\"}")),
        ("the same field twice", text("{\"name\": \"Press\", \"kind\": \"hardware\", \"kind\": 1}")),
        ("a long name", format!("{{\"name\": \"{}\", \"kind\": \"hardware\"}}", "x".repeat(301)).into_bytes()),
        (
            "a long text",
            format!("{{\"name\": \"P\", \"kind\": \"hardware\", \"location\": \"{}\"}}", "x".repeat(20_001))
                .into_bytes(),
        ),
        ("blanks for a name", text("{\"name\": \"  \", \"kind\": \"hardware\"}")),
        (
            "a long list",
            format!(
                "{{\"name\": \"P\", \"kind\": \"hardware\", \"dependsOnIds\": [{}]}}",
                vec!["\"01a20bc8-3eab-7001-8f2c-e9624bec30bc\""; 2_001].join(",")
            )
            .into_bytes(),
        ),
        ("ten megabytes", vec![b' '; 10 << 20]),
        ("ten megabytes of text", format!("{{\"name\": \"{}\"}}", "x".repeat(10 << 20)).into_bytes()),
    ]
}

#[tokio::test]
async fn no_body_that_is_no_asset_makes_one() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    let database = app.database().await;
    let before = rows(&database, "SELECT COUNT(*) FROM trail_entry").await;
    let bodies = bodies();
    for (what, body) in &bodies {
        for (method, path) in [
            (Method::POST, "/v1/assets".to_owned()),
            (Method::POST, "/v1/assets:batch".into()),
            (Method::PATCH, format!("/v1/assets/{id}")),
        ] {
            if *what == "nothing" && method == Method::PATCH {
                continue; // An empty patch is a patch.
            }
            let request = manager.request(method.clone(), &path).header("if-match", "*");
            let request = request.header("content-type", "application/json").body(body.clone());
            is_a_problem(&format!("{what} to {method} {path}"), &send(request).await);
        }
    }
    assert_eq!(rows(&database, "SELECT COUNT(*) FROM trail_entry").await, before);
    assert_eq!(manager.every("/v1/assets?retired=any").await, vec![id]);
    println!("{} bad bodies examined", bodies.len());
}

#[tokio::test]
async fn no_act_takes_a_body_that_is_not_its_own() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let path = format!("/v1/risks/{risk}/decide");
    let tag = team.owner.get(&format!("/v1/risks/{risk}")).await.etag;
    for body in [
        json!([]),
        json!("modify"),
        json!({}),
        json!({"treatment": "hope"}),
        json!({"treatment": 1}),
        json!({"treatment": "modify", "nonsense": 1}),
        json!({"treatment": "modify", "residualLikelihood": 9, "residualImpact": 1}),
        json!({"treatment": "modify", "residualLikelihood": "x", "residualImpact": 1}),
        json!({"treatment": "modify", "residualLikelihood": 1}),
        json!({"treatment": "modify", "plannedControlIds": ["x"]}),
        json!({"treatment": "modify", "plannedControlIds": [risk]}),
        json!({"treatment": "avoid", "detail": "x", "endsOn": "31.12.2026"}),
        json!({"treatment": "share", "detail": "a\u{0}b"}),
    ] {
        let reply = team.owner.post_to(&path, &tag, body.clone()).await;
        is_a_problem(&body.to_string(), &reply);
        assert_eq!(reply.status, 422, "{body}: {}", reply.text);
    }
    assert_eq!(team.owner.get(&format!("/v1/risks/{risk}")).await.etag, tag);
    team.owner.post_to(&format!("/v1/risks/{risk}/analyse"), &tag, json!({"x": 1})).await.refuses("/x");
}

#[tokio::test]
async fn dates_come_in_a_possible_order() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (manager, owner) = (&team.manager, &team.owner);
    for day in ["2026-02-30", "0000-00-00", "+10000-01-01", "2026-13-01", "now", "2026-03-02T09:00:00Z"] {
        manager.post("/v1/actions", json!({"title": "A", "ownerId": owner.id, "dueOn": day})).await.refuses("/dueOn");
    }
}

/// Ids that are no record of the caller's, wherever an id stands.
#[tokio::test]
async fn an_id_that_is_no_record_is_not_found() {
    let app = App::start().await;
    let manager = app.manager().await;
    let other = app.person_of(&app.stranger(), "manager", None).await;
    let foreign = other.create("assets", asset("Theirs")).await;
    let threat = json!({"name": "Fire", "nature": "accidental", "category": "physicalLoss"});
    let threat = manager.create("threats", threat).await;
    let nowhere = uuid::Uuid::now_v7().to_string();
    let long = "a".repeat(5_000);
    let ids = [
        "1",
        "-1",
        "null",
        "%00",
        "%ff%fe",
        "..",
        "..%2f..",
        "%27%20OR%201=1",
        " ",
        &long,
        &nowhere,
        &foreign,
        &threat,
    ];
    for id in ids {
        for path in [format!("/v1/assets/{id}"), format!("/v1/assets/{id}/history")] {
            let reply = manager.get(&path).await;
            is_a_problem(&path, &reply);
            assert_eq!(reply.status, 404, "{path}");
        }
        let reply = manager.change("assets", id, json!({"name": "Mine"})).await;
        assert!(matches!(reply.status, 404 | 405), "{id}: {}", reply.text);
        let reply = manager.just("assets", id, "retire").await;
        assert!(matches!(reply.status, 404 | 405), "{id}: {}", reply.text);
    }
    assert_eq!(other.read("assets", &foreign).await["name"], "Theirs");
    println!("{} bad ids examined", ids.len());
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_without_telling_why() {
    let app = App::start().await;
    let manager = app.manager().await;
    let good = manager.token.clone().expect("a token");
    let mut flipped = good.clone();
    flipped.replace_range(10..11, if &good[10..11] == "A" { "B" } else { "A" });
    let invented = isms::caller::token::mint();
    let mut details = std::collections::HashSet::new();
    for token in
        [&good[..good.len() - 1], &good[5..], &flipped, &invented, "isms_", "x", "", "isms_ä", &"x".repeat(7_000)]
    {
        let request = app.anonymous().request(Method::GET, "/v1/assets");
        let header = reqwest::header::HeaderValue::from_bytes(format!("Bearer {token}").as_bytes()).expect("a header");
        let reply = send(request.header("authorization", header)).await;
        assert!(matches!(reply.status, 400 | 401), "{token}: {} {}", reply.status, reply.text);
        is_a_problem(token, &reply);
        if reply.status == 401 {
            assert_eq!(reply.header("www-authenticate"), "Bearer");
            details.insert(reply.json()["detail"].to_string());
        }
    }
    assert_eq!(details.len(), 1, "{details:?}");
    for header in ["Basic YTpi", "Bearer", &good, "bearer"] {
        let request = app.anonymous().request(Method::GET, "/v1/assets").header("authorization", header);
        send(request).await.problem(401, "unauthenticated");
    }
    let request = app.anonymous().request(Method::GET, "/v1/assets").header("authorization", format!("bearer {good}"));
    send(request).await.expect(200);
}

#[tokio::test]
async fn a_header_given_twice_is_refused() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    let token = format!("Bearer {}", manager.token.clone().expect("a token"));
    let path = format!("/v1/assets/{id}");
    let twice = |method: Method, path: &str, name: &str, value: &str| {
        let request = manager.request(method, path).header("content-type", "application/json").body("{}");
        if name == "authorization" {
            request.header(name, value)
        } else {
            request.header(name, value).header(name, value)
        }
    };
    for (method, path, name, value) in [
        (Method::GET, "/v1/assets", "authorization", token.as_str()),
        (Method::PATCH, path.as_str(), "if-match", "\"1\""),
        (Method::POST, "/v1/assets", "idempotency-key", "k"),
    ] {
        send(twice(method, path, name, value)).await.problem(400, "malformed");
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let app = App::start().await;
    let manager = app.manager().await;
    for kind in
        ["text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded", "text/csv"]
    {
        let request = manager.request(Method::POST, "/v1/assets").header("content-type", kind);
        send(request.body(asset("Press").to_string())).await.problem(415, "unsupported-media-type");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_wrong_methods_are_named() {
    let app = App::start().await;
    let manager = app.manager().await;
    for path in ["/v1/nonsense", "/v1", "/v2/assets", "/v1/assets/", "/v1//assets", "/.env", "/v1/assets/../risks/x"] {
        is_a_problem(path, &manager.get(path).await);
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let reply = send(manager.request(method, "/v1/assets").json(&json!({}))).await;
        reply.problem(405, "method-not-allowed");
    }
}

/// Sends bytes as they are and gives the status line.
fn raw(base: &str, bytes: &[u8]) -> String {
    let address = base.strip_prefix("http://").expect("an address");
    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(std::time::Duration::from_secs(5))).expect("a timeout");
    stream.write_all(bytes).expect("sent");
    let mut buffer = [0; 64];
    let count = stream.read(&mut buffer).unwrap_or_default();
    String::from_utf8_lossy(&buffer[..count]).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn broken_requests_break_nothing() {
    let app = App::start().await;
    let manager = app.manager().await;
    let token = manager.token.clone().expect("a token");
    let with = |line: &[u8], more: &[u8]| {
        let mut bytes = line.to_vec();
        bytes.extend_from_slice(format!(" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n").as_bytes());
        bytes.extend_from_slice(more);
        bytes.extend_from_slice(b"Connection: close\r\n\r\n");
        bytes
    };
    let requests = [
        b"nonsense\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        with(b"GET /v1/assets?q=\xff\xfe", b""),
        with(b"GET /v1/assets/\xff", b""),
        with(b"GET /v1/assets", b"Authorization: Bearer x\r\n"),
        with(b"POST /v1/assets", b"Content-Length: -5\r\n"),
        with(b"POST /v1/assets", b"Content-Length: 5\r\nContent-Length: 6\r\n"),
        with(b"POST /v1/assets", b"Transfer-Encoding: nonsense\r\n"),
        with(b"POST /v1/assets", b"Idempotency-Key: \xff\xfe\r\nContent-Length: 0\r\n"),
        with(b"GET /v1/assets", format!("X-Long: {}\r\n", "x".repeat(200_000)).as_bytes()),
    ];
    for request in &requests {
        let base = app.base.clone();
        let bytes = request.clone();
        let line = tokio::task::spawn_blocking(move || raw(&base, &bytes)).await.expect("an answer");
        let shown = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        assert!(line.is_empty() || line.starts_with("HTTP/1.1 4"), "{shown}: {line}");
    }
    manager.get("/v1/assets").await.expect(200);
    println!("{} broken requests examined", requests.len());
}

#[tokio::test]
async fn texts_are_data_and_nothing_else() {
    let app = App::start().await;
    let manager = app.manager().await;
    for text in [
        "'; DROP TABLE asset; --",
        "{self}",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>",
        "%s%n",
        "🦊 x",
        "?1",
        "$1",
        "\\\"'`",
    ] {
        let draft = json!({"name": text, "kind": "hardware", "description": text});
        let id = manager.create("assets", draft).await;
        let seen = manager.read("assets", &id).await;
        assert_eq!((&seen["name"], &seen["description"]), (&json!(text), &json!(text)));
        let found = search(&manager, text).await;
        assert_eq!(found["items"][0]["id"], id.as_str(), "{text}");
    }
}

async fn search(persona: &Persona, text: &str) -> Value {
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    persona.get(&format!("/v1/assets?name={encoded}")).await.expect(200)
}

#[tokio::test]
async fn what_says_nothing_or_says_it_twice_is_refused() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    manager.just("assets", &id, "retire").await.expect(200);
    manager.act("assets", &id, "restore", json!({"reason": "x"})).await.refuses("/reason");
    manager.post("/v1/assets", json!({"name": "\u{200b}\u{2060} ", "kind": "software"})).await.refuses("/name");
    manager.post("/v1/assets", json!({"name": "x", "kind": "software", "a/b~c": 1})).await.refuses("/a~1b~0c");
    let twice = manager.request(Method::POST, "/v1/assets").header("content-type", "application/json");
    let twice = send(twice.body(r#"{"name": "One", "name": "Two", "kind": "software"}"#)).await;
    twice.problem(400, "malformed");
    let methodology = json!({"title": "x", "levels": [{"label": "a", "colour": 7}]});
    let reply = manager.post("/v1/methodologies", methodology).await;
    is_a_problem("a wrong type far inside", &reply);
    let head = send(manager.request(Method::HEAD, "/v1/assets")).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

#[tokio::test]
async fn units_cannot_be_put_in_a_circle_in_one_batch() {
    let app = App::start().await;
    let (one, two) = (app.unit("One", None).await, app.unit("Two", None).await);
    let put = |id: &str, under: &str| json!({"id": id, "version": 1, "update": {"parentId": under}});
    let batch = json!({"atomic": true, "operations": [put(&one, &two), put(&two, &one)]});
    app.bootstrap().post("/v1/units:batch", batch).await.refuses("/operations/1/parentId");
}
