//! `isms restore`: a backup is brought back where nothing is, looked at, and declared in every trail.

use super::backup::{connect, stored_at, whole};
use super::manifest::{KEY, Manifest, digest, sqlite_file, wrong};
use super::{Console, postgres};
use crate::caller::Clock;
use crate::config::Config;
use crate::resource::{Error, Outcome};
use crate::store::Store;
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
/// [`Error::Malformed`] when something is in the way or missing, and nothing was done; [`Error::Conflict`] when the backup
/// is not what was backed up.
pub(super) async fn run(console: &Console, config: &Config, restore: &Restore) -> Outcome<()> {
    let manifest = Manifest::read(&restore.from)?;
    same(&restore.from, &manifest)?;
    let key = key(config, restore)?;
    if restore.check {
        let entries = look(&restore.from, &manifest, Keyring::read(&key)?).await?;
        say!("The backup of {} is whole: {} files, {entries}.", day(&manifest), manifest.files.len());
        return Ok(());
    }
    is_free(config, &manifest).await?;
    bring_database(config, restore, &manifest)?;
    let store = connect(&config.database_url).await?.with_contents(&config.files);
    let done = bring_back(console, config, restore, &manifest, &store, &key).await;
    store.close().await;
    done
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
async fn look(folder: &Path, manifest: &Manifest, keyring: Keyring) -> Outcome<String> {
    if manifest.database != "sqlite" {
        return Ok(
            "the copy of the database is as it was written; its trails are looked at when it is brought back".into()
        );
    }
    let place = std::env::temp_dir().join(format!("isms-restore-{}.db", Uuid::now_v7()));
    std::fs::copy(folder.join(&manifest.copy.name), &place).map_err(|error| wrong(&place, &error))?;
    let looked = async {
        let store = connect(&format!("sqlite://{}?mode=rw", place.display())).await?;
        let entries = whole(&store, keyring).await;
        store.close().await;
        Ok(format!("{} entries of trails, which are what was sealed", entries?))
    };
    let looked = looked.await;
    let _ = std::fs::remove_file(&place);
    looked
}

/// Nothing is written over.
async fn is_free(config: &Config, manifest: &Manifest) -> Outcome<()> {
    let (url, file) = (config.database_url.as_str(), sqlite_file(&config.database_url));
    match (manifest.database.as_str(), file) {
        ("sqlite", Some(file)) => {
            for name in ["", "-wal", "-shm"] {
                let beside = PathBuf::from(format!("{}{name}", file.display()));
                if beside.exists() {
                    return Err(wrong(&beside, &"is there already: move it away, nothing is written over"));
                }
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
    if Store::connect("sqlite::memory:", 2).await?.with_contents(&config.files).has_contents().await? {
        return Err(Error::Malformed(format!("setting files: {} is not empty: move it away", config.files)));
    }
    Ok(())
}

fn bring_database(config: &Config, restore: &Restore, manifest: &Manifest) -> Outcome<()> {
    let copy = restore.from.join(&manifest.copy.name);
    let Some(file) = sqlite_file(&config.database_url) else {
        let arguments = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"];
        let database = format!("--dbname={}", postgres::name(&config.database_url)?);
        let mut arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        arguments.extend([database, copy.display().to_string()]);
        return postgres::run("pg_restore", &config.database_url, &arguments).map(drop);
    };
    // It goes by its name only once it is whole.
    let beside = file.with_extension("restoring");
    let brought = std::fs::copy(&copy, &beside)
        .and_then(|_| std::fs::File::open(&beside)?.sync_all())
        .and_then(|()| std::fs::rename(&beside, file));
    brought.map_err(|error| wrong(file, &error))
}

async fn bring_back(
    console: &Console,
    config: &Config,
    restore: &Restore,
    manifest: &Manifest,
    store: &Store,
    key: &Path,
) -> Outcome<()> {
    for file in &manifest.files {
        let from = stored_at(&restore.from, file.organisation, file.content);
        store.bring_in(&from, file.organisation, file.content).await?;
    }
    if !config.trail_key.exists() {
        std::fs::copy(key, &config.trail_key).map_err(|error| wrong(&config.trail_key, &error))?;
    }
    let entries = whole(store, Keyring::read(&config.trail_key)?).await?;
    store.migrate().await?;
    let (clock, reason) = (Clock::System, restore.reason.as_deref().unwrap_or_default());
    let organisations = store.declare_restore(console, reason, &clock).await?;
    Sealer::new(store.clone(), Keyring::read(&config.trail_key)?, clock).seal().await?;
    say!(
        "The backup of {} is back: {} files, {entries} entries of trails, which are what was sealed.",
        day(manifest),
        manifest.files.len()
    );
    say!("That it was brought back is declared in {organisations} trails. What was written after the backup is gone.");
    Ok(())
}
