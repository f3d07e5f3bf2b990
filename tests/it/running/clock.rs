//! A clock that is ahead or behind does not spoil the trail.

use super::{at, first, until};
use crate::process::serve;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A library that puts the clock of a process off.
fn library(directory: &Path) -> String {
    let (source, built) = (directory.join("clock.c"), directory.join("clock.so"));
    std::fs::write(&source, include_str!("clock.c")).expect("a source");
    let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&built).arg(&source).arg("-ldl").status();
    assert!(made.expect("a compiler is there").success());
    built.to_str().expect("a path").to_owned()
}

/// A day, in seconds.
const DAY: i64 = 86_400;

#[tokio::test]
async fn a_clock_that_is_far_ahead_or_behind_writes_nothing() {
    let directory = TempDir::new().expect("a directory");
    let (path, library) = (directory.path(), library(directory.path()));
    let off = |seconds: i64| {
        [("LD_PRELOAD".to_owned(), library.clone()), ("ISMS_TEST_CLOCK".to_owned(), seconds.to_string())]
    };
    let start = |seconds: i64| {
        let off = off(seconds);
        serve(path, &[], &off.each_ref().map(|(name, value)| (name.as_str(), value.as_str())))
    };
    let service = serve(path, &[], &[]).expect("it serves");
    let administrator = first(&service);
    administrator.create("units", json!({"name": "Before"})).await;
    until("it is sealed", || async { administrator.get("/v1/trail/checkpoint").await.status == 200 }).await;
    service.stop();

    // Four hundred days ahead: nobody rests so long without saying so.
    let why = start(400 * DAY).err().expect("it is refused");
    assert!(why.contains("the clock of this server") && why.contains("--clock-is-right"), "{why}");

    // Two hours behind: what is there can be read, nothing is written, and that is told.
    let service = start(-2 * 3_600).expect("it serves");
    let behind = at(&service, administrator.token());
    behind.get("/v1/units").await.expect(200);
    behind.post("/v1/units", json!({"name": "Behind"})).await.problem(503, "unavailable");
    let ready = behind.get("/readyz").await;
    assert!(ready.status == 503 && ready.text.contains("the clock is not right"), "{}", ready.text);
    service.stop();

    // With a right clock all goes on, and what is written now is there now.
    let service = serve(path, &[], &[]).expect("it serves");
    let again = at(&service, administrator.token());
    let id = again.create("units", json!({"name": "After"})).await;
    let now = again.read("units", &id).await["createdAt"].as_str().expect("a time").to_owned();
    again.get(&format!("/v1/units/{id}?asOf={now}")).await.expect(200);
    let names = again.get("/v1/units").await.expect(200).to_string();
    assert!(names.contains("After") && !names.contains("Behind"), "{names}");
}

#[tokio::test]
async fn a_service_that_rested_for_long_starts_when_its_clock_is_said_to_be_right() {
    let directory = TempDir::new().expect("a directory");
    let (path, library) = (directory.path(), library(directory.path()));
    let off = |seconds: &'static str| [("LD_PRELOAD", library.as_str()), ("ISMS_TEST_CLOCK", seconds)];
    // It was founded and sealed forty days ago.
    let service = serve(path, &[], &off("-3456000")).expect("it serves");
    let administrator = first(&service);
    until("it is sealed", || async { administrator.get("/v1/trail/checkpoint").await.status == 200 }).await;
    service.stop();
    assert!(serve(path, &[], &[]).is_err());
    let service = serve(path, &["--clock-is-right"], &[]).expect("it serves");
    at(&service, administrator.token()).create("units", json!({"name": "Awake"})).await;
}

#[test]
fn a_clock_that_is_not_that_of_the_database_is_refused() {
    let Some(empty) = crate::database::Empty::on_postgres() else { return };
    let directory = TempDir::new().expect("a directory");
    let (library, url) = (library(directory.path()), empty.url());
    for off in ["-7200", "7200"] {
        let off = [("LD_PRELOAD", library.as_str()), ("ISMS_TEST_CLOCK", off)];
        let why = serve(directory.path(), &["--database-url", &url], &off).err().expect("it is refused");
        assert!(why.contains("that of the database"), "{why}");
    }
    serve(directory.path(), &["--database-url", &url], &[]).expect("it serves");
}
