//! Assets: needs flow up along dependencies (I-26), which have no cycles.

use crate::app::App;
use crate::records::asset;
use serde_json::{Value, json};

fn needing(name: &str, depends_on: &[&str], need: i32) -> Value {
    json!({"name": name, "kind": "service", "dependsOnIds": depends_on, "confidentiality": need})
}

#[tokio::test]
async fn i_26_an_asset_inherits_the_highest_need_of_all_that_depend_on_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let disk = manager.create("assets", needing("Disk", &[], 1)).await;
    let server = manager.create("assets", needing("Server", &[&disk], 2)).await;
    let shop = manager.create("assets", needing("Shop", &[&server], 4)).await;
    let wiki = manager.create("assets", needing("Wiki", &[&server], 3)).await;
    for (id, own, effective) in [(&disk, 1, 4), (&server, 2, 4), (&shop, 4, 4), (&wiki, 3, 3)] {
        let seen = manager.read("assets", id).await;
        assert_eq!((&seen["confidentiality"], &seen["effectiveConfidentiality"]), (&json!(own), &json!(effective)));
    }
    manager.change("assets", &shop, json!({"dependsOnIds": []})).await.expect(200);
    assert_eq!(manager.read("assets", &disk).await["effectiveConfidentiality"], 3);
}

#[tokio::test]
async fn a_retired_asset_needs_nothing_of_others() {
    let app = App::start().await;
    let manager = app.manager().await;
    let disk = manager.create("assets", needing("Disk", &[], 1)).await;
    let shop = manager.create("assets", needing("Shop", &[&disk], 4)).await;
    manager.just("assets", &shop, "retire").await.expect(200);
    assert_eq!(manager.read("assets", &disk).await["effectiveConfidentiality"], 1);
    manager.just("assets", &shop, "restore").await.expect(200);
    assert_eq!(manager.read("assets", &disk).await["effectiveConfidentiality"], 4);
}

#[tokio::test]
async fn an_asset_does_not_depend_on_itself() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Disk")).await;
    manager.change("assets", &id, json!({"dependsOnIds": [id]})).await.refuses("/dependsOnIds");
}

#[tokio::test]
async fn assets_do_not_depend_on_each_other_in_a_circle() {
    let app = App::start().await;
    let manager = app.manager().await;
    let a = manager.create("assets", needing("A", &[], 1)).await;
    let b = manager.create("assets", needing("B", &[&a], 1)).await;
    let c = manager.create("assets", needing("C", &[&b], 1)).await;
    manager.change("assets", &a, json!({"dependsOnIds": [c]})).await.refuses("/dependsOnIds");
}

#[tokio::test]
async fn a_need_is_a_number_from_one_to_four() {
    let app = App::start().await;
    let manager = app.manager().await;
    for need in [0, 5, -1] {
        manager.post("/v1/assets", needing("Disk", &[], need)).await.refuses("/confidentiality");
    }
}

#[tokio::test]
async fn an_owner_keeps_their_asset_but_not_those_of_others() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let (manager, owner) = (app.manager().await, app.owner_of(&unit).await);
    let mut draft = asset("Press");
    draft["unitId"] = json!(unit);
    let other = manager.create("assets", draft.clone()).await;
    draft["ownerId"] = json!(owner.id);
    let own = manager.create("assets", draft).await;
    owner.change("assets", &own, json!({"location": "Hall 2"})).await.expect(200);
    owner.change("assets", &other, json!({"location": "Hall 2"})).await.problem(403, "denied");
}

#[tokio::test]
async fn i_28_an_asset_is_disposed_of_with_how_when_by_whom_and_what_proves_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let mut draft = asset("Disk");
    draft["state"] = json!("disposed");
    manager.post("/v1/assets", draft).await.refuses("/state");
    let id = manager.create("assets", asset("Disk")).await;
    manager.change("assets", &id, json!({"state": "disposed"})).await.refuses("/state");
    let ahead = json!({"method": "Shredded", "on": app.in_days(1), "proof": "Certificate 7"});
    manager.act("assets", &id, "dispose", ahead).await.refuses("/on");
    manager.act("assets", &id, "dispose", json!({"method": "Shredded", "proof": " "})).await.refuses("/proof");
    let record = json!({"method": "Shredded", "on": app.in_days(-1), "proof": "Certificate 7"});
    let gone = manager.act("assets", &id, "dispose", record).await.expect(200);
    assert_eq!((&gone["state"], &gone["disposedOn"]), (&json!("disposed"), &json!(app.in_days(-1))));
    assert_eq!((&gone["disposedBy"], &gone["disposalProof"]), (&json!(manager.id), &json!("Certificate 7")));
    manager.change("assets", &id, json!({"state": "active"})).await.problem(409, "conflict");
}

#[tokio::test]
async fn i_27_an_asset_has_an_owner_within_a_fortnight_and_a_classification_at_once() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", json!({"name": "Press", "kind": "hardware"})).await;
    assert_eq!(manager.read("assets", &id).await["classification"], "internal");
    let is_told = async || {
        let rule = crate::assurance::readiness::rule(&manager, "C60").await;
        rule["gaps"].to_string().contains("nobody answers for it")
    };
    app.advance(chrono::Duration::days(14));
    assert!(!is_told().await);
    app.advance(chrono::Duration::days(1));
    assert!(is_told().await);
    manager.change("assets", &id, json!({"ownerId": app.owner().await.id})).await.expect(200);
    assert!(!is_told().await);
}
