//! HTTP as its specification has it: methods, media types, lists in headers, and measures that nobody can swell.

use crate::app::App;
use crate::persona::send;
use crate::records::asset;
use isms::config::Settings;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_method_that_is_not_taken_is_answered_with_those_that_are() {
    let app = App::start().await;
    let manager = app.manager().await;
    for (path, allow) in [("/v1/assets", "GET, HEAD, POST"), ("/graphql", "GET, POST")] {
        let reply = send(manager.request(Method::PUT, path)).await;
        reply.problem(405, "method-not-allowed");
        let mut told: Vec<_> = reply.header("allow").split(", ").collect();
        told.sort_unstable();
        assert_eq!(told.join(", "), allow, "{path}");
    }
}

#[tokio::test]
async fn media_types_are_told_in_any_case_and_a_json_patch_is_no_merge_patch() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    let patch = async |kind: &str| {
        let request = manager.request(Method::PATCH, &format!("/v1/assets/{id}")).header("if-match", "*");
        send(request.header("content-type", kind).body(r#"{"name": "Lathe"}"#)).await
    };
    patch("Application/JSON").await.expect(200);
    patch("application/merge-patch+json; charset=utf-8").await.expect(200);
    patch("application/json-patch+json").await.problem(415, "unsupported-media-type");
}

#[tokio::test]
async fn a_list_of_tags_may_stand_in_several_lines() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    let path = format!("/v1/assets/{id}");
    let tag = manager.get(&path).await.etag;
    let request = manager.request(Method::GET, &path).header("if-none-match", "\"other\"");
    assert_eq!(send(request.header("if-none-match", &tag)).await.status, 304);
    let two = manager.patch(&path, &format!("{tag}, \"4-b\""), json!({"name": "Lathe"})).await;
    two.problem(412, "precondition-failed");
}

#[tokio::test]
async fn a_dry_run_may_be_asked_for_again() {
    let app = App::start().await;
    let manager = app.manager().await;
    let body = json!({"dryRun": true, "operations": [{"create": asset("Press")}]});
    for _ in 0..2 {
        let request = manager.request(Method::POST, "/v1/assets:batch").header("idempotency-key", "k").json(&body);
        send(request).await.expect(200);
    }
    assert!(manager.every("/v1/assets").await.is_empty());
}

#[tokio::test]
async fn a_batch_makes_no_token_that_nobody_learns() {
    let app = App::start().await;
    let administrator = app.administrator().await;
    let draft = json!({"name": "Lost", "userId": administrator.id});
    let body = json!({"atomic": true, "operations": [{"create": draft}]});
    let before = administrator.every("/v1/api-tokens").await.len();
    administrator.post("/v1/api-tokens:batch", body).await.refuses("/operations/0");
    assert_eq!(administrator.every("/v1/api-tokens").await.len(), before);
}

#[tokio::test]
async fn invented_methods_make_no_measures_of_their_own() {
    let app = App::start().await;
    for n in 0..5 {
        let method = Method::from_bytes(format!("NONSENSE{n}").as_bytes()).expect("a token");
        send(app.anonymous().request(method, "/livez")).await;
    }
    let measured = app.measures();
    assert!(measured.contains("method=\"other\"") && !measured.contains("NONSENSE"), "{measured}");
}

#[tokio::test]
async fn behind_a_trusted_proxy_callers_are_counted_by_their_own_address() {
    let settings = Settings { rate_limit: Some(3), trusted_proxies: vec!["127.0.0.1".into()], ..Settings::default() };
    let app = App::start_with(settings).await;
    let from = async |address: &str| {
        let request = app.anonymous().request(Method::GET, "/v1/risks").bearer_auth("isms_invented");
        send(request.header("x-forwarded-for", address)).await.status
    };
    for _ in 0..3 {
        assert_eq!(from("203.0.113.7").await, 401);
    }
    assert_eq!(from("203.0.113.7").await, 429);
    assert_eq!(from("198.51.100.1, 203.0.113.7").await, 429, "what the client says itself does not count");
    assert_eq!(from("203.0.113.8").await, 401);
}

#[tokio::test]
async fn me_is_told_alike_at_both_doors() {
    let app = App::start().await;
    let manager = app.manager().await;
    let rest = manager.get("/v1/me").await.expect(200);
    let names: Vec<_> = rest.as_object().expect("an object").keys().cloned().collect();
    let fields: Vec<_> =
        names.iter().map(|name| if name == "roles" { "roles { role unitId }" } else { name.as_str() }).collect();
    let query = json!({"query": format!("{{ me {{ {} }} }}", fields.join(" "))});
    assert_eq!(manager.post("/graphql", query).await.expect(200)["data"]["me"], rest);
}
