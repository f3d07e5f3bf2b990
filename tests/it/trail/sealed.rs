//! The trail of a running service: sealed as it grows, told to those who may, and checked at home.

use crate::app::App;
use crate::persona::Persona;
use crate::records::{Team, asset, one_of_each};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use clap::Parser;
use isms::cli::{Cli, run};
use isms::store::sealed;
use isms_entity::ledger::trail_entry;
use isms_seal::body::hash;
use isms_seal::checkpoint::Checkpoint;
use isms_seal::proof::{consistent, included};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

/// Takes the trail home.
pub async fn fetch(app: &App, reader: &Persona, to: &Path) -> ExitCode {
    let to = to.to_str().expect("a path");
    run(Cli::parse_from(["isms", "trail", "fetch", &app.base, "--to", to, "--token", reader.token()])).await
}

/// Checks it there.
pub async fn verify(folder: &Path, also: &[&str]) -> ExitCode {
    let folder = folder.to_str().expect("a path");
    run(Cli::parse_from(["isms", "trail", "verify", folder].iter().chain(also))).await
}

/// The newest checkpoint, as it is told.
async fn checkpoint(reader: &Persona) -> Checkpoint {
    let note = reader.get("/v1/trail/checkpoint").await;
    assert_eq!((note.status, note.header("content-type")), (200, "text/plain; charset=utf-8"));
    let (text, _) = note.text.split_once("\n\n").expect("a note");
    Checkpoint::parse(&format!("{text}\n")).expect("a checkpoint")
}

fn hashes(told: &Value) -> Vec<[u8; 32]> {
    let hash = |text: &Value| STANDARD.decode(text.as_str().expect("text")).expect("base64").try_into().expect("32");
    told["proof"].as_array().expect("a proof").iter().map(hash).collect()
}

#[tokio::test]
async fn what_was_sealed_is_proven_at_home_and_nothing_else() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    one_of_each(&app, &team).await;
    assert_eq!(app.seal().await, 1, "a checkpoint of the organisation that has changed since");
    let (home, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    assert_eq!(fetch(&app, &team.manager, home.path()).await, ExitCode::SUCCESS);
    assert_eq!(verify(home.path(), &[]).await, ExitCode::SUCCESS);
    // Keys of somebody else prove nothing, and a missing file is no proof either.
    fetch(&app, &app.stranger(), other.path()).await;
    let theirs = other.path().join("keys");
    assert_eq!(verify(home.path(), &["--keys", theirs.to_str().expect("a path")]).await, ExitCode::from(1));
    assert_eq!(verify(other.path(), &["--keys", "nowhere"]).await, ExitCode::from(2));
    // What is changed at home is found; what was changed on the server, too.
    let entries = home.path().join("entries.jsonl");
    let text = std::fs::read_to_string(&entries).expect("entries");
    std::fs::write(&entries, text.replacen("\\\"act\\\":\\\"create\\\"", "\\\"act\\\":\\\"update\\\"", 1))
        .expect("a write");
    assert_eq!(verify(home.path(), &[]).await, ExitCode::from(1));
    std::fs::write(&entries, text.replacen("{\"index\":3,", "{\"index\":4,", 1)).expect("a write");
    assert_eq!(verify(home.path(), &[]).await, ExitCode::from(1));
    let (all_but_one, _) = text.trim_end().rsplit_once('\n').expect("lines");
    let one_more = format!("{text}{}\n", text.lines().last().expect("a line"));
    for (changed, code) in [(all_but_one, 1), (&*one_more, 1), (&*text.replacen("\"body\":", "\"corpse\":", 1), 2)] {
        std::fs::write(&entries, changed).expect("a write");
        assert_eq!(verify(home.path(), &[]).await, ExitCode::from(code));
    }
    std::fs::write(&entries, text).expect("a write");
    assert_eq!(verify(home.path(), &[]).await, ExitCode::SUCCESS);
    let forge = "UPDATE trail_entry SET act = 'retire' WHERE record_type = 'Asset'";
    app.database().await.execute_unprepared(forge).await.expect("an update");
    assert_eq!(fetch(&app, &team.manager, home.path()).await, ExitCode::from(2), "what was taken home stays");
    let later = tempfile::tempdir().expect("a folder");
    assert_eq!(fetch(&app, &team.manager, later.path()).await, ExitCode::SUCCESS);
    assert_eq!(verify(later.path(), &[]).await, ExitCode::from(1));
}

#[tokio::test]
async fn what_is_kept_gives_the_bytes_that_were_sealed() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let ids = one_of_each(&app, &team).await;
    let odd = json!({"description": "\u{1F512} \"quoted\" \\ \n\t ü \u{2028} <&>", "confidentiality": 4});
    team.manager.change("assets", &ids["assets"], odd).await.expect(200);
    team.manager.just("assets", &ids["assets"], "retire").await.expect(200);
    let database = app.database().await;
    let all = Statement::from_string(database.get_database_backend(), "SELECT * FROM trail_entry");
    let entries = trail_entry::Model::find_by_statement(all).all(&database).await.expect("entries");
    for entry in &entries {
        let told = sealed::told(entry).expect("a body");
        assert_eq!(isms::caller::token::hex(&hash(&told.body)), entry.body, "{} {}", entry.record_type, entry.act);
        assert!(told.openings.iter().any(|opening| opening.context == sealed::AUTHENTICATION));
    }
    println!("{} entries examined", entries.len());
    assert!(entries.len() > 100);
}

#[tokio::test]
async fn a_log_that_was_made_anew_is_told_by_the_checkpoint_that_somebody_kept() {
    let app = App::start().await;
    let manager = app.manager().await;
    app.seal().await;
    let home = tempfile::tempdir().expect("a folder");
    fetch(&app, &manager, home.path()).await;
    let kept = home.path().join("kept");
    std::fs::copy(home.path().join("checkpoint/00000000"), &kept).expect("a copy");
    let held = ["--held", kept.to_str().expect("a path")];
    manager.create("assets", asset("Press")).await;
    app.seal().await;
    let second = tempfile::tempdir().expect("a folder");
    fetch(&app, &manager, second.path()).await;
    assert_eq!(verify(second.path(), &held).await, ExitCode::SUCCESS);
    let database = app.database().await;
    database.execute_unprepared("DELETE FROM trail_checkpoint").await.expect("a forgery");
    manager.create("assets", asset("Lathe")).await;
    assert!(app.try_to_seal("trail.key").await.is_err(), "no log begins anew");
    for forge in [
        "UPDATE tenant_counter SET sealed_size = 0, sealed_number = 0",
        "UPDATE trail_entry SET body = '0000000000000000000000000000000000000000000000000000000000000000' \
         WHERE position = 2",
    ] {
        database.execute_unprepared(forge).await.expect("a forgery");
    }
    app.seal().await;
    let anew = tempfile::tempdir().expect("a folder");
    fetch(&app, &manager, anew.path()).await;
    assert_eq!(verify(anew.path(), &held).await, ExitCode::from(1));
}

#[tokio::test]
async fn nothing_is_sealed_on_top_of_what_was_changed() {
    let app = App::start().await;
    let manager = app.manager().await;
    app.seal().await;
    manager.create("assets", asset("Press")).await;
    let forge = "UPDATE trail_entry SET body = '0000000000000000000000000000000000000000000000000000000000000000' \
                 WHERE position = 2 AND organisation_id IN (SELECT organisation_id FROM asset)";
    app.database().await.execute_unprepared(forge).await.expect("a forgery");
    let stranger = app.stranger();
    stranger.create("units", json!({"name": "Elsewhere"})).await;
    let theirs = checkpoint(&stranger).await;
    assert!(app.try_to_seal("trail.key").await.is_err());
    assert!(checkpoint(&stranger).await.size > theirs.size, "the log of another organisation is sealed all the same");
    assert_eq!(
        checkpoint(&manager).await.size,
        manager.get("/v1/trail/checkpoints").await.expect(200)["items"][0]["size"]
    );
}

#[tokio::test]
async fn no_key_is_made_unasked_where_one_has_signed() {
    let app = App::start().await;
    app.seal().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (key, files, made) = (path("trail.key"), path("files"), path("made.key"));
    let serve = ["isms", "serve", "--log", "off", "--listen", "127.0.0.1:0", "--database-url", app.database_url()];
    let serve = Cli::parse_from(serve.iter().chain(&["--trail-key", &key, "--files", &files]));
    assert_eq!(run(serve).await, ExitCode::from(2));
    assert!(!Path::new(&key).exists());
    assert_eq!(run(Cli::parse_from(["isms", "trail", "key", &made])).await, ExitCode::SUCCESS);
    assert_eq!(
        run(Cli::parse_from(["isms", "trail", "key", &made])).await,
        ExitCode::from(2),
        "a key is not overwritten"
    );
    assert!(std::fs::read_to_string(&made).expect("a key").starts_with("PRIVATE+KEY+isms+"));
}

#[tokio::test]
async fn entries_and_growth_are_proven_by_few_hashes() {
    let app = App::start().await;
    let manager = app.manager().await;
    app.seal().await;
    let earlier = checkpoint(&manager).await;
    for batch in 0..3 {
        let operations: Vec<_> = (0..100).map(|n| json!({"create": asset(&format!("Asset {batch} {n}"))})).collect();
        manager.post("/v1/assets:batch", json!({"atomic": true, "operations": operations})).await.expect(200);
    }
    assert_eq!(checkpoint(&manager).await, earlier, "what is not sealed yet is not told");
    let beyond = format!("/v1/trail/inclusion?index={}&size={}", earlier.size, earlier.size + 1);
    manager.get(&beyond).await.problem(404, "not-found");
    app.seal().await;
    let later = checkpoint(&manager).await;
    assert!(later.size >= 300 + earlier.size, "{} after {}", later.size, earlier.size);
    for index in [0, 1, earlier.size - 1, 255, 256, later.size - 1] {
        let entry = manager.get(&format!("/v1/trail/entries?from={index}&limit=1")).await.expect(200);
        let leaf = STANDARD.decode(entry["items"][0]["leaf"].as_str().expect("a leaf")).expect("base64");
        let path = format!("/v1/trail/inclusion?index={index}&size={}", later.size);
        let proof = hashes(&manager.get(&path).await.expect(200));
        assert!(proof.len() <= 9);
        assert_eq!(included(&leaf, index, later.size, &later.root, &proof), Ok(()), "{index}");
    }
    let path = format!("/v1/trail/consistency?from={}&to={}", earlier.size, later.size);
    let proof = hashes(&manager.get(&path).await.expect(200));
    assert_eq!(consistent((earlier.size, &earlier.root), (later.size, &later.root), &proof), Ok(()));
    let home = tempfile::tempdir().expect("a folder");
    fetch(&app, &manager, home.path()).await;
    assert_eq!(verify(home.path(), &[]).await, ExitCode::SUCCESS);
    assert!(home.path().join("tile/0/000").is_file() && home.path().join("tile/entries/000").is_file());
    for path in ["tile/0/002", "tile/9/000", "tile/7/000", "tile/6/255", "tile/entries/x001"] {
        manager.get(&format!("/v1/trail/{path}")).await.problem(404, "not-found");
    }
    let beyond = manager.get("/v1/trail/entries?from=9223372036854775807").await.expect(200);
    assert_eq!(beyond["items"], json!([]));
    manager.get("/v1/trail/entries?from=9223372036854775808").await.problem(400, "malformed");
}

#[tokio::test]
async fn the_log_is_for_those_who_may_export_and_hides_what_they_may_not_see() {
    let app = App::start().await;
    let (manager, leader) = (app.manager().await, app.manager().await);
    app.seal().await;
    for path in ["checkpoint", "checkpoints", "keys", "entries", "tile/0/000.p/1", "inclusion?index=0&size=1"] {
        let path = format!("/v1/trail/{path}");
        for weak in [app.member().await, app.owner().await] {
            weak.get(&path).await.problem(403, "denied");
        }
        app.anonymous().get(&path).await.problem(401, "unauthenticated");
    }
    let secret = leader.create("incidents", json!({"title": "Whistle", "confidential": true})).await;
    let open = leader.create("incidents", json!({"title": "Odd mail"})).await;
    app.seal().await;
    let told = async |reader: &Persona| reader.get("/v1/trail/entries?limit=256").await.expect(200).to_string();
    for reader in [&manager, &leader] {
        let theirs = told(reader).await;
        assert!(!theirs.contains(&secret) && !theirs.contains("Whistle"), "what is confidential leaves in no file");
        assert!(theirs.contains(&open) && theirs.contains("\"body\":null"));
    }
    leader.change("incidents", &secret, json!({"confidential": false, "title": "Odd whistle"})).await.expect(200);
    leader.change("incidents", &secret, json!({"title": "Known to all"})).await.expect(200);
    app.seal().await;
    let theirs = told(&manager).await;
    assert!(theirs.contains("Known to all") && !theirs.contains("Whistle"), "what stood there before stays unknown");
    let home = tempfile::tempdir().expect("a folder");
    fetch(&app, &manager, home.path()).await;
    assert_eq!(verify(home.path(), &[]).await, ExitCode::SUCCESS, "what is withheld stays proven by its hash");
}

#[tokio::test]
async fn personal_data_are_committed_to_and_told_beside_the_body() {
    let app = App::start().await;
    let manager = app.manager().await;
    app.bootstrap().create("users", json!({"name": "Ada Lovelace", "email": "ada@example.org"})).await;
    app.seal().await;
    let entries = manager.get("/v1/trail/entries?limit=256").await.expect(200);
    let entries = entries["items"].as_array().expect("items");
    let of_ada = entries.iter().find(|entry| entry["openings"].to_string().contains("Lovelace")).expect("an entry");
    let body = of_ada["body"].as_str().expect("a body");
    assert!(body.contains("after.email ") && !body.contains("Lovelace") && !body.contains("ada@"), "{body}");
    let contexts: Vec<_> = of_ada["openings"].as_array().expect("openings").iter().map(|one| &one["context"]).collect();
    assert_eq!(contexts, ["after.email", "after.name"]);
}

#[tokio::test]
async fn a_log_that_rests_is_sealed_every_hour_and_two_servers_keep_one_log() {
    let app = App::start().await;
    let manager = app.manager().await;
    let (one, other) = tokio::join!(app.seal(), app.seal());
    assert_eq!(one + other, 2, "one checkpoint for each organisation");
    assert_eq!(app.seal().await, 0);
    app.advance(Duration::minutes(59));
    assert_eq!(app.seal().await, 0);
    app.advance(Duration::minutes(1));
    assert_eq!(app.seal().await, 2);
    for round in 0..3 {
        manager.create("assets", asset(&format!("Press {round}"))).await;
        tokio::join!(app.seal(), app.seal());
    }
    let all = manager.get("/v1/trail/checkpoints").await.expect(200);
    let sizes: Vec<_> = all["items"].as_array().expect("items").iter().map(|one| one["size"].as_u64()).collect();
    assert_eq!(sizes.len(), 5);
    assert!(sizes.is_sorted() && sizes[0] == sizes[1], "{sizes:?}");
    let keys = manager.get("/v1/trail/keys").await.expect(200);
    assert_eq!(keys["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_is_erased_is_gone_and_its_entries_stay_proven() {
    let app = App::start().await;
    let (administrator, manager) = (app.bootstrap(), app.manager().await);
    let ada = json!({"name": "Ada Lovelace", "email": "ada@example.org", "jobTitle": "Countess"});
    let id = administrator.create("users", ada).await;
    administrator.change("users", &id, json!({"email": "lovelace@example.org"})).await.expect(200);
    app.seal().await;
    app.advance(Duration::hours(1));
    let then = app.now();
    app.advance(Duration::hours(1));
    let because = json!({"reason": "She asked for it"});
    let second = app.person("administrator", None).await;
    administrator.act("users", &id, "propose-erasure", because.clone()).await.problem(409, "conflict");
    manager.act("users", &id, "propose-erasure", because.clone()).await.problem(403, "denied");
    administrator.change("users", &id, json!({"active": false})).await.expect(200);
    second.just("users", &id, "erase").await.problem(409, "conflict");
    administrator.act("users", &id, "propose-erasure", json!({"reason": " "})).await.refuses("/reason");
    let offered = async |who: &Persona| who.read("users", &id).await["allowedActions"].clone();
    assert_eq!(offered(&second).await, json!(["update", "retire", "propose-erasure"]));
    let proposed = administrator.act("users", &id, "propose-erasure", because.clone()).await.expect(200);
    assert_eq!(offered(&administrator).await, json!(["update", "retire", "propose-erasure"]));
    assert_eq!(offered(&second).await, json!(["update", "retire", "propose-erasure", "erase"]));
    assert_eq!(proposed["erasureReason"], because["reason"]);
    administrator.just("users", &id, "erase").await.problem(409, "conflict");
    manager.just("users", &id, "erase").await.problem(403, "denied");
    // Who comes back is proposed no longer.
    second.change("users", &id, json!({"active": true})).await.expect(200);
    let back = second.change("users", &id, json!({"active": false})).await.expect(200);
    assert_eq!(back["erasureProposedById"], Value::Null);
    second.just("users", &id, "erase").await.problem(409, "conflict");
    second.act("users", &id, "propose-erasure", because.clone()).await.expect(200);
    let erased = administrator.just("users", &id, "erase").await.expect(200);
    assert_eq!(erased["name"], format!("Erased person {}", erased["reference"].as_str().expect("a reference")));
    assert_eq!(offered(&second).await, json!(["update", "retire"]));
    administrator.act("users", &id, "propose-erasure", because).await.problem(409, "conflict");
    second.just("users", &id, "erase").await.problem(409, "conflict");
    administrator.change("users", &id, json!({"name": "Ada"})).await.problem(409, "conflict");
    app.seal().await;
    for path in [
        format!("/v1/users/{id}"),
        format!("/v1/users/{id}?asOf={then}"),
        format!("/v1/users/{id}/history"),
        format!("/v1/users?asOf={then}"),
        "/v1/trail/entries?limit=256".to_owned(),
    ] {
        let told = manager.get(&path).await.expect(200).to_string();
        assert!(!told.to_lowercase().contains("lovelace") && !told.contains("Countess"), "{path}: {told}");
    }
    let held = "SELECT COUNT(*) FROM trail_entry WHERE CAST(after AS text) LIKE '%ovelace%' \
                OR CAST(before AS text) LIKE '%ovelace%'";
    assert_eq!(crate::ratchet::rows(&app.database().await, held).await, ["0"]);
    let opened = "SELECT COUNT(*) FROM trail_entry WHERE CAST(salts AS text) LIKE '%authentication%' \
                  AND CAST(salts AS text) NOT LIKE '%name%' AND record_type = 'User' AND act = 'erase'";
    assert_eq!(crate::ratchet::rows(&app.database().await, opened).await, ["1"], "what the actor was known by stays");
    let home = tempfile::tempdir().expect("a folder");
    fetch(&app, &manager, home.path()).await;
    assert_eq!(verify(home.path(), &[]).await, ExitCode::SUCCESS);
    app.check_trail().await;
    let told = crate::ratchet::rows(&app.database().await, "SELECT trail_fault FROM tenant_counter").await;
    assert!(told.iter().all(|fault| !fault.contains("salt")), "{told:?}");
}

#[tokio::test]
async fn servers_whose_clocks_differ_keep_one_order() {
    let app = App::start().await;
    let manager = app.manager().await;
    let ahead = app.clock.clone();
    app.advance(Duration::seconds(30));
    app.seal().await;
    for (round, seconds) in [-30_i64, 60, -60, 30].into_iter().enumerate() {
        manager.create("assets", asset(&format!("Press {round}"))).await;
        ahead.advance(Duration::seconds(seconds));
        assert_eq!(app.seal().await, 1);
        assert_eq!(app.seal().await, 0, "and no more than one");
    }
    let home = tempfile::tempdir().expect("a folder");
    fetch(&app, &manager, home.path()).await;
    assert_eq!(verify(home.path(), &[]).await, ExitCode::SUCCESS);
}

#[tokio::test]
async fn another_key_takes_over_and_both_are_told() {
    let app = App::start().await;
    let manager = app.manager().await;
    app.seal().await;
    manager.create("assets", asset("Press")).await;
    assert_eq!(app.try_to_seal("next.key").await.expect("it seals"), 1);
    let keys = manager.get("/v1/trail/keys").await.expect(200);
    let keys = keys["items"].as_array().expect("keys");
    assert_eq!(keys.len(), 2);
    assert!(keys[0]["since"].as_u64() < keys[1]["since"].as_u64());
    let home = tempfile::tempdir().expect("a folder");
    fetch(&app, &manager, home.path()).await;
    assert_eq!(verify(home.path(), &[]).await, ExitCode::SUCCESS);
    let first = home.path().join("first");
    std::fs::write(&first, keys[0]["key"].as_str().expect("a key")).expect("a write");
    let only = ["--keys", first.to_str().expect("a path")];
    assert_eq!(
        verify(home.path(), &only).await,
        ExitCode::from(1),
        "who was not told of the new key does not believe it"
    );
}
