//! Documents: reviewed without a new version (A.5.1), withdrawn with all that is published, kept by their owner.

use super::Library;
use crate::app::App;
use serde_json::{Value, json};

#[tokio::test]
async fn a_review_that_confirms_moves_the_date_on_without_a_new_version() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({"reviewMonths": 6})).await;
    let confirmed = json!({"outcome": "confirmed"});
    library.owner.act("documents", &document, "review", confirmed.clone()).await.problem(409, "conflict");
    library.published(&document, json!({})).await;
    app.advance(chrono::Duration::days(200));
    assert_eq!(library.manager.read("documents", &document).await["overdue"], true);
    library.reader.act("documents", &document, "review", confirmed.clone()).await.problem(403, "denied");
    let reviewed = library.owner.act("documents", &document, "review", confirmed).await.expect(200);
    assert_eq!((&reviewed["overdue"], &reviewed["publishedNumber"]), (&json!(false), &json!("1.0")));
    assert_eq!(reviewed["reviewOutcome"], "confirmed");
}

#[tokio::test]
async fn a_review_that_asks_for_more_says_what() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    library.published(&document, json!({})).await;
    let before = library.owner.read("documents", &document).await["reviewOn"].clone();
    library.owner.act("documents", &document, "review", json!({"outcome": "revise"})).await.refuses("/note");
    let revise = json!({"outcome": "revise", "note": "Name the new site"});
    let reviewed = library.owner.act("documents", &document, "review", revise).await.expect(200);
    assert_eq!((&reviewed["reviewOn"], &reviewed["state"]), (&before, &json!("active")));
    let withdraw = json!({"outcome": "withdraw", "note": "Nobody makes tapes any more"});
    let gone = library.owner.act("documents", &document, "review", withdraw).await.expect(200);
    assert_eq!(gone["state"], "withdrawn");
}

#[tokio::test]
async fn a_withdrawn_document_takes_its_versions_with_it() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let version = library.published(&document, json!({})).await;
    let open = library.submitted(&document, json!({})).await;
    library.manager.just("documents", &document, "retire").await.problem(409, "conflict");
    let gone = json!({"reason": "Replaced by a tool"});
    let gone = library.owner.act("documents", &document, "withdraw", gone).await.expect(200);
    assert_eq!((&gone["publishedToIds"], &gone["publishedNumber"]), (&json!([]), &Value::Null));
    assert_eq!(library.manager.read("document-versions", &version).await["state"], "withdrawn");
    library.management.just("document-versions", &open, "approve").await.problem(409, "conflict");
    let late = json!({"documentId": document, "title": "Late"});
    library.manager.post("/v1/document-versions", late).await.refuses("/documentId");
    library.manager.just("documents", &document, "retire").await.expect(200);
}

#[tokio::test]
async fn versions_follow_their_document_to_a_new_owner() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let version = library.approved(&document, json!({})).await;
    let heir = super::reader(&app, &library.unit).await;
    heir.just("document-versions", &version, "publish").await.problem(404, "not-found");
    let heir_named = json!({"ownerId": heir.id});
    library.owner.change("documents", &document, heir_named.clone()).await.problem(403, "denied");
    library.manager.change("documents", &document, heir_named).await.expect(200);
    assert_eq!(heir.just("document-versions", &version, "publish").await.expect(200)["state"], "published");
}

#[tokio::test]
async fn a_document_from_outside_names_its_issuer() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let draft = json!({"title": "Annex", "kind": "external", "reviewMonths": 0, "acknowledgeWithinDays": 0});
    let reply = library.manager.post("/v1/documents", draft).await;
    for field in ["/issuer", "/reviewMonths", "/acknowledgeWithinDays"] {
        reply.refuses(field);
    }
    let draft = json!({"title": "Annex", "kind": "external", "issuer": "A customer"});
    let document = library.manager.create("documents", draft).await;
    let confirmed = json!({"outcome": "confirmed"});
    library.manager.act("documents", &document, "review", confirmed).await.expect(200);
}

#[tokio::test]
async fn members_know_a_document_only_once_it_is_published_to_them() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    library.reader.get(&format!("/v1/documents/{document}")).await.problem(404, "not-found");
    library.published(&document, json!({})).await;
    assert_eq!(library.reader.every("/v1/documents").await, [document]);
}

#[tokio::test]
async fn what_is_restricted_is_not_for_every_owner_of_the_unit() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let (other, auditor) = (app.owner().await, app.auditor().await);
    let document = library.document(json!({"classification": "internal"})).await;
    let version = library.submitted(&document, json!({})).await;
    let paths = [format!("/v1/documents/{document}"), format!("/v1/document-versions/{version}")];
    for path in &paths {
        other.get(path).await.expect(200);
    }
    library.owner.change("documents", &document, json!({"classification": "restricted"})).await.expect(200);
    library.management.just("document-versions", &version, "approve").await.expect(200);
    library.owner.just("document-versions", &version, "publish").await.expect(200);
    for path in &paths {
        other.get(path).await.problem(404, "not-found");
        for persona in [&library.reader, &library.manager, &library.management, &library.owner, &auditor] {
            persona.get(path).await.expect(200);
        }
    }
}
