//! Batches: many operations in one call, tried only, all or nothing, or each for itself.

use crate::app::App;
use crate::persona::id;
use crate::records::asset;
use serde_json::{Value, json};

fn mixed() -> Value {
    json!([{"create": asset("Good")}, {"create": {"name": "Bad", "kind": "none"}}])
}

#[tokio::test]
async fn each_operation_stands_for_itself() {
    let app = App::start().await;
    let manager = app.manager().await;
    let old = manager.create("assets", asset("Old")).await;
    let operations = json!([
        {"create": asset("New")},
        {"create": {"name": "Bad", "kind": "none"}},
        {"id": old, "version": 1, "update": {"location": "Hall"}},
        {"id": old, "version": 1, "update": {"location": "Yard"}},
        {"id": uuid::Uuid::now_v7(), "version": 1, "update": {}},
        {"create": asset("Odd"), "version": 1},
        {},
    ]);
    let reply = manager.post("/v1/assets:batch", json!({"operations": operations})).await.expect(200);
    let statuses: Vec<_> = reply["results"].as_array().expect("results").iter().map(|r| r["status"].clone()).collect();
    assert_eq!(statuses, [201, 422, 200, 412, 404, 422, 422].map(Value::from));
    assert_eq!(manager.every("/v1/assets").await.len(), 2);
    assert_eq!(manager.read("assets", &old).await["location"], "Hall");
}

#[tokio::test]
async fn an_atomic_batch_is_all_or_nothing() {
    let app = App::start().await;
    let manager = app.manager().await;
    let batch = json!({"atomic": true, "operations": mixed()});
    manager.post("/v1/assets:batch", batch).await.refuses("/operations/1/kind");
    assert_eq!(manager.every("/v1/assets?retired=any").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_dry_run_tells_what_would_happen_and_keeps_nothing() {
    let app = App::start().await;
    let manager = app.manager().await;
    for atomic in [false, true] {
        let batch = json!({"dryRun": true, "atomic": atomic, "operations": mixed()});
        let reply = manager.post("/v1/assets:batch", batch).await.expect(200);
        assert_eq!((&reply["results"][0]["status"], &reply["results"][1]["status"]), (&json!(201), &json!(422)));
        assert_eq!(reply["results"][1]["problem"]["errors"][0]["pointer"], "/kind");
    }
    assert_eq!(manager.every("/v1/assets?retired=any").await, Vec::<String>::new());
    let made = manager.create("assets", asset("First")).await;
    assert_eq!(manager.read("assets", &made).await["reference"], "AST-0001");
}

#[tokio::test]
async fn later_operations_see_earlier_ones() {
    let app = App::start().await;
    let manager = app.manager().await;
    let disk = manager.create("assets", asset("Disk")).await;
    let shop = manager.create("assets", json!({"name": "Shop", "kind": "service", "dependsOnIds": [disk]})).await;
    let operations = json!([
        {"id": shop, "version": 1, "update": {"dependsOnIds": []}},
        {"id": disk, "version": 1, "update": {"dependsOnIds": [shop]}},
        {"id": shop, "version": 2, "update": {"dependsOnIds": [disk]}},
    ]);
    let reply = manager.post("/v1/assets:batch", json!({"operations": operations})).await.expect(200);
    let statuses: Vec<_> = reply["results"].as_array().expect("results").iter().map(|r| r["status"].clone()).collect();
    assert_eq!(statuses, [200, 200, 422].map(Value::from));
}

#[tokio::test]
async fn a_batch_has_one_to_500_operations() {
    let app = App::start().await;
    let manager = app.manager().await;
    manager.post("/v1/assets:batch", json!({"operations": []})).await.refuses("/operations");
    let many: Vec<_> = (0..501).map(|i| json!({"create": asset(&i.to_string())})).collect();
    manager.post("/v1/assets:batch", json!({"operations": many})).await.refuses("/operations");
    manager.post("/v1/assets:batch", json!({})).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_batch_with_a_key_is_done_once() {
    let app = App::start().await;
    let manager = app.manager().await;
    let batch = json!({"operations": [{"create": asset("Press")}]});
    let again = async || {
        let request = manager.request(reqwest::Method::POST, "/v1/assets:batch").header("idempotency-key", "b1");
        id(&crate::persona::send(request.json(&batch)).await.expect(200)["results"][0]["record"])
    };
    assert_eq!(again().await, again().await);
    assert_eq!(manager.every("/v1/assets").await.len(), 1);
}
