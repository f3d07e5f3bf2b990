//! What one request may cost: nobody keeps the service busy, and nobody waits for others for long.

use crate::app::App;
use crate::persona::send;
use crate::records::{asset, create_many};
use isms::config::Settings;
use reqwest::Method;
use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::time::{Duration, Instant};

/// Keeps everybody from writing until it is dropped.
async fn write_lock(app: &App) -> DatabaseTransaction {
    let lock = app.database().await.begin().await.expect("a transaction");
    lock.execute_unprepared("UPDATE tenant_counter SET access_epoch = access_epoch").await.expect("the lock");
    lock
}

#[tokio::test]
async fn a_list_is_asked_for_in_few_words_values_and_sorts() {
    let app = App::start().await;
    let manager = app.manager().await;
    let press = manager.create("assets", asset("Press")).await;
    let many = |text: &str, times: usize| vec![text; times].join(",");
    let now = app.now();
    for path in [
        format!("/v1/assets?q={}", vec!["a"; 2_000].join("+")),
        format!("/v1/assets?q={}", "a".repeat(101)),
        format!("/v1/risks?affects={}", many("integrity", 1_100)),
        format!("/v1/risks?asOf={now}&assetId={}", many(&press, 160)),
        format!("/v1/assets?kind={}", many("software", 101)),
        format!("/v1/assets?sort={}", many("name", 1_000)),
        "/v1/assets?sort=name,-name".to_owned(),
    ] {
        manager.get(&path).await.problem(400, "malformed");
    }
    manager.get(&format!("/v1/assets?q={}", ["press"; 10].join("+"))).await.expect(200);
    manager.get(&format!("/v1/risks?affects={}", many("integrity", 100))).await.expect(200);
    let affects = vec!["integrity"; 1_000].join(", ");
    let query = json!({"query": format!("{{ risks(filter: {{affects: [{affects}]}}) {{ nodes {{ id }} }} }}")});
    let answer = manager.post("/graphql", query).await;
    assert!(answer.json()["errors"][0]["extensions"]["code"] == "malformed", "{}", answer.text);
    manager.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn a_hundred_references_are_asked_for_now_and_in_the_past() {
    let app = App::start().await;
    let manager = app.manager().await;
    let ids = create_many(&manager, "assets", (0..45).map(|n| asset(&format!("Asset {n}"))).collect()).await;
    let risk = manager.create("risks", json!({"title": "Fire", "assetIds": [ids[3]], "affects": ["integrity"]})).await;
    manager.create("risks", json!({"title": "Flood", "affects": ["availability"]})).await;
    let then = app.now();
    for as_of in [String::new(), format!("&asOf={then}")] {
        assert_eq!(manager.every(&format!("/v1/risks?assetId={}{as_of}", ids.join(","))).await, [risk.as_str()]);
        assert_eq!(
            manager.every(&format!("/v1/risks?affects=integrity,confidentiality{as_of}")).await,
            [risk.as_str()]
        );
    }
}

#[tokio::test]
async fn the_past_of_many_assets_is_read_in_time() {
    let app = App::start().await;
    let manager = app.manager().await;
    let ids = create_many(&manager, "assets", (0..300).map(|n| asset(&format!("Asset {n:03}"))).collect()).await;
    for pair in ids.windows(2).step_by(8) {
        manager.change("assets", &pair[0], json!({"dependsOnIds": [pair[1]], "availability": 4})).await.expect(200);
    }
    let now = manager.get("/v1/assets?limit=50").await.expect(200);
    let began = Instant::now();
    let then = manager.get(&format!("/v1/assets?limit=50&asOf={}", app.now())).await.expect(200);
    println!("the past of 300 assets took {:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let needs = |page: &Value| -> Vec<(Value, Value)> {
        let items = page["items"].as_array().expect("items").iter();
        items.map(|item| (item["id"].clone(), item["effectiveAvailability"].clone())).collect()
    };
    assert_eq!(needs(&now), needs(&then));
    assert!(needs(&now).iter().any(|(_, need)| *need == 4));
}

#[tokio::test]
async fn thousands_of_unknown_fields_are_refused_at_once() {
    let app = App::start().await;
    let manager = app.manager().await;
    let mut draft = asset("Press");
    for n in 0..20_000 {
        draft[format!("field/{n}~")] = json!(n);
    }
    let began = Instant::now();
    let problem = manager.post("/v1/assets", draft.clone()).await.refuses("/field~10~0");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(100));
    let batch = json!({"atomic": true, "operations": [{"create": draft}]});
    let problem = manager.post("/v1/assets:batch", batch).await.problem(422, "invalid");
    assert!(problem["errors"].as_array().is_some_and(|errors| errors.len() <= 100));
    println!("refused in {:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let app = App::start_with(Settings { body_timeout: Some(1), ..Settings::default() }).await;
    let address = app.base.strip_prefix("http://").expect("an address").to_owned();
    let token = app.manager().await.token().to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let head = format!(
            "POST /v1/assets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: 99\r\n\r\n{{"
        );
        stream.write_all(head.as_bytes()).expect("it is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer, and then the end");
        answer
    });
    let answer = answer.await.expect("the client ends");
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("urn:isms:problem:too-slow"), "{answer}");
}

#[tokio::test]
async fn who_reads_does_not_wait_for_who_writes() {
    let app = App::start().await;
    let manager = app.manager().await;
    let lock = write_lock(&app).await;
    let began = Instant::now();
    manager.get("/v1/assets").await.expect(200);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    lock.rollback().await.expect("the lock goes");
}

#[tokio::test]
async fn who_waits_too_long_is_told_so_and_the_next_is_served() {
    let settings = Settings { request_timeout: Some(1), database_connections: Some(2), ..Settings::default() };
    let app = App::start_with(settings).await;
    let manager = app.manager().await;
    let lock = write_lock(&app).await;
    let began = Instant::now();
    for _ in 0..4 {
        manager.post("/v1/assets", asset("Press")).await.problem(503, "unknown");
    }
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
    lock.rollback().await.expect("the lock goes");
    let mut last = manager.post("/v1/assets", asset("Press")).await;
    for _ in 0..100 {
        if last.status == 201 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        last = manager.post("/v1/assets", asset("Press")).await;
    }
    last.expect(201);
}

#[tokio::test]
async fn neither_many_tokens_nor_invented_ones_allow_more_requests() {
    let app = App::start_with(Settings { rate_limit: Some(60), ..Settings::default() }).await;
    let manager = app.manager().await;
    let second = app.token_for(&manager, &manager.id, json!(["read"])).await;
    let mut held = 0;
    for n in 0..70 {
        let who = if n % 2 == 0 { &manager } else { &second };
        held += usize::from(who.get("/v1/me").await.status == 429);
    }
    assert!(held >= 5, "two tokens of one user count together: {held}");
    let mut held = 0;
    for _ in 0..70 {
        let invented = app.with_token(&isms::caller::token::mint());
        held += usize::from(invented.get("/v1/me").await.status == 429);
    }
    assert!(held >= 5, "invented tokens count by address: {held}");
}

#[tokio::test]
async fn a_file_is_only_taken_in_from_who_may_bring_in() {
    let app = App::start().await;
    let member = app.member().await;
    let request = member.request(Method::POST, "/v1/assets:import").header("content-type", "text/csv");
    send(request.body("no such heading\nx\n")).await.problem(403, "denied");
    let auditor = app.auditor().await;
    assert_eq!(auditor.get("/v1/assets:export").await.status, 200);
    member.get("/v1/assets:export").await.problem(403, "denied");
}
