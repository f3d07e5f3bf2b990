//! `isms restore`: a backup is brought back where nothing is, looked at, and declared in every trail.

use super::backup::{connect, look, stored_at, whole};
use super::manifest::{self, KEY, Manifest, digest, sqlite_url, wrong};
use super::{Console, postgres};
use crate::caller::Clock;
use crate::config::Config;
use crate::resource::{Error, Outcome};
use crate::store::{Store, sqlite_file};
use crate::trail::{Keyring, Sealer};
use clap::Args;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A backup to be brought back.
#[derive(Args)]
pub(super) struct Restore {
    /// The folder that `isms backup` wrote
    #[arg(long)]
    from: PathBuf,
    /// Why it is brought back: every trail keeps it
    #[arg(long, required_unless_present = "check")]
    reason: Option<String>,
    /// Only look whether the backup is whole; nothing is brought back
    #[arg(long)]
    check: bool,
}

/// Does it.
///
/// # Errors
/// [`Error::Malformed`] when something is in the way or missing, [`Error::Conflict`] when the backup is not what was backed
/// up. It can be done again: files and key that are there already are the same, and SQLite's file takes its place last.
pub(super) async fn run(console: &Console, config: &Config, restore: &Restore) -> Outcome<()> {
    let manifest = Manifest::read(&restore.from)?;
    same(&restore.from, &manifest)?;
    let key = key(config, restore)?;
    if restore.check {
        let entries = look_at(&restore.from, &manifest, Keyring::read(&key)?).await?;
        if !manifest.missing.is_empty() {
            let missing = manifest.missing.join(", ");
            return Err(Error::Conflict(format!("files that were missing when it was made are not in it: {missing}")));
        }
        say!("The backup of {} is whole: {} files, {entries}.", day(&manifest), manifest.files.len());
        return Ok(());
    }
    is_free(config, &manifest).await?;
    let coming = bring_database(config, restore, &manifest)?;
    let url = coming.as_deref().map_or_else(|| config.database_url.clone(), sqlite_url);
    // The backup may be of any age.
    let store = connect(&url).await?.with_contents(&config.files).trusting_clock(true);
    let done = bring_back(console, config, restore, &manifest, &store, &key).await;
    store.close().await;
    let told = done?;
    if let (Some(coming), Some(file)) = (coming, sqlite_file(&config.database_url)) {
        take_place(&coming, &file)?;
    }
    say!("{told}");
    Ok(())
}

/// It goes by its name once it is whole, and declared.
fn take_place(coming: &Path, file: &Path) -> Outcome<()> {
    if let Some(left) = beside(coming).iter().find(|left| left.exists()) {
        return Err(Error::Unavailable(format!("{} is still in use: nothing was brought back", left.display())));
    }
    for beside in beside(file) {
        let _ = std::fs::remove_file(beside);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let placed = std::fs::rename(coming, file).and_then(|()| std::fs::File::open(folder)?.sync_all());
    placed.map_err(|error| wrong(file, &error))
}

fn day(manifest: &Manifest) -> String {
    chrono::DateTime::<chrono::Utc>::from(manifest.made_at).to_rfc3339()
}

/// Every file of it is what was backed up.
fn same(folder: &Path, manifest: &Manifest) -> Outcome<()> {
    let copy = folder.join(&manifest.copy.name);
    let parts = manifest.files.iter().map(|file| (stored_at(folder, file.organisation, file.content), &file.digest));
    for (file, expected) in std::iter::once((copy, &manifest.copy.digest)).chain(parts) {
        if digest(&file)? != *expected {
            return Err(Error::Conflict(format!("{} is not what was backed up", file.display())));
        }
    }
    Ok(())
}

/// The key that has sealed: that of the backup, or one that lies where the service looks for it.
fn key(config: &Config, restore: &Restore) -> Outcome<PathBuf> {
    let (of_backup, own) = (restore.from.join(KEY), &config.trail_key);
    match (of_backup.is_file(), own.is_file()) {
        (true, true) if digest(&of_backup)? != digest(own)? => Err(wrong(
            own,
            &format!(
                "is another key than {}: move it away, or name another place with --trail-key",
                of_backup.display()
            ),
        )),
        (true, _) => Ok(of_backup),
        (false, true) => Ok(own.clone()),
        (false, false) => Err(wrong(own, &"the backup has no key and none is here: bring the one that was kept apart")),
    }
}

/// The copy, looked at in a place of its own where that can be had.
async fn look_at(folder: &Path, manifest: &Manifest, keyring: Keyring) -> Outcome<String> {
    if manifest.database != "sqlite" {
        return Ok(
            "the copy of the database is as it was written; its trails are looked at when it is brought back".into()
        );
    }
    let place = std::env::temp_dir().join(format!("isms-restore-{}.db", Uuid::now_v7()));
    let entries = look(&folder.join(&manifest.copy.name), &place, keyring, &manifest.sealed).await?;
    Ok(format!("{entries} entries of trails, which are what was sealed"))
}

/// Nothing is written over.
async fn is_free(config: &Config, manifest: &Manifest) -> Outcome<()> {
    let (url, file) = (config.database_url.as_str(), sqlite_file(&config.database_url));
    match (manifest.database.as_str(), file) {
        ("sqlite", Some(file)) => {
            if !holds_nothing(url, &file).await? {
                return Err(wrong(&file, &"is there already: move it away, nothing is written over"));
            }
        }
        ("postgres", None) => {
            let store = connect(url).await?;
            let is_empty = store.has_no_tables().await;
            store.close().await;
            if !is_empty? {
                return Err(Error::Malformed(
                    "setting database-url: the database is not empty: create a new one".into(),
                ));
            }
        }
        (other, _) => {
            return Err(Error::Malformed(format!("setting database-url: the backup is of {other}, and this is not")));
        }
    }
    let files = Store::connect("sqlite::memory:", 2).await?.with_contents(&config.files);
    for file in &manifest.files {
        let there = files.digest_there(file.organisation, file.content).await?;
        if there.is_some_and(|there| there != file.digest) {
            return Err(Error::Malformed(format!(
                "setting files: {}/{} at {} is another file than that of the backup: move it away",
                file.organisation, file.content, config.files
            )));
        }
    }
    Ok(())
}

/// Whether there is no database in the file, or one that nobody has founded an organisation in, as a start leaves it that
/// was refused.
async fn holds_nothing(url: &str, file: &Path) -> Outcome<bool> {
    if !file.exists() {
        return Ok(beside(file).iter().all(|beside| !beside.exists()));
    }
    let store = connect(url).await?;
    let holds_nothing = match store.has_no_tables().await {
        Ok(false) => store.is_empty().await,
        other => other,
    };
    store.close().await;
    holds_nothing
}

/// What lies beside the file of a database that is in use, or was when its process was ended.
fn beside(file: &Path) -> [PathBuf; 2] {
    ["-wal", "-shm"].map(|ending| PathBuf::from(format!("{}{ending}", file.display())))
}

/// Brings the database; of SQLite to a place from which it takes its own at the end, which this tells.
fn bring_database(config: &Config, restore: &Restore, manifest: &Manifest) -> Outcome<Option<PathBuf>> {
    let copy = restore.from.join(&manifest.copy.name);
    let Some(file) = sqlite_file(&config.database_url) else {
        let arguments = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"];
        let database = format!("--dbname={}", postgres::name(&config.database_url)?);
        let mut arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        arguments.extend([database, copy.display().to_string()]);
        postgres::run("pg_restore", &config.database_url, &arguments)?;
        return Ok(None);
    };
    // What a restore that was broken off has left is no database.
    let coming = file.with_extension("restoring");
    for left in beside(&coming).iter().chain([&coming]) {
        let _ = std::fs::remove_file(left);
    }
    manifest::copy(&copy, &coming)?;
    Ok(Some(coming))
}

async fn bring_back(
    console: &Console,
    config: &Config,
    restore: &Restore,
    manifest: &Manifest,
    store: &Store,
    key: &Path,
) -> Outcome<String> {
    for file in &manifest.files {
        if store.digest_there(file.organisation, file.content).await?.is_some() {
            continue;
        }
        let from = stored_at(&restore.from, file.organisation, file.content);
        store.bring_in(&from, file.organisation, file.content).await?;
    }
    if !config.trail_key.exists() {
        manifest::copy(key, &config.trail_key)?;
    }
    let entries = whole(store, Keyring::read(&config.trail_key)?, &manifest.sealed).await?;
    store.migrate().await?;
    let (clock, reason) = (Clock::System, restore.reason.as_deref().unwrap_or_default());
    let organisations = store.declare_restore(console, reason, &clock).await?;
    Sealer::new(store.clone(), Keyring::read(&config.trail_key)?, clock).seal().await?;
    Ok(format!(
        "The backup of {} is back: {} files, {entries} entries of trails, which are what was sealed.\nThat it was brought \
         back is declared in {organisations} trails. What was written after the backup is gone.",
        day(manifest),
        manifest.files.len()
    ))
}
