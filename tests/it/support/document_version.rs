//! Versions: numbered, approved by somebody else (I-01, I-02), one published for each language (I-16), kept (I-18).

use super::evidence::upload;
use super::{Library, reader};
use crate::app::App;
use serde_json::{Value, json};

const VERSIONS: &str = "document-versions";

#[tokio::test]
async fn a_version_is_numbered_when_it_is_submitted() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let manager = &library.manager;
    let document = library.document(json!({})).await;
    let empty = library.draft(&document, json!({"body": null, "link": "https://files.example.org/7"})).await;
    manager.just(VERSIONS, &empty, "submit").await.refuses("/body");
    manager.change(VERSIONS, &empty, json!({"digest": "abc"})).await.refuses("/digest");
    manager.change(VERSIONS, &empty, json!({"digest": "a1".repeat(32)})).await.expect(200);
    assert_eq!(manager.just(VERSIONS, &empty, "submit").await.expect(200)["number"], "1.0");
    let unexplained = library.draft(&document, json!({"changeSummary": null})).await;
    manager.just(VERSIONS, &unexplained, "submit").await.refuses("/changeSummary");
    for (also, number) in [
        (json!({"major": false}), "1.1"),
        (json!({}), "2.0"),
        (json!({"major": false}), "2.1"),
        (json!({"language": "de"}), "1.0"),
    ] {
        let version = library.submitted(&document, also).await;
        assert_eq!(manager.read(VERSIONS, &version).await["number"], number);
    }
    let odd = json!({"documentId": document, "title": "x", "language": "deutsch!"});
    manager.post("/v1/document-versions", odd).await.refuses("/language");
}

#[tokio::test]
async fn i_01_an_approved_version_does_not_change() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let version = library.approved(&document, json!({})).await;
    library.manager.change(VERSIONS, &version, json!({"body": "Never."})).await.problem(409, "conflict");
    library.manager.just(VERSIONS, &version, "retire").await.problem(403, "denied");
    let read = library.manager.read(VERSIONS, &version).await;
    assert_eq!(read["contentHash"].as_str().map(str::len), Some(64));
    let database = app.database().await;
    let forge = "UPDATE document_version SET body = 'Never.' WHERE number = '1.0'";
    sea_orm::ConnectionTrait::execute_unprepared(&database, forge).await.expect("an update");
    library.owner.just(VERSIONS, &version, "publish").await.problem(409, "conflict");
}

#[tokio::test]
async fn i_02_nobody_approves_what_they_wrote() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let theirs = json!({"authorIds": [library.management.id]});
    let version = library.submitted(&document, theirs).await;
    library.manager.just(VERSIONS, &version, "approve").await.problem(403, "denied");
    library.management.just(VERSIONS, &version, "approve").await.problem(403, "denied");
    let approved = library.owner.just(VERSIONS, &version, "approve").await.expect(200);
    assert_eq!((&approved["state"], &approved["approvedBy"]), (&json!("approved"), &json!(library.owner.id)));
}

#[tokio::test]
async fn i_02_whoever_changes_the_words_becomes_an_author() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let version = library.draft(&document, json!({})).await;
    let other = app.manager().await;
    other.change(VERSIONS, &version, json!({"body": "Every hour."})).await.expect(200);
    other.change(VERSIONS, &version, json!({"authorIds": [library.manager.id]})).await.refuses("/authorIds");
    library.manager.just(VERSIONS, &version, "submit").await.expect(200);
    other.just(VERSIONS, &version, "approve").await.problem(403, "denied");
}

#[tokio::test]
async fn i_02_only_management_approves_the_policy() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({"kind": "policy"})).await;
    let version = library.submitted(&document, json!({})).await;
    app.manager().await.just(VERSIONS, &version, "approve").await.problem(403, "denied");
    library.owner.just(VERSIONS, &version, "approve").await.problem(403, "denied");
    library.manager.change("documents", &document, json!({"kind": "procedure"})).await.refuses("/kind");
    library.management.just(VERSIONS, &version, "approve").await.expect(200);
}

#[tokio::test]
async fn a_version_is_sent_back_with_a_reason() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let version = library.submitted(&document, json!({})).await;
    library.management.act(VERSIONS, &version, "reject", json!({"reason": ""})).await.refuses("/reason");
    let back = library.management.act(VERSIONS, &version, "reject", json!({"reason": "Too short"})).await.expect(200);
    assert_eq!(
        (&back["state"], &back["decision"], &back["number"]),
        (&json!("draft"), &json!("Too short"), &json!(""))
    );
    library.manager.change(VERSIONS, &version, json!({"body": "Every night, at two sites."})).await.expect(200);
    assert_eq!(library.manager.just(VERSIONS, &version, "submit").await.expect(200)["number"], "1.0");
}

#[tokio::test]
async fn an_author_without_a_role_writes_the_draft_and_does_not_publish() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let author = reader(&app, &library.unit).await;
    let version = library.draft(&document, json!({"authorIds": [author.id]})).await;
    library.reader.get(&format!("/v1/document-versions/{version}")).await.problem(404, "not-found");
    author.change(VERSIONS, &version, json!({"body": "Every night, twice."})).await.expect(200);
    author.just(VERSIONS, &version, "submit").await.expect(200);
    library.management.just(VERSIONS, &version, "approve").await.expect(200);
    author.just(VERSIONS, &version, "publish").await.problem(403, "denied");
    library.manager.just(VERSIONS, &version, "publish").await.expect(200);
}

#[tokio::test]
async fn i_16_one_version_is_published_for_each_language() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let first = library.published(&document, json!({})).await;
    let german = library.published(&document, json!({"language": "de"})).await;
    let late = library.approved(&document, json!({"major": false})).await;
    let second = library.published(&document, json!({})).await;
    library.owner.just(VERSIONS, &late, "publish").await.problem(409, "conflict");
    let published = format!("/v1/document-versions?documentId={document}&state=published");
    assert_eq!(library.manager.every(&published).await, [german, second]);
    let old = library.manager.read(VERSIONS, &first).await;
    assert_eq!(old["state"], "superseded");
    assert_ne!(old["supersededAt"], Value::Null);
    assert_eq!(library.manager.read("documents", &document).await["publishedNumber"], "2.0");
}

#[tokio::test]
async fn i_18_what_is_superseded_or_withdrawn_stays_readable_to_auditors_and_is_marked() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let first = library.published(&document, json!({})).await;
    assert_eq!(library.reader.read(VERSIONS, &first).await["body"], "Every night.");
    let second = library.published(&document, json!({})).await;
    let reason = json!({"reason": "Wrong"});
    library.reader.act(VERSIONS, &second, "withdraw", reason.clone()).await.problem(403, "denied");
    library.owner.act(VERSIONS, &second, "withdraw", reason).await.expect(200);
    let auditor = app.auditor().await;
    for (version, state) in [(&first, "superseded"), (&second, "withdrawn")] {
        for persona in [&auditor, &library.manager] {
            assert_eq!(persona.read(VERSIONS, version).await["state"], state);
        }
        library.reader.get(&format!("/v1/document-versions/{version}")).await.problem(404, "not-found");
    }
    library.reader.get(&format!("/v1/documents/{document}")).await.problem(404, "not-found");
}

#[tokio::test]
async fn i_19_the_audience_is_kept_as_it_was_at_publication_and_joiners_count() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let version = library.published(&document, json!({})).await;
    let elsewhere = app.unit("Office", None).await;
    library.manager.change("documents", &document, json!({"audienceIds": [elsewhere]})).await.expect(200);
    let kept = library.manager.read(VERSIONS, &version).await;
    assert_eq!((&kept["audienceIds"], &kept["readers"]), (&json!([library.unit]), &json!(1)));
    let below = app.unit("Hall", Some(&library.unit)).await;
    let joiner = reader(&app, &below).await;
    let stranger = reader(&app, &elsewhere).await;
    assert_eq!(library.manager.read(VERSIONS, &version).await["readers"], 2);
    joiner.read(VERSIONS, &version).await;
    joiner.read("documents", &document).await;
    stranger.get(&format!("/v1/document-versions/{version}")).await.problem(404, "not-found");
    app.bootstrap().change("users", &joiner.id, json!({"active": false})).await.expect(200);
    assert_eq!(library.manager.read("documents", &document).await["readers"], 1);
}

#[tokio::test]
async fn i_20_a_restricted_document_is_not_published_to_the_whole_organisation() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let root = app.root().await;
    let restricted = json!({"classification": "restricted", "unitId": root});
    let document = library.document(restricted).await;
    let version = library.approved(&document, json!({})).await;
    library.owner.just(VERSIONS, &version, "publish").await.problem(409, "conflict");
    let all = json!({"audienceIds": [root]});
    library.owner.change("documents", &document, all).await.refuses("/classification");
    library.owner.change("documents", &document, json!({"audienceIds": [library.unit]})).await.expect(200);
    library.owner.just(VERSIONS, &version, "publish").await.expect(200);
    let open = library.document(json!({"unitId": root})).await;
    library.published(&open, json!({})).await;
    let closed = json!({"classification": "restricted"});
    library.owner.change("documents", &open, closed).await.refuses("/classification");
}

#[tokio::test]
async fn a_version_holds_from_its_day_and_never_before_its_publication() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({"acknowledgeWithinDays": 10})).await;
    let early = library.published(&document, json!({"effectiveOn": app.in_days(-5)})).await;
    let read = library.manager.read(VERSIONS, &early).await;
    let first = app.today();
    let days = |days| json!((first + chrono::Duration::days(days)).to_string());
    assert_eq!((&read["effectiveOn"], &read["acknowledgeBy"]), (&days(0), &days(10)));
    let later = library.approved(&document, json!({"effectiveOn": app.in_days(5)})).await;
    library.owner.just(VERSIONS, &later, "publish").await.problem(409, "conflict");
    assert_eq!(library.manager.read(VERSIONS, &early).await["state"], "published");
    app.advance(chrono::Duration::days(5));
    library.owner.just(VERSIONS, &later, "publish").await.expect(200);
    let read = library.manager.read(VERSIONS, &later).await;
    assert_eq!((&read["effectiveOn"], &read["acknowledgeBy"]), (&days(5), &days(15)));
}

#[tokio::test]
async fn a_version_may_be_a_file_until_it_is_submitted() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let version = library.draft(&document, json!({"body": null})).await;
    library.manager.just(VERSIONS, &version, "submit").await.refuses("/body");
    let bare = library.manager.request(reqwest::Method::PUT, &format!("/v1/document-versions/{version}/content"));
    crate::persona::send(bare.body("%PDF-1.7")).await.problem(428, "precondition-required");
    upload(&library.manager, VERSIONS, &version, "first.pdf", b"%PDF-1.7\nFirst").await.expect(200);
    let told = upload(&library.manager, VERSIONS, &version, "second.pdf", b"%PDF-1.7\nSecond").await.expect(200);
    assert_eq!(told["contentName"], "second.pdf");
    library.owner.change(VERSIONS, &version, json!({"title": "Backups"})).await.expect(200);
    upload(&library.owner, VERSIONS, &version, "third.pdf", b"%PDF-1.7\nThird").await.expect(200);
    library.manager.just(VERSIONS, &version, "submit").await.expect(200);
    // Whoever gave it its file has written it (I-02).
    library.owner.just(VERSIONS, &version, "approve").await.problem(403, "denied");
    upload(&library.manager, VERSIONS, &version, "late.pdf", b"%PDF-1.7\nLate").await.problem(409, "conflict");
    library.management.just(VERSIONS, &version, "approve").await.expect(200);
    library.owner.just(VERSIONS, &version, "publish").await.expect(200);
    let file = library.reader.get(&format!("/v1/document-versions/{version}/content")).await;
    assert_eq!((file.status, file.text.as_str()), (200, "%PDF-1.7\nThird"));
    let elsewhere = reader(&app, &app.unit("Sales", None).await).await;
    elsewhere.get(&format!("/v1/document-versions/{version}/content")).await.problem(404, "not-found");
}
