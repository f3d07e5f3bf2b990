//! History: every change of a record, for those who may read it.

use crate::app::App;
use crate::persona::send;
use crate::records::asset;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn every_change_tells_who_what_when_and_why() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    app.advance(chrono::Duration::hours(1));
    let request = manager.request(Method::PATCH, &format!("/v1/assets/{id}"));
    let request = request.header("if-match", "*").header("x-request-id", "req-7").json(&json!({"location": "Hall"}));
    send(request).await.expect(200);
    manager.just("assets", &id, "retire").await.expect(200);
    let history = manager.get(&format!("/v1/assets/{id}/history")).await.expect(200);
    let items = history["items"].as_array().expect("items");
    let acts: Vec<_> = items.iter().map(|item| item["act"].clone()).collect();
    assert_eq!(acts, ["retire", "update", "create"]);
    let change = &items[1];
    assert_eq!((&change["actorId"], &change["version"]), (&json!(manager.id), &json!(2)));
    assert_eq!((&change["at"], &change["requestId"]), (&json!(app.now()), &json!("req-7")));
    assert_eq!(change["reasons"], json!(["managers-maintain"]));
    assert_eq!(change["before"], json!({"location": null}));
    assert_eq!(change["after"], json!({"location": "Hall"}));
}

#[tokio::test]
async fn history_comes_in_pages() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    for i in 0..4 {
        manager.change("assets", &id, json!({"location": i.to_string()})).await.expect(200);
    }
    let (mut versions, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = manager.get(&format!("/v1/assets/{id}/history?limit=2{cursor}")).await.expect(200);
        versions.extend(page["items"].as_array().expect("items").iter().map(|item| item["version"].clone()));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(versions, [5, 4, 3, 2, 1]);
    for query in ["limit=0", "limit=-1", "limit=201", "cursor=x", "cursor=-1", "page=2"] {
        manager.get(&format!("/v1/assets/{id}/history?{query}")).await.problem(400, "malformed");
    }
}

#[tokio::test]
async fn history_is_for_those_who_may_read_the_record() {
    let app = App::start().await;
    let (manager, member) = (app.manager().await, app.member().await);
    let id = manager.create("assets", asset("Press")).await;
    let path = format!("/v1/assets/{id}/history");
    member.get(&path).await.problem(404, "not-found");
    app.stranger().get(&path).await.problem(404, "not-found");
    app.auditor().await.get(&path).await.expect(200);
}

#[tokio::test]
async fn a_refused_change_leaves_no_history() {
    let app = App::start().await;
    let (manager, auditor) = (app.manager().await, app.auditor().await);
    let id = manager.create("assets", asset("Press")).await;
    auditor.change("assets", &id, json!({"location": "Hall"})).await.problem(403, "denied");
    manager.change("assets", &id, json!({"availability": 9})).await.refuses("/availability");
    let history = manager.get(&format!("/v1/assets/{id}/history")).await.expect(200);
    assert_eq!(history["items"].as_array().map(Vec::len), Some(1));
}
