//! Acknowledgements: by the reader alone, of what is published to them, counted by edition (I-17).

use super::{Library, reader};
use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn i_17_a_major_version_asks_anew_and_a_minor_one_does_not() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({"acknowledgeWithinDays": 7})).await;
    let first = library.published(&document, json!({})).await;
    let mine = library.reader.post("/v1/acknowledgements", json!({"versionId": first})).await.expect(201);
    assert_eq!((&mine["personId"], &mine["documentId"]), (&json!(library.reader.id), &json!(document)));
    let counts = async |version: &str| {
        let read = library.manager.read("document-versions", version).await;
        let document = library.manager.read("documents", &document).await;
        assert_eq!(read["acknowledged"], document["acknowledged"]);
        (read["readers"].clone(), read["acknowledged"].clone())
    };
    assert_eq!(counts(&first).await, (json!(1), json!(1)));
    let minor = library.published(&document, json!({"major": false})).await;
    assert_eq!(counts(&minor).await, (json!(1), json!(1)));
    let major = library.published(&document, json!({})).await;
    assert_eq!(counts(&major).await, (json!(1), json!(0)));
}

#[tokio::test]
async fn whoever_has_not_acknowledged_in_time_is_counted() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let other = reader(&app, &library.unit).await;
    let document = library.document(json!({"acknowledgeWithinDays": 7})).await;
    let version = library.published(&document, json!({})).await;
    other.create("acknowledgements", json!({"versionId": version})).await;
    let late = async || {
        let read = library.owner.read("document-versions", &version).await;
        let document = library.owner.read("documents", &document).await;
        (read["acknowledgementsOverdue"].clone(), document["acknowledgementsOverdue"].clone())
    };
    assert_eq!(late().await, (json!(0), json!(0)));
    app.advance(chrono::Duration::days(8));
    assert_eq!(late().await, (json!(1), json!(1)));
    let minor = library.published(&document, json!({"major": false})).await;
    let minor = library.owner.read("document-versions", &minor).await;
    assert_eq!(minor["acknowledgementsOverdue"], 1, "a minor version gives no more time");
}

#[tokio::test]
async fn readers_acknowledge_only_what_is_published_to_them_and_asks_for_it() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let draft = library.approved(&document, json!({})).await;
    let ask = |version: &str| json!({"versionId": version});
    library.reader.post("/v1/acknowledgements", ask(&draft)).await.refuses("/versionId");
    library.manager.post("/v1/acknowledgements", ask(&draft)).await.refuses("/versionId");
    library.owner.just("document-versions", &draft, "publish").await.expect(200);
    let elsewhere = app.unit("Office", None).await;
    reader(&app, &elsewhere).await.post("/v1/acknowledgements", ask(&draft)).await.refuses("/versionId");
    library.manager.post("/v1/acknowledgements", ask(&draft)).await.refuses("/versionId");
    let plain = library.document(json!({"acknowledgementRequired": false})).await;
    let plain = library.published(&plain, json!({})).await;
    library.reader.post("/v1/acknowledgements", ask(&plain)).await.refuses("/versionId");
}

#[tokio::test]
async fn an_acknowledgement_is_made_once_and_stays() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({})).await;
    let version = library.published(&document, json!({})).await;
    let mine = library.reader.create("acknowledgements", json!({"versionId": version})).await;
    library.reader.post("/v1/acknowledgements", json!({"versionId": version})).await.problem(409, "conflict");
    library.reader.change("acknowledgements", &mine, json!({"score": 90})).await.problem(403, "denied");
    library.manager.just("acknowledgements", &mine, "retire").await.problem(403, "denied");
    let other = reader(&app, &library.unit).await;
    other.get(&format!("/v1/acknowledgements/{mine}")).await.problem(404, "not-found");
    for persona in [&library.owner, &library.manager, &library.reader] {
        assert_eq!(persona.every("/v1/acknowledgements").await, std::slice::from_ref(&mine));
    }
}

#[tokio::test]
async fn i_17_an_old_edition_in_one_language_is_not_a_new_one_in_another() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({"acknowledgeWithinDays": 7})).await;
    let first = library.published(&document, json!({})).await;
    library.reader.create("acknowledgements", json!({"versionId": first})).await;
    let second = library.published(&document, json!({})).await;
    let german = library.published(&document, json!({"language": "de"})).await;
    app.advance(chrono::Duration::days(8));
    let counts = async || {
        let document = library.manager.read("documents", &document).await;
        let german = library.manager.read("document-versions", &german).await;
        assert_eq!(german["acknowledged"], document["acknowledged"]);
        (document["acknowledged"].clone(), document["acknowledgementsOverdue"].clone())
    };
    assert_eq!(counts().await, (json!(0), json!(1)));
    library.reader.create("acknowledgements", json!({"versionId": second})).await;
    assert_eq!(counts().await, (json!(1), json!(0)), "in whichever language they read it");
}

#[tokio::test]
async fn i_19_who_joins_late_has_as_many_days_as_everybody() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({"acknowledgeWithinDays": 7})).await;
    let version = library.published(&document, json!({})).await;
    library.reader.create("acknowledgements", json!({"versionId": version})).await;
    app.advance(chrono::Duration::days(20));
    let joiner = reader(&app, &library.unit).await;
    let late = async || {
        let version = library.owner.read("document-versions", &version).await;
        let document = library.owner.read("documents", &document).await;
        assert_eq!(version["acknowledgementsOverdue"], document["acknowledgementsOverdue"]);
        document["acknowledgementsOverdue"].as_i64().expect("a count")
    };
    assert_eq!(late().await, 0);
    app.advance(chrono::Duration::days(8));
    assert_eq!(late().await, 1);
    joiner.create("acknowledgements", json!({"versionId": version})).await;
    assert_eq!(late().await, 0);
}
