//! ETag, If-Match and If-None-Match: nobody's change is overwritten unseen.

use crate::app::App;
use crate::persona::send;
use crate::records::asset;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_change_names_the_version_that_it_changes() {
    let app = App::start().await;
    let manager = app.manager().await;
    let path = format!("/v1/assets/{}", manager.create("assets", asset("Press")).await);
    let patch = json!({"location": "Hall"});
    send(manager.request(Method::PATCH, &path).json(&patch)).await.problem(428, "precondition-required");
    send(manager.request(Method::POST, &format!("{path}/retire"))).await.problem(428, "precondition-required");
    let first = manager.get(&path).await.etag;
    let changed = manager.patch(&path, &first, patch.clone()).await;
    assert_eq!(changed.expect(200)["version"], 2);
    assert_ne!(changed.etag, first);
    manager.patch(&path, &first, json!({"location": "Yard"})).await.problem(412, "precondition-failed");
    manager.post_to(&format!("{path}/retire"), &first, json!({})).await.problem(412, "precondition-failed");
    for wrong in ["", "2", "\"two\"", "\"", "W/\"1\"", "W/2", "\"2\", \"3\"", "\"99999999999\""] {
        let reply = manager.patch(&path, wrong, json!({"location": "Yard"})).await;
        assert_eq!(reply.status, 412, "{wrong}: {}", reply.text);
    }
    assert_eq!(manager.get(&path).await.expect(200)["location"], "Hall");
    // Whoever compresses answers on the way calls their tags weak.
    let weak = format!("W/{}", changed.etag);
    manager.patch(&path, &weak, json!({"location": "Yard"})).await.expect(200);
}

#[tokio::test]
async fn who_may_not_see_a_record_is_not_asked_for_a_precondition() {
    let app = App::start().await;
    let (manager, stranger) = (app.manager().await, app.stranger());
    let path = format!("/v1/assets/{}", manager.create("assets", asset("Press")).await);
    send(stranger.request(Method::PATCH, &path).json(&json!({}))).await.problem(404, "not-found");
    send(stranger.request(Method::POST, &format!("{path}/retire"))).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    let path = format!("/v1/assets/{id}");
    let tag = manager.get(&path).await.etag;
    let ask = async |tag: &str| send(manager.request(Method::GET, &path).header("if-none-match", tag)).await;
    for known in [tag.clone(), format!("W/{tag}"), format!("\"0-0\", {tag}"), "*".to_owned()] {
        let reply = ask(&known).await;
        assert_eq!((reply.status, reply.text.as_str(), reply.etag.as_str()), (304, "", tag.as_str()), "{known}");
    }
    assert_eq!(ask("\"0-0\"").await.status, 200);
    manager.change("assets", &id, json!({"location": "Hall"})).await.expect(200);
    assert_eq!(ask(&tag).await.status, 200);
}

#[tokio::test]
async fn a_tag_changes_with_what_is_computed_even_when_the_version_does_not() {
    let app = App::start().await;
    let manager = app.manager().await;
    let disk = manager.create("assets", asset("Disk")).await;
    let path = format!("/v1/assets/{disk}");
    let before = manager.get(&path).await;
    let shop = json!({"name": "Shop", "kind": "service", "availability": 4, "dependsOnIds": [disk]});
    manager.create("assets", shop).await;
    let after = manager.get(&path).await;
    assert_eq!(before.json()["version"], after.json()["version"]);
    assert_ne!(before.etag, after.etag);
    manager.patch(&path, &before.etag, json!({"location": "Rack"})).await.expect(200);
}

#[tokio::test]
async fn a_new_record_is_answered_with_its_address_and_tag() {
    let app = App::start().await;
    let manager = app.manager().await;
    let made = manager.post("/v1/assets", asset("Press")).await;
    let id = crate::persona::id(&made.expect(201));
    assert_eq!(made.header("location"), format!("/v1/assets/{id}"));
    assert_eq!(manager.get(made.header("location")).await.etag, made.etag);
}
