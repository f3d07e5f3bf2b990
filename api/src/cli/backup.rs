//! `isms backup`: database, files and key in a folder, while the service goes on writing.

use super::manifest::{self, FILES, KEY, Manifest, Part, Sealed, Stored, digest, new_file, sqlite_url, wrong};
use super::{postgres, told};
use crate::caller::Clock;
use crate::config::Config;
use crate::resource::{Error, Outcome};
use crate::store::{Kept, Settings, Store, sqlite_file};
use crate::trail::{Checker, Keyring};
use clap::Args;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// How long the copy of a large database may take.
const PATIENCE: Duration = Duration::from_hours(24);

/// A backup to be made.
#[derive(Args)]
pub(super) struct Backup {
    /// The folder, which is not there yet or empty
    #[arg(long)]
    to: PathBuf,
    /// Leave the key of the trail out, where it is kept elsewhere
    #[arg(long)]
    without_key: bool,
}

/// Makes it, and looks whether it is whole.
///
/// # Errors
/// When something cannot be read or written, or what was copied is not whole: then it says what.
pub(super) async fn run(config: &Config, backup: &Backup) -> Outcome<()> {
    let store = open(config).await?;
    let made = make(config, &store, backup).await;
    store.close().await;
    made
}

/// The configured database as it is, which has to be there.
async fn open(config: &Config) -> Outcome<Store> {
    let url = config.database_url.as_str();
    if let Some(file) = sqlite_file(url).filter(|file| !file.is_file()) {
        return Err(Error::Malformed(format!("setting database-url: {} is not there", file.display())));
    }
    let store = connect(url).await?.with_contents(&config.files);
    if !store.has_todays_shape().await? {
        return Err(Error::Malformed(
            "the database has an earlier shape: start this version once, or use its own".into(),
        ));
    }
    Ok(store)
}

/// A database, to be copied or looked at.
pub(super) async fn connect(url: &str) -> Outcome<Store> {
    let settings = Settings { url, connections: 2, patience: PATIENCE };
    let connected = Store::connect_for(&settings).await;
    connected.map_err(|error| Error::Malformed(format!("setting database-url: cannot be reached: {}", told(&error))))
}

async fn make(config: &Config, store: &Store, backup: &Backup) -> Outcome<()> {
    let (folder, made_at) = (backup.to.as_path(), Clock::System.now());
    let keyring = Keyring::read(&config.trail_key)
        .map_err(|_| wrong(&config.trail_key, &"the key of the trail is not there: it tells what was sealed"))?;
    new_folder(folder)?;
    if !backup.without_key {
        manifest::copy(&config.trail_key, &folder.join(KEY))?;
    }
    // A file is there before its record names it and goes after, so that one of two looks finds each that the copy names.
    let mut files = Files { store, folder, known: HashSet::new(), stored: Vec::new(), missing: Vec::new() };
    files.copy().await?;
    let sealed = sealed(store).await?;
    let copy = copy(config, store, folder).await?;
    files.copy().await?;
    let Files { stored, missing, .. } = files;
    // What was disposed of meanwhile is not missing.
    let mut lost = Vec::new();
    for kept in missing {
        lost.extend(store.fault_of(&kept, true).await?.map(|_| kept.reference));
    }
    let entries = check(config, store, folder, keyring, &sealed).await?;
    let database = if sqlite_file(&config.database_url).is_some() { "sqlite" } else { "postgres" };
    let (program, database) = (env!("CARGO_PKG_VERSION").to_owned(), database.to_owned());
    let written = stored.len();
    Manifest { form: 1, program, made_at, database, copy, files: stored, missing: lost.clone(), sealed }
        .write(folder)?;
    say!(
        "The backup in {} has the database, {written} files{} and {entries} entries of trails, which are what was sealed.",
        folder.display(),
        if backup.without_key { "" } else { ", the key" }
    );
    if !backup.without_key {
        say!("Whoever has the key can seal: keep {} apart from the rest.", folder.join(KEY).display());
    }
    if lost.is_empty() {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "these files of records are missing or were changed, and not in the backup: {}",
        lost.join(", ")
    )))
}

/// A folder for this user alone.
fn new_folder(folder: &Path) -> Outcome<()> {
    if std::fs::read_dir(folder).is_ok_and(|mut inside| inside.next().is_some()) {
        return Err(wrong(folder, &"is not empty: a backup is never written over another"));
    }
    let made = std::fs::create_dir_all(folder.join(FILES));
    #[cfg(unix)]
    let made = made.and_then(|()| {
        let own = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(folder, own)
    });
    made.map_err(|error| wrong(folder, &error))
}

/// The copy of the database itself.
async fn copy(config: &Config, store: &Store, folder: &Path) -> Outcome<Part> {
    let name = if sqlite_file(&config.database_url).is_some() { "database.db" } else { "database.dump" };
    let file = folder.join(name);
    drop(new_file(&file)?);
    if sqlite_file(&config.database_url).is_some() {
        store.copy_to(&file).await?;
    } else {
        let to = format!("--file={}", file.display());
        let arguments = ["--format=custom".to_owned(), "--no-owner".into(), "--no-privileges".into(), to];
        let url = config.database_url.clone();
        let dumped = tokio::task::spawn_blocking(move || postgres::run("pg_dump", &url, &arguments)).await;
        dumped.map_err(|error| Error::Internal(error.to_string()))??;
    }
    std::fs::File::open(&file).and_then(|file| file.sync_all()).map_err(|error| wrong(&file, &error))?;
    Ok(Part { name: name.to_owned(), digest: digest(&file)? })
}

async fn sealed(store: &Store) -> Outcome<Vec<Sealed>> {
    let newest = store.newest_checkpoints().await?;
    Ok(newest.into_iter().map(|(organisation, newest)| Sealed { organisation, checkpoint: newest.note }).collect())
}

/// Looks at the copy as a checker would: its structure, and every trail from the first entry on. Tells how many entries.
async fn check(config: &Config, store: &Store, folder: &Path, keyring: Keyring, sealed: &[Sealed]) -> Outcome<u64> {
    if sqlite_file(&config.database_url).is_none() {
        let dump = folder.join("database.dump");
        postgres::run("pg_restore", &config.database_url, &["--list".as_ref(), dump.as_os_str()])?;
        return whole(store, keyring, sealed).await;
    }
    // The copy itself stays as it is: what is looked at is one more.
    look(&folder.join("database.db"), &folder.join(format!("looked-at-{}.db", Uuid::now_v7())), keyring, sealed).await
}

/// Looks at one more copy of a SQLite database, in a place of its own for as long as that takes.
pub(super) async fn look(copy: &Path, place: &Path, keyring: Keyring, sealed: &[Sealed]) -> Outcome<u64> {
    manifest::copy(copy, place)?;
    let looked = async {
        let store = connect(&sqlite_url(place)).await?;
        let entries = whole(&store, keyring, sealed).await;
        store.close().await;
        entries
    };
    let looked = looked.await;
    let _ = std::fs::remove_file(place);
    looked
}

/// Whether a database is sound and its trails, which have those checkpoints at least, are what this key has sealed; tells
/// how many entries it has.
pub(super) async fn whole(store: &Store, keyring: Keyring, sealed: &[Sealed]) -> Outcome<u64> {
    if let Some(damage) = store.damage().await? {
        return Err(Error::Conflict(format!("the database is damaged: {damage}")));
    }
    let newest = store.newest_checkpoints().await?;
    if let Some(gone) =
        sealed.iter().find(|was| !newest.iter().any(|(organisation, _)| *organisation == was.organisation))
    {
        return Err(Error::Conflict(format!("the trail of {} has lost its checkpoints", gone.organisation)));
    }
    store.check_key(&keyring).await?;
    Checker::new(store.clone(), keyring, Clock::System).run_through().await?;
    match store.trail_faults().await?.as_slice() {
        [] => Ok(newest.iter().map(|(_, checkpoint)| checkpoint.size).sum()),
        faults => Err(Error::Conflict(format!("the trail is not what was sealed: {}", faults.join("; ")))),
    }
}

/// The files on their way into a backup.
struct Files<'a> {
    store: &'a Store,
    folder: &'a Path,
    known: HashSet<Uuid>,
    stored: Vec<Stored>,
    missing: Vec<Kept>,
}

impl Files<'_> {
    /// Copies those that are not in it yet.
    async fn copy(&mut self) -> Outcome<()> {
        for kept in self.store.all_kept().await? {
            if self.known.insert(kept.content) {
                self.copy_one(kept).await?;
            }
        }
        Ok(())
    }

    async fn copy_one(&mut self, kept: Kept) -> Outcome<()> {
        let to = stored_at(self.folder, kept.organisation, kept.content);
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
        }
        match self.store.bring_out(&kept, &to).await? {
            Some(digest) if digest == kept.digest => {
                self.stored.push(Stored { organisation: kept.organisation, content: kept.content, digest });
            }
            _ => self.missing.push(kept),
        }
        Ok(())
    }
}

/// Where a file lies in a backup.
pub(super) fn stored_at(folder: &Path, organisation: Uuid, content: Uuid) -> PathBuf {
    folder.join(manifest::FILES).join(organisation.to_string()).join(content.to_string())
}
