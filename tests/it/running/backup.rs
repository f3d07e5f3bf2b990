//! Copies: what a stop leaves is whole by itself, a backup is whole while others write, and a restore is declared.

use super::{at, first, with_a_file};
use crate::persona::Persona;
use crate::process::{program, serve};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

fn runs(directory: &Path, arguments: &[&str]) -> Result<String, String> {
    let ended = program(directory, arguments).output().expect("it runs");
    let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    if ended.status.success() { Ok(out.into_owned()) } else { Err(format!("{out}{err}")) }
}

/// The newest checkpoint, once all that is there is sealed.
async fn sealed(persona: &Persona) -> String {
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    persona.get("/v1/trail/checkpoint").await.text
}

#[tokio::test]
async fn the_file_alone_holds_everything_once_the_service_has_stopped() {
    let directory = TempDir::new().expect("a directory");
    let service = serve(directory.path(), &[], &[]).expect("it serves");
    let administrator = first(&service);
    let mut made = Vec::new();
    for number in 0..20 {
        made.push(administrator.create("units", json!({"name": format!("Unit {number}")})).await);
    }
    service.stop();
    assert!(!directory.path().join("isms.db-wal").exists(), "the log is in the file");
    let other = TempDir::new().expect("a directory");
    for name in ["isms.db", "isms-trail.key"] {
        std::fs::copy(directory.path().join(name), other.path().join(name)).expect("it is copied");
    }
    let service = serve(other.path(), &[], &[]).expect("it serves");
    let there = at(&service, administrator.token()).every("/v1/units?limit=200").await;
    assert!(made.iter().all(|id| there.contains(id)));
    let log = std::fs::read_to_string(directory.path().join("log")).expect("a log");
    assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn a_backup_is_whole_while_others_write_and_its_restore_is_declared() {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().to_owned();
    let service = serve(&path, &[], &[]).expect("it serves");
    let administrator = first(&service);
    let (manager, content) = with_a_file(&administrator, &service.base).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let writer = {
        let (administrator, is_over) = (administrator.clone(), Arc::clone(&is_over));
        tokio::spawn(async move {
            let mut made = 0;
            while !is_over.load(Ordering::Relaxed) {
                administrator.create("units", json!({"name": format!("Unit {made}")})).await;
                made += 1;
            }
            made
        })
    };
    let told = tokio::task::spawn_blocking(move || runs(&path, &["backup", "--to", "backup"])).await.expect("a thread");
    let told = told.expect("a backup");
    assert!(told.contains("1 files, the key") && told.contains("which are what was sealed"), "{told}");
    is_over.store(true, Ordering::Relaxed);
    assert!(writer.await.expect("it wrote") > 3, "others wrote meanwhile");
    let late = administrator.create("units", json!({"name": "After the backup"})).await;
    let held = sealed(&administrator).await;
    service.stop();

    let backup = directory.path().join("backup");
    let backup = backup.to_str().expect("a path");
    let other = TempDir::new().expect("a directory");
    assert!(runs(other.path(), &["restore", "--from", backup, "--check"]).expect("it is whole").contains("is whole"));
    assert!(!other.path().join("isms.db").exists(), "looking brings nothing back");
    // The key is still there, and a start that was refused for it is in nobody's way.
    std::fs::copy(directory.path().join("isms-trail.key"), other.path().join("isms-trail.key")).expect("it is copied");
    assert!(serve(other.path(), &[], &[]).is_err(), "nothing is founded beside a key");
    let reason = "the disk broke";
    runs(other.path(), &["restore", "--from", backup, "--reason", reason]).expect("it is brought back");
    let again = runs(other.path(), &["restore", "--from", backup, "--reason", reason]);
    assert!(again.expect_err("nothing is written over").contains("is there already"));

    let service = serve(other.path(), &[], &[]).expect("it serves");
    let administrator = at(&service, administrator.token());
    assert_eq!(administrator.get(&format!("/v1/units/{late}")).await.status, 404, "what came after it is gone");
    assert_eq!(at(&service, manager.token()).get(&content).await.text, "what was found");
    let organisation = administrator.get("/v1/organisations").await.expect(200)["items"][0].clone();
    assert_eq!(organisation["restoreReason"], reason, "{organisation}");
    let history = administrator.get(&format!("/v1/organisations/{}/history", crate::persona::id(&organisation))).await;
    assert_eq!(history.expect(200)["items"][0]["act"], "restore");

    // Who kept a checkpoint of what is gone learns why, and may take that for explained.
    sealed(&administrator).await;
    std::fs::write(other.path().join("held"), held).expect("it is kept");
    runs(other.path(), &["trail", "fetch", &service.base, "--to", "trail", "--token", administrator.token()])
        .expect("a trail");
    let told = runs(other.path(), &["trail", "verify", "trail", "--held", "held"]).expect_err("it is told");
    assert!(told.contains("restored: ") && told.contains(reason) && !told.contains("rolled-back"), "{told}");
    let verify = ["trail", "verify", "trail", "--held", "held", "--accept-restores"];
    let told = runs(other.path(), &verify).expect("it is explained");
    assert!(told.contains("Explained: ") && told.contains("Proven: "), "{told}");
}

#[tokio::test]
async fn a_backup_that_was_changed_or_broken_off_is_refused() {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path();
    serve(path, &[], &[]).expect("it serves").stop();
    runs(path, &["backup", "--to", "backup"]).expect("a backup");
    let restore = ["restore", "--from", "backup", "--check"];
    runs(path, &restore).expect("it is whole");
    let copy = path.join("backup/database.db");
    let mut bytes = std::fs::read(&copy).expect("a copy");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&copy, bytes).expect("it is changed");
    assert!(runs(path, &restore).expect_err("it is refused").contains("is not what was backed up"));
    std::fs::remove_file(path.join("backup/manifest.json")).expect("it is broken off");
    assert!(runs(path, &restore).expect_err("it is refused").contains("manifest.json"));
    assert!(runs(path, &["backup", "--to", "backup"]).expect_err("it is refused").contains("is not empty"));
    let nothing = ["backup", "--to", "other", "--database-url", "sqlite://nowhere.db"];
    assert!(runs(path, &nothing).expect_err("it is refused").contains("is not there"));
    assert!(!path.join("nowhere.db").exists());
}

#[tokio::test]
async fn a_backup_of_postgresql_is_brought_back_into_an_empty_database() {
    let Some(empty) = crate::database::Empty::on_postgres() else { return };
    let directory = TempDir::new().expect("a directory");
    let (path, url) = (directory.path(), empty.url());
    let service = serve(path, &["--database-url", &url], &[]).expect("it serves");
    let administrator = first(&service);
    let (manager, content) = with_a_file(&administrator, &service.base).await;
    sealed(&administrator).await;
    let told = runs(path, &["backup", "--to", "backup", "--database-url", &url]).expect("a backup");
    assert!(told.contains("1 files, the key") && told.contains("which are what was sealed"), "{told}");
    service.stop();

    let (other, again) = (TempDir::new().expect("a directory"), crate::database::Empty::on_postgres());
    let (backup, into) = (path.join("backup"), again.as_ref().expect("a database").url());
    let backup = backup.to_str().expect("a path");
    let restore = ["restore", "--from", backup, "--reason", "a new server", "--database-url", &into];
    assert!(runs(other.path(), &["restore", "--from", backup, "--reason", "x", "--database-url", &url]).is_err());
    runs(other.path(), &restore).expect("it is brought back");
    let service = serve(other.path(), &["--database-url", &into], &[]).expect("it serves");
    assert_eq!(at(&service, manager.token()).get(&content).await.text, "what was found");
    let organisation = at(&service, administrator.token()).get("/v1/organisations").await.expect(200);
    assert_eq!(organisation["items"][0]["restoreReason"], "a new server");
}
