//! The start: one organisation, one shape, one key, whatever was broken off before and whoever starts beside it.

use super::{at, first, until};
use crate::process::{program, serve};
use serde_json::json;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;

fn count(file: &std::path::Path, sql: &str) -> i64 {
    let url = crate::database::sqlite(file.to_owned());
    crate::database::on_a_runtime(async {
        use sea_orm::ConnectionTrait;
        let database = sea_orm::Database::connect(&url).await.expect("the database");
        let row = database.query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql)).await;
        row.expect("an answer").expect("a row").try_get_by_index(0).expect("a number")
    })
}

#[test]
fn a_migration_that_is_killed_at_any_moment_goes_on_at_the_next_start() {
    let mut begun = 0;
    for moment in 0..39 {
        let directory = TempDir::new().expect("a directory");
        let mut child = program(directory.path(), &["migrate"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // From before the file is there until after its last step.
        let file = directory.path().join("isms.db");
        for _ in 0..2_000 {
            if file.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(moment * 13));
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
        begun += usize::from(file.exists());
        let again = program(directory.path(), &["migrate"]).output().expect("it runs");
        let told = String::from_utf8_lossy(&again.stderr).into_owned();
        assert!(again.status.success(), "killed after {} ms: {told}", moment * 13);
        assert_eq!(count(&file, "SELECT count(*) FROM seaql_migrations"), 19, "killed after {} ms", moment * 13);
    }
    assert!(begun >= 30, "{begun} were killed in the middle");
}

#[test]
fn a_newer_shape_is_refused_in_words_and_left_alone() {
    let directory = TempDir::new().expect("a directory");
    assert!(program(directory.path(), &["migrate"]).status().expect("it runs").success());
    let file = directory.path().join("isms.db");
    let later = "INSERT INTO seaql_migrations VALUES ('m29990101_000001_later', 1)";
    crate::database::execute(&crate::database::sqlite(file), later);
    let why = serve(directory.path(), &[], &[]).err().expect("it is refused");
    assert!(why.contains("the database is newer than this program") && why.contains("m29990101_000001_later"), "{why}");
}

/// Starts four services at once with these arguments; tells how many showed a first token.
fn at_once(directory: &TempDir, arguments: &[&str]) -> usize {
    std::thread::scope(|scope| {
        let start = || serve(directory.path(), arguments, &[]).expect("it serves");
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
        let services: Vec<_> = starts.into_iter().map(|start| start.join().expect("a thread")).collect();
        services.iter().filter(|service| service.token.is_some()).count()
    })
}

#[test]
fn of_several_that_start_at_once_one_founds_and_all_serve() {
    let directory = TempDir::new().expect("a directory");
    assert_eq!(at_once(&directory, &[]), 1, "one token is shown");
    let file = directory.path().join("isms.db");
    assert_eq!(count(&file, "SELECT count(*) FROM organisation"), 1);
    assert_eq!(count(&file, "SELECT count(*) FROM seaql_migrations"), 19);
    if let Some(empty) = crate::database::Empty::on_postgres() {
        let directory = TempDir::new().expect("a directory");
        assert_eq!(at_once(&directory, &["--database-url", &empty.url()]), 1, "one token is shown");
    }
}

#[test]
fn an_empty_database_beside_a_key_or_files_founds_nothing_unasked() {
    let directory = TempDir::new().expect("a directory");
    serve(directory.path(), &[], &[]).expect("it serves").stop();
    for kept in ["isms-trail.key", "isms-files/01a2292b-2532-74ea-aaad-8b089b899eb5/file"] {
        let directory_of_kept = TempDir::new().expect("a directory");
        let to = directory_of_kept.path().join(kept);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::copy(directory.path().join("isms-trail.key"), &to).expect("it is copied");
        let why = serve(directory_of_kept.path(), &[], &[]).err().expect("it is refused");
        assert!(why.contains("the database is empty, but") && why.contains("isms restore"), "{why}");
        let founded = serve(directory_of_kept.path(), &["--found"], &[]).expect("it serves when asked to");
        assert!(founded.token.is_some());
    }
}

#[tokio::test]
async fn another_key_takes_over_only_when_asked_to() {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path();
    let service = serve(path, &[], &[]).expect("it serves");
    let administrator = first(&service);
    until("it is sealed", || async { administrator.get("/v1/trail/checkpoint").await.status == 200 }).await;
    service.stop();
    let other = path.join("other.key");
    let other = other.to_str().expect("a path");
    assert!(program(path, &["trail", "key", other]).status().expect("it runs").success());
    let why = serve(path, &["--trail-key", other], &[]).err().expect("it is refused");
    assert!(why.contains("another key") && why.contains("--new-trail-key"), "{why}");
    let service = serve(path, &["--trail-key", other, "--new-trail-key"], &[]).expect("it takes over when asked to");
    let administrator = at(&service, administrator.token());
    administrator.create("units", json!({"name": "North"})).await;
    let both = || async {
        let keys = administrator.get("/v1/trail/keys").await.expect(200);
        keys["items"].as_array().is_some_and(|keys| keys.len() == 2)
    };
    until("both keys have signed", both).await;
    service.stop();
    // From now on it is the one, and the one before it is another.
    serve(path, &["--trail-key", other], &[]).expect("it serves").stop();
    assert!(serve(path, &[], &[]).is_err(), "the key before it is refused");
}
