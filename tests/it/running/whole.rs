//! What the service notices by itself: files that are missing or were changed, damaged pages, packages that nobody puts
//! together any more.

use super::{at, first, until, with_a_file};
use crate::persona::Persona;
use crate::process::serve;
use serde_json::json;
use std::path::PathBuf;
use tempfile::TempDir;

/// The only file of records there is.
fn only_file(directory: &TempDir) -> PathBuf {
    let inside =
        |folder: PathBuf| std::fs::read_dir(folder).expect("a folder").next().expect("one").expect("one").path();
    inside(inside(directory.path().join("isms-files")))
}

async fn is_told(persona: &Persona) -> bool {
    let ready = persona.get("/readyz").await;
    let readiness = persona.get("/v1/readiness").await.expect(200).to_string();
    ready.status == 200
        && ready.text.contains("what is kept is not whole")
        && readiness.contains("are missing or were changed")
}

#[tokio::test]
async fn a_file_that_is_missing_or_was_changed_is_noticed_and_told() {
    let directory = TempDir::new().expect("a directory");
    let service = serve(directory.path(), &[], &[]).expect("it serves");
    let administrator = first(&service);
    let (manager, _) = with_a_file(&administrator, &service.base).await;
    let token = manager.token().to_owned();
    assert_eq!(manager.get("/readyz").await.text, "ok");
    let file = only_file(&directory);
    drop(service);

    // Other bytes of the same size.
    std::fs::write(&file, "WHAT WAS FOUND").expect("it is changed");
    let service = serve(directory.path(), &[], &[]).expect("it serves");
    let manager = at(&service, &token);
    until("a change is told", || is_told(&manager)).await;
    drop(service);
    std::fs::write(&file, "what was found").expect("it is put right");
    let service = serve(directory.path(), &[], &[]).expect("it serves");
    let manager = at(&service, &token);
    until("it is well again", || async { manager.get("/readyz").await.text == "ok" }).await;
    drop(service);
    std::fs::remove_file(&file).expect("it is removed");
    let service = serve(directory.path(), &[], &[]).expect("it serves");
    let manager = at(&service, &token);
    until("that it is gone is told", || is_told(&manager)).await;
}

#[tokio::test]
async fn a_package_that_was_interrupted_has_failed_and_another_is_asked_for_at_once() {
    let directory = TempDir::new().expect("a directory");
    let service = serve(directory.path(), &[], &[]).expect("it serves");
    let administrator = first(&service);
    let mut tokens = Vec::new();
    for (role, address) in [("manager", "mara@example.org"), ("management", "theo@example.org")] {
        let id = administrator.create("users", json!({"name": role, "email": address})).await;
        administrator.create("role-assignments", json!({"userId": id, "role": role})).await;
        tokens.push(administrator.invite(&id).await.token().to_owned());
    }
    let (manager, management) = (at(&service, &tokens[0]), at(&service, &tokens[1]));
    let root = administrator.get("/v1/me").await.expect(200)["rootUnitId"].clone();
    let draft = json!({"title": "Stage 2", "auditBody": "Norm & Co", "kind": "stage2", "unitIds": [root],
        "windowFrom": "2026-01-01", "expiresAt": "2099-01-31T18:00:00Z", "terms": "What you see stays with you."});
    let engagement = manager.create("engagements", draft).await;
    management.just("engagements", &engagement, "open").await.expect(200);
    let asked = format!("/v1/engagements/{engagement}/package");
    let package = crate::persona::id(&manager.post(&asked, json!({})).await.expect(202));
    drop(service);

    let service = serve(directory.path(), &[], &[]).expect("it serves");
    let manager = at(&service, &tokens[0]);
    let there = manager.read("audit-packages", &package).await;
    assert_eq!(there["state"], "failed", "{there}");
    assert!(there["failure"].as_str().is_some_and(|why| why.contains("was stopped")), "{there}");
    let history = manager.get(&format!("/v1/audit-packages/{package}/history")).await.expect(200);
    assert_eq!(history["items"][0]["act"], "interrupt", "{history}");
    let next = crate::persona::id(&manager.post(&asked, json!({})).await.expect(202));
    until("the next one is there", || async { manager.read("audit-packages", &next).await["state"] == "ready" }).await;
}
