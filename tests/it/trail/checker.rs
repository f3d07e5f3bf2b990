//! The service checks by itself that what its database keeps is what was sealed, and readiness tells (C68).

use crate::app::App;
use crate::assurance::readiness::rule;
use crate::persona::Persona;
use crate::records::{asset, create_many};
use crate::trail::sealed::{fetch, verify};
use chrono::Duration;
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::process::ExitCode;

const TOLD: &str = "its trail of changes is not what was sealed, or nobody has looked for two days";

const FILES_TOLD: &str =
    "files of its records are missing or were changed, or the database is damaged; the log of the service tells which";

async fn is_told(manager: &Persona) -> bool {
    tells(manager, TOLD).await
}

async fn tells(manager: &Persona, what: &str) -> bool {
    let told = rule(manager, "C68").await;
    told["gaps"].as_array().expect("gaps").iter().any(|gap| gap["what"] == what)
}

#[tokio::test]
async fn c68_a_file_that_was_changed_is_told_until_it_is_read_and_right_again() {
    let app = App::start().await;
    let manager = app.manager().await;
    crate::support::evidence::brought(&manager, serde_json::json!({})).await;
    let inside = |folder: std::path::PathBuf| {
        let mut all = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        all.find(|path| path.extension().is_none()).expect("what was brought")
    };
    let file = inside(inside(app.files().to_owned()));
    let right = std::fs::read(&file).expect("the file");
    let mut checker = app.checker().await;
    let mut told_after = async |minutes: i64| {
        app.advance(Duration::minutes(minutes));
        while checker.step_files().await.expect("it looks") {}
        tells(&manager, FILES_TOLD).await
    };
    assert!(!told_after(0).await);
    let mut wrong = right.clone();
    wrong.reverse();
    std::fs::write(&file, &wrong).expect("it is changed");
    assert!(!told_after(2).await, "who only looks does not see it");
    assert!(told_after(24 * 60).await, "who reads does");
    assert!(told_after(2).await, "and looking takes nothing back");
    std::fs::remove_file(&file).expect("it is removed");
    assert!(told_after(2).await, "that it is gone is seen by looking");
    std::fs::write(&file, &right).expect("it is there again");
    assert!(!told_after(24 * 60).await);
}

#[tokio::test]
async fn c68_a_trail_that_is_not_what_was_sealed_is_told_until_it_is_again() {
    let app = App::start().await;
    let manager = app.manager().await;
    // More than one step's worth of entries.
    for batch in 0..3 {
        let assets = (0..400).map(|n| asset(&format!("Asset {batch}-{n}")));
        create_many(&manager, "assets", assets.collect()).await;
    }
    // And more in one step that go on with records of earlier ones than are looked up at once.
    let assets = manager.every("/v1/assets").await;
    for some in assets.chunks(400) {
        let change = |id: &String| json!({"id": id, "version": 1, "update": {"location": "Hall 2"}});
        let batch = json!({"atomic": true, "operations": some.iter().map(change).collect::<Vec<_>>()});
        manager.post("/v1/assets:batch", batch).await.expect(200);
    }
    app.seal().await;
    app.check_trail().await;
    assert!(!is_told(&manager).await);
    let rows = app.database().await;
    let run = async |sql: &str| rows.execute_unprepared(sql).await.map(|done| done.rows_affected()).expect(sql);
    run("CREATE TABLE kept AS SELECT * FROM trail_entry WHERE position IN (900, 901, 1050)").await;
    let forgeries = [
        "UPDATE trail_entry SET act = 'retire' WHERE position = 1050",
        "UPDATE trail_entry SET at = at + 1 WHERE position = 900",
        "UPDATE trail_entry SET reasons = '[]' WHERE position = 901",
        "UPDATE trail_entry SET commitments = '{}' WHERE position = 901",
        "UPDATE trail_entry SET body = (SELECT body FROM kept WHERE position = 901) WHERE position = 900",
        "DELETE FROM trail_entry WHERE position = 1050",
    ];
    for forgery in forgeries {
        assert_eq!(run(forgery).await, 1, "{forgery}");
        app.advance(Duration::hours(1));
        app.check_trail().await;
        assert!(is_told(&manager).await, "{forgery}");
        run("DELETE FROM trail_entry WHERE position IN (900, 901, 1050)").await;
        run("INSERT INTO trail_entry SELECT * FROM kept").await;
        app.check_trail().await;
        assert!(is_told(&manager).await, "what was found stands for an hour");
        app.advance(Duration::hours(1));
        app.check_trail().await;
        assert!(!is_told(&manager).await, "after {forgery}");
    }
    println!("{} forgeries examined", forgeries.len());
    // Nor does it help to write down that somebody has looked, in a year to come.
    run("UPDATE tenant_counter SET checked_at = checked_at + 31536000000000").await;
    assert_eq!(run(forgeries[0]).await, 1);
    app.check_trail().await;
    assert!(is_told(&manager).await);
}

#[tokio::test]
async fn c68_what_was_not_erased_and_what_does_not_follow_on_is_told_here_and_at_home() {
    let app = App::start().await;
    let (administrator, manager) = (app.bootstrap(), app.manager().await);
    let grace = administrator.create("users", json!({"name": "Grace Hopper", "email": "grace@example.org"})).await;
    administrator.change("users", &grace, json!({"jobTitle": "Admiral"})).await.expect(200);
    let press = manager.create("assets", asset("Press")).await;
    let rows = app.database().await;
    let run = async |sql: &str| rows.execute_unprepared(sql).await.map(|done| done.rows_affected()).expect(sql);
    let is_whole = async || {
        app.seal().await;
        app.advance(Duration::hours(1));
        app.check_trail().await;
        let home = tempfile::tempdir().expect("a folder");
        fetch(&app, &manager, home.path()).await;
        let proven = verify(home.path(), &[]).await == ExitCode::SUCCESS;
        assert_eq!(proven, !is_told(&manager).await, "both see the same");
        proven
    };
    assert!(is_whole().await);
    run("CREATE TABLE kept AS SELECT id, salts, \"after\", authentication FROM trail_entry").await;
    let theirs = "record_type = 'User' AND act = 'update'";
    let is_postgres = rows.get_database_backend() == sea_orm::DbBackend::Postgres;
    let forged = |column: &str, salts: &str| {
        let (was, is) = if column == "after" { ("Grace Hopper", "Somebody Else") } else { ("method", "ghost") };
        let value = match is_postgres {
            true => format!(r#"CAST(REPLACE(CAST("{column}" AS text), '{was}', '{is}') AS jsonb)"#),
            false => format!(r#"REPLACE("{column}", '{was}', '{is}')"#),
        };
        format!(r#"UPDATE trail_entry SET salts = '{salts}', "{column}" = {value} WHERE {theirs}"#)
    };
    let history = format!("/v1/users/{grace}/history");
    // Without a salt, and with one that is not its own.
    let other = r#"{"after.name": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "authentication": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#;
    for (column, salts) in [("after", "{}"), ("authentication", "{}"), ("after", other), ("authentication", other)] {
        assert_eq!(run(&forged(column, salts)).await, 1, "{column}");
        assert!(!is_whole().await, "{column}");
        let told = manager.get(&history).await.expect(200).to_string();
        assert!(!told.contains("Somebody Else") && !told.contains("ghost"), "{told}");
        for kept in ["salts", "after", "authentication"] {
            let kept = format!(r#"SET "{kept}" = (SELECT kept."{kept}" FROM kept WHERE kept.id = trail_entry.id)"#);
            run(&format!("UPDATE trail_entry {kept} WHERE {theirs}")).await;
        }
        assert!(is_whole().await);
    }
    assert_eq!(run("UPDATE asset SET name = 'Forged' WHERE name = 'Press'").await, 1);
    manager.change("assets", &press, json!({"location": "Hall 2"})).await.expect(200);
    assert!(!is_whole().await);
}

#[tokio::test]
async fn c68_only_the_key_outside_the_database_is_believed() {
    let app = App::start().await;
    let manager = app.manager().await;
    app.seal().await;
    let rows = app.database().await;
    let run = async |sql: &str| rows.execute_unprepared(sql).await.map(|done| done.rows_affected()).expect(sql);
    // A checkpoint of somebody else's, with a key that the database vouches for.
    assert_eq!(app.try_to_seal("other.key").await.map_err(|error| error.to_string()), Ok(0), "nothing is due");
    create_many(&manager, "assets", vec![asset("One more")]).await;
    assert_eq!(app.try_to_seal("other.key").await.map_err(|error| error.to_string()), Ok(1));
    app.check_trail().await;
    assert!(is_told(&manager).await);
    // And a trail that nobody has looked at for days, as where the key was made to seem a new one.
    app.advance(Duration::hours(1));
    run("UPDATE tenant_counter SET trail_fault = NULL").await;
    run("DELETE FROM trail_key").await;
    app.check_trail().await;
    assert!(!is_told(&manager).await);
    app.advance(Duration::days(2));
    assert!(is_told(&manager).await);
}
