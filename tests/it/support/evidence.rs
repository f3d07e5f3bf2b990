//! Evidence: taken in once, reviewed by somebody else, kept as long as it must be, and given out harmlessly.

use crate::app::App;
use crate::persona::{Persona, Reply, send};
use chrono::Duration;
use isms::config::Settings;
use reqwest::Method;
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::{Value, json};

pub(super) const ALL: &str = "evidence-items";
const PDF: &[u8] = b"%PDF-1.7\nA review of access rights";
/// The SHA-256 of nothing.
const NOTHING: &str = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

/// A piece of evidence of an access review.
fn draft() -> Value {
    json!({"title": "Access review", "kind": "document", "classification": "internal"})
}

/// Sends a file.
pub(super) async fn upload(persona: &Persona, plural: &str, id: &str, name: &str, bytes: &[u8]) -> Reply {
    let path = format!("/v1/{plural}/{id}/content?name={name}");
    send(persona.request(Method::PUT, &path).header("if-match", "*").body(bytes.to_vec())).await
}

/// Gets a file, with these headers.
async fn download(persona: &Persona, id: &str, headers: &[(&str, &str)]) -> Reply {
    let request = persona.request(Method::GET, &format!("/v1/evidence-items/{id}/content"));
    send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

/// A piece with its file, brought by this person.
pub async fn brought(persona: &Persona, also: Value) -> String {
    let mut piece = draft();
    piece.as_object_mut().expect("a draft").extend(also.as_object().expect("fields").clone());
    let id = persona.create(ALL, piece).await;
    upload(persona, ALL, &id, "review.pdf", PDF).await.expect(200);
    id
}

/// The files that the service holds.
fn held(app: &App) -> usize {
    let folders = std::fs::read_dir(app.files()).expect("the folder");
    folders.map(|folder| std::fs::read_dir(folder.expect("a folder").path()).expect("a folder").count()).sum()
}

#[tokio::test]
async fn a_file_comes_in_and_goes_out_whole_or_in_part() {
    let app = App::start().await;
    let (owner, manager) = (app.owner().await, app.manager().await);
    let id = owner.create(ALL, draft()).await;
    download(&owner, &id, &[]).await.problem(404, "not-found");
    let told = upload(&owner, ALL, &id, "review.pdf", PDF).await.expect(200);
    assert_eq!(
        (&told["contentName"], &told["contentType"], &told["contentSize"]),
        (&json!("review.pdf"), &json!("application/pdf"), &json!(PDF.len()))
    );
    let whole = download(&manager, &id, &[]).await;
    assert_eq!((whole.status, whole.text.as_bytes()), (200, PDF));
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-disposition", "attachment; filename*=UTF-8''review.pdf"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "bytes"),
        ("content-length", "34"),
    ] {
        assert_eq!(whole.header(name), value, "{name}");
    }
    let part = download(&manager, &id, &[("range", "bytes=9-16")]).await;
    assert_eq!((part.status, part.text.as_str(), part.header("content-range")), (206, "A review", "bytes 9-16/34"));
    let end = download(&manager, &id, &[("range", "bytes=-6"), ("if-range", &whole.etag)]).await;
    assert_eq!((end.status, end.text.as_str()), (206, "rights"));
    assert_eq!(download(&manager, &id, &[("range", "bytes=-6"), ("if-range", "\"other\"")]).await.status, 200);
    assert_eq!(download(&manager, &id, &[("range", "bytes=0-1,4-5")]).await.status, 200);
    assert_eq!(download(&manager, &id, &[("range", "bytes=5-2")]).await.status, 200, "no range at all");
    let nowhere = download(&manager, &id, &[("range", "bytes=34-")]).await;
    assert_eq!((nowhere.status, nowhere.header("content-range")), (416, "bytes */34"));
    assert_eq!(download(&manager, &id, &[("if-none-match", &whole.etag)]).await.status, 304);
    let head = send(manager.request(Method::HEAD, &format!("/v1/evidence-items/{id}/content"))).await;
    assert_eq!((head.status, head.header("content-length"), head.text.as_str()), (200, "34", ""));
}

#[tokio::test]
async fn a_file_is_what_was_announced_or_is_not_taken() {
    let app = App::start().await;
    let owner = app.owner().await;
    let id = owner.create(ALL, draft()).await;
    let put = |name: &'static str, value: String, body: &'static [u8]| {
        let request = owner.request(Method::PUT, &format!("/v1/evidence-items/{id}/content"));
        send(request.header(name, value).body(body))
    };
    let known = upload(&owner, ALL, &owner.create(ALL, draft()).await, "a.pdf", PDF).await.expect(200);
    let hex = known["contentDigest"].as_str().expect("a digest");
    put("repr-digest", "sha-256=:AAAA:".into(), PDF).await.problem(400, "malformed");
    put("repr-digest", "md5=:AAAA:".into(), PDF).await.problem(400, "malformed");
    put("repr-digest", NOTHING.into(), PDF).await.problem(422, "invalid");
    put("content-range", "bytes 9-33/34".into(), PDF).await.problem(400, "malformed");
    put("if-match", "\"7-0\"".into(), PDF).await.problem(412, "precondition-failed");
    put("content-encoding", "gzip".into(), PDF).await.problem(415, "unsupported-media-type");
    put("x-nothing", String::new(), b"").await.problem(422, "invalid");
    assert_eq!(owner.read(ALL, &id).await["contentSize"], Value::Null);
    let other = download(&owner, known["id"].as_str().expect("an id"), &[]).await;
    let digest = other.header("repr-digest").to_owned();
    assert_eq!(put("repr-digest", digest, PDF).await.expect(200)["contentDigest"], hex);
}

#[tokio::test]
async fn neither_name_nor_type_of_a_file_is_believed() {
    let app = App::start().await;
    let owner = app.owner().await;
    for (name, bytes, kept_as, media) in [
        ("..%2F..%2Fetc%2Fpasswd", &b"root:x:0"[..], "passwd.txt", "text/plain"),
        ("page.html", b"<!DOCTYPE html><script>alert(1)</script>", "page.html.txt", "text/plain"),
        ("drawing.svg", b"<?xml version='1.0'?><svg onload='alert(1)'/>", "drawing.svg.txt", "text/plain"),
        ("harmless.txt", b"\x89PNG\r\n\x1a\n0000", "harmless.txt.png", "image/png"),
        ("export.csv", b"a;b\n1;2\n", "export.csv", "text/plain"),
    ] {
        let id = owner.create(ALL, draft()).await;
        let request = owner.request(Method::PUT, &format!("/v1/evidence-items/{id}/content?name={name}"));
        let told = send(request.header("content-type", "text/html").body(bytes)).await.expect(200);
        assert_eq!((&told["contentName"], &told["contentType"]), (&json!(kept_as), &json!(media)), "{name}");
        assert_eq!(download(&owner, &id, &[]).await.header("content-type"), media, "{name}");
    }
    let id = owner.create(ALL, draft()).await;
    let program = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0";
    upload(&owner, ALL, &id, "picture.png", program).await.problem(415, "unsupported-media-type");
    upload(&owner, ALL, &id, "picture.png", b"MZ\x90\0\x03").await.problem(415, "unsupported-media-type");
    assert_eq!(owner.read(ALL, &id).await["contentName"], Value::Null);
}

#[tokio::test]
async fn i_47_content_is_written_once_and_may_come_again() {
    let app = App::start().await;
    let (owner, manager) = (app.owner().await, app.manager().await);
    let id = brought(&owner, json!({})).await;
    let version = owner.read(ALL, &id).await["version"].clone();
    let again = upload(&owner, ALL, &id, "other-name.pdf", PDF).await.expect(200);
    assert_eq!((&again["version"], &again["contentName"]), (&version, &json!("review.pdf")));
    upload(&owner, ALL, &id, "review.pdf", b"%PDF-1.7\nAnother one").await.problem(409, "conflict");
    manager.act(ALL, &id, "accept", json!({})).await.expect(200);
    upload(&owner, ALL, &id, "review.pdf", b"%PDF-1.7\nAnother one").await.problem(409, "conflict");
    upload(&owner, ALL, &id, "review.pdf", PDF).await.expect(200);
    assert_eq!(download(&owner, &id, &[]).await.text.as_bytes(), PDF);
    let later = brought(&owner, json!({"replacesId": id})).await;
    assert_eq!(manager.read(ALL, &id).await["replaced"], false);
    manager.act(ALL, &later, "accept", json!({})).await.expect(200);
    assert_eq!(manager.read(ALL, &id).await["replaced"], true);
    let history = owner.get(&format!("/v1/evidence-items/{id}/history")).await.expect(200);
    let acts: Vec<_> = history["items"].as_array().expect("items").iter().map(|entry| entry["act"].clone()).collect();
    assert_eq!(acts, ["accept", "attach", "create"]);
}

#[tokio::test]
async fn i_48_evidence_is_reviewed_by_another_than_its_collector() {
    let app = App::start().await;
    let (owner, manager, other) = (app.owner().await, app.manager().await, app.manager().await);
    let id = owner.create(ALL, draft()).await;
    manager.act(ALL, &id, "accept", json!({})).await.problem(409, "conflict");
    upload(&owner, ALL, &id, "review.pdf", PDF).await.expect(200);
    owner.act(ALL, &id, "accept", json!({})).await.problem(403, "denied");
    let told = manager.act(ALL, &id, "accept", json!({"decision": "All rights are there"})).await.expect(200);
    assert_eq!(
        (&told["state"], &told["valid"], &told["reviewedBy"]),
        (&json!("accepted"), &json!(true), &json!(manager.id))
    );
    let for_another = brought(&manager, json!({"collectorId": other.id})).await;
    for persona in [&manager, &other] {
        persona.act(ALL, &for_another, "accept", json!({})).await.problem(403, "denied");
    }
    // Who gave it its file, or took the collector's name out, has had a part in it.
    let bare = owner.create(ALL, draft()).await;
    upload(&manager, ALL, &bare, "review.pdf", PDF).await.expect(200);
    manager.act(ALL, &bare, "accept", json!({})).await.problem(403, "denied");
    let renamed = brought(&owner, json!({"collectorId": other.id})).await;
    other.change(ALL, &renamed, json!({"collectorId": null})).await.expect(200);
    other.act(ALL, &renamed, "accept", json!({})).await.problem(403, "denied");
    let weak = brought(&owner, json!({"ownerId": other.id})).await;
    other.act(ALL, &weak, "reject", json!({"reason": " "})).await.refuses("/reason");
    other.act(ALL, &weak, "reject", json!({"reason": "A draft"})).await.expect(200);
    assert_eq!(owner.read(ALL, &weak).await["valid"], false);
    owner.change(ALL, &weak, json!({"title": "Better"})).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_link_goes_with_the_digest_of_what_it_led_to() {
    let app = App::start().await;
    let (owner, manager) = (app.owner().await, app.manager().await);
    let linked = |also: Value| {
        let mut piece = draft();
        piece.as_object_mut().expect("a draft").extend(also.as_object().expect("fields").clone());
        piece
    };
    owner.post("/v1/evidence-items", linked(json!({"link": "https://tickets.example/7"}))).await.refuses("/digest");
    for digest in ["abc", "abcd", &"+a".repeat(32)] {
        let wrong = linked(json!({"link": "https://tickets.example/7", "digest": digest}));
        owner.post("/v1/evidence-items", wrong).await.refuses("/digest");
    }
    let whole = linked(json!({"link": "https://tickets.example/7", "digest": "ab".repeat(32)}));
    let id = owner.create(ALL, whole).await;
    manager.act(ALL, &id, "accept", json!({})).await.expect(200);
}

#[tokio::test]
async fn i_49_nothing_proves_what_is_to_come() {
    let app = App::start().await;
    let owner = app.owner().await;
    let spanning = |from: i64, to: i64| {
        let mut piece = draft();
        piece["periodFrom"] = app.in_days(from).into();
        piece["periodTo"] = app.in_days(to).into();
        piece
    };
    owner.post("/v1/evidence-items", spanning(-3, 30)).await.refuses("/periodTo");
    owner.post("/v1/evidence-items", spanning(0, -3)).await.refuses("/periodTo");
    let mut old = spanning(-90, -30);
    old["collectedAt"] = format!("{}T08:00:00Z", app.in_days(-60)).into();
    owner.post("/v1/evidence-items", old).await.refuses("/periodTo");
    let mut ahead = draft();
    ahead["collectedAt"] = "2027-01-01T00:00:00Z".into();
    owner.post("/v1/evidence-items", ahead).await.refuses("/collectedAt");
    let id = owner.create(ALL, draft()).await;
    let made = owner.read(ALL, &id).await;
    assert_eq!((&made["periodFrom"], &made["periodTo"]), (&json!(app.in_days(0)), &json!(app.in_days(0))));
    assert_eq!(made["collectorId"], owner.id.as_str());
}

#[tokio::test]
async fn a_file_is_kept_while_it_must_be_and_then_destroyed() {
    let app = App::start().await;
    let (owner, manager) = (app.owner().await, app.manager().await);
    let forever = brought(&owner, json!({})).await;
    let id = brought(&owner, json!({"retainUntil": app.in_days(30)})).await;
    assert_eq!(held(&app), 2);
    let because = json!({"reason": "Retention is over"});
    manager.act(ALL, &id, "dispose", because.clone()).await.problem(409, "conflict");
    for piece in [&forever, &id] {
        manager.act(ALL, piece, "accept", json!({})).await.expect(200);
        manager.act(ALL, piece, "dispose", because.clone()).await.problem(409, "conflict");
    }
    owner.act(ALL, &id, "dispose", because.clone()).await.problem(403, "denied");
    manager.act(ALL, &id, "hold", json!({"reason": "A dispute"})).await.expect(200);
    app.advance(Duration::days(31));
    manager.act(ALL, &id, "dispose", because.clone()).await.problem(409, "conflict");
    manager.just(ALL, &id, "retire").await.problem(403, "denied");
    manager.act(ALL, &id, "release", json!({"reason": "Settled"})).await.expect(200);
    let told = manager.act(ALL, &id, "dispose", because.clone()).await.expect(200);
    assert_eq!((&told["contentId"], &told["contentName"]), (&Value::Null, &json!("review.pdf")));
    assert_eq!(told["valid"], false, "what is destroyed proves nothing");
    download(&manager, &id, &[]).await.problem(404, "not-found");
    manager.act(ALL, &id, "dispose", because).await.problem(409, "conflict");
    upload(&owner, ALL, &id, "review.pdf", b"%PDF-1.7\nAnother one").await.problem(409, "conflict");
    assert_eq!((app.clear_away().await, held(&app)), (1, 1));
    assert_eq!(download(&manager, &forever, &[]).await.status, 200);
    let until = json!({"until": app.in_days(-1), "reason": "It holds personal data"});
    manager.act(ALL, &forever, "retain", json!({"until": null, "reason": " "})).await.refuses("/reason");
    manager.act(ALL, &forever, "retain", until).await.expect(200);
    manager.act(ALL, &forever, "dispose", json!({"reason": "Not needed"})).await.expect(200);
    assert_eq!((app.clear_away().await, held(&app)), (1, 0));
}

#[tokio::test]
async fn of_a_file_that_is_refused_nothing_stays() {
    let app = App::start_with(Settings { file_limit: Some(20_000), ..Settings::default() }).await;
    let owner = app.owner().await;
    let id = owner.create(ALL, draft()).await;
    upload(&owner, ALL, &id, "big.txt", &[b'a'; 20_001]).await.problem(413, "too-large");
    upload(&owner, ALL, &id, "program", &[b"MZ\x90\0\x03".as_slice(), &[0; 15_000]].concat()).await.expect(415);
    assert_eq!(held(&app), 0);
    upload(&owner, ALL, &id, "fits.txt", &[b'a'; 20_000]).await.expect(200);
    upload(&owner, ALL, &id, "fits.txt", &[b'a'; 20_000]).await.expect(200);
    upload(&owner, ALL, &id, "other.txt", &[b'b'; 20_000]).await.problem(409, "conflict");
    app.clear_away().await;
    assert_eq!(held(&app), 1);
    assert_eq!(download(&owner, &id, &[]).await.text.len(), 20_000);
    assert_eq!(app.clear_away().await, 0);
}

#[tokio::test]
async fn of_two_files_that_come_at_once_one_is_kept() {
    let app = App::start().await;
    let owner = app.owner().await;
    let id = owner.create(ALL, draft()).await;
    let (first, second) =
        tokio::join!(upload(&owner, ALL, &id, "a.txt", b"one of two"), upload(&owner, ALL, &id, "b.txt", b"the other"));
    let mut met = [first.status, second.status];
    met.sort_unstable();
    assert_eq!(met, [200, 409], "{} {}", first.text, second.text);
    let kept = if first.status == 200 { "one of two" } else { "the other" };
    assert_eq!(download(&owner, &id, &[]).await.text, kept);
    app.clear_away().await;
    assert_eq!(held(&app), 1);
}

#[tokio::test]
async fn a_file_is_for_those_who_may_read_its_record() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let (owner, elsewhere) = (app.owner_of(&unit).await, app.owner_of(&app.unit("Sales", None).await).await);
    let id = brought(&owner, json!({"unitId": unit, "classification": "restricted"})).await;
    let colleague = app.owner_of(&unit).await;
    for stranger in [&elsewhere, &colleague, &app.stranger(), &app.member().await] {
        download(stranger, &id, &[]).await.problem(404, "not-found");
        upload(stranger, ALL, &id, "mine.pdf", PDF).await.problem(404, "not-found");
    }
    app.anonymous().get(&format!("/v1/evidence-items/{id}/content")).await.problem(401, "unauthenticated");
    let auditor = app.auditor().await;
    assert_eq!(download(&auditor, &id, &[]).await.status, 200);
    upload(&auditor, ALL, &id, "mine.pdf", PDF).await.problem(403, "denied");
}

#[tokio::test]
async fn what_a_confidential_incident_left_stays_with_its_team() {
    let app = App::start().await;
    let manager = app.manager().await;
    let leader = app.manager().await;
    let incident = leader.create("incidents", json!({"title": "Whistle"})).await;
    let id = brought(&leader, json!({"incidentId": incident})).await;
    assert_eq!(download(&manager, &id, &[]).await.status, 200);
    let declared = json!({"incident": true, "reason": "So it is", "severity": 3, "affects": ["confidentiality"],
        "managerId": leader.id});
    leader.act("incidents", &incident, "assess", declared).await.expect(200);
    leader.change("incidents", &incident, json!({"confidential": true})).await.expect(200);
    manager.get(&format!("/v1/evidence-items/{id}")).await.problem(404, "not-found");
    download(&manager, &id, &[]).await.problem(404, "not-found");
    assert_eq!(manager.get("/v1/evidence-items?count=true").await.expect(200)["total"], 0);
    let file = leader.get("/v1/evidence-items:export?format=csv").await;
    assert!(file.status == 200 && !file.text.contains("EVI-0001"), "{}", file.text);
    assert_eq!(leader.read(ALL, &id).await["confidential"], true);
    assert_eq!(download(&leader, &id, &[]).await.status, 200);
}

#[tokio::test]
async fn what_a_killed_process_left_of_an_upload_goes_too() {
    let app = App::start().await;
    let owner = app.owner().await;
    let kept = brought(&owner, json!({})).await;
    let organisation = std::fs::read_dir(app.files()).expect("the folder").next().expect("one").expect("one").path();
    let id = uuid::Uuid::now_v7();
    std::fs::write(organisation.join(format!("{id}#1")), b"half a").expect("a write");
    let name = organisation.file_name().and_then(|name| name.to_str()).expect("a name").replace('-', "");
    let database = app.database().await;
    let uuid = |hex: &str| match database.get_database_backend() {
        DbBackend::Postgres => format!("CAST('{hex}' AS uuid)"),
        _ => format!("x'{hex}'"),
    };
    let begun =
        format!("INSERT INTO unclaimed_content VALUES ({}, {}, 0)", uuid(&id.simple().to_string()), uuid(&name));
    database.execute_unprepared(&begun).await.expect("an insert");
    assert_eq!((app.clear_away().await, held(&app)), (1, 1));
    assert_eq!(download(&owner, &kept, &[]).await.status, 200);
}
