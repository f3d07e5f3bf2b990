//! What a backup says of itself: written last, so that one that was broken off is none.

use crate::caller::token;
use crate::resource::{Error, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use uuid::Uuid;

/// What it is called.
pub(super) const NAME: &str = "manifest.json";
/// Where the files of records are.
pub(super) const FILES: &str = "files";
/// The key of the trail.
pub(super) const KEY: &str = "trail.key";

/// A backup.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    /// Of this form: 1.
    pub form: u32,
    /// The program that made it.
    pub program: String,
    /// When it was begun.
    pub made_at: isms_entity::Time,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// Its copy.
    pub copy: Part,
    /// The files of records.
    pub files: Vec<Stored>,
    /// Records whose file was missing or changed already when it was made.
    pub missing: Vec<String>,
    /// What each trail was sealed to when the copy was about to be made.
    pub sealed: Vec<Sealed>,
}

/// A file of the backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Part {
    /// Its name.
    pub name: String,
    /// SHA-256, in hexadecimal.
    pub digest: String,
}

/// The file of a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    /// The organisation.
    pub organisation: Uuid,
    /// The file.
    pub content: Uuid,
    /// SHA-256, in hexadecimal.
    pub digest: String,
}

/// A trail.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sealed {
    /// The organisation.
    pub organisation: Uuid,
    /// Its newest checkpoint.
    pub checkpoint: String,
}

impl Manifest {
    /// Reads it.
    ///
    /// # Errors
    /// When it is not there: then there is no whole backup.
    pub fn read(folder: &Path) -> Outcome<Self> {
        let file = folder.join(NAME);
        let text = std::fs::read(&file).map_err(|error| wrong(&file, &error))?;
        let read: Self = serde_json::from_slice(&text).map_err(|error| wrong(&file, &error))?;
        if read.form == 1 { Ok(read) } else { Err(wrong(&file, &"was made by a later version of the program")) }
    }

    /// Writes it, on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> Outcome<()> {
        let file = folder.join(NAME);
        let text = serde_json::to_vec_pretty(self)?;
        let mut made = File::create_new(&file).map_err(|error| wrong(&file, &error))?;
        made.write_all(&text).and_then(|()| made.sync_all()).map_err(|error| wrong(&file, &error))?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| wrong(folder, &error))
    }
}

/// A new file that only this user may read.
///
/// # Errors
/// When it is there already, or cannot be made.
pub(super) fn new_file(file: &Path) -> Outcome<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map_err(|error| wrong(file, &error))
}

/// Copies a file to a new one that only this user may read; it is on the disk when this returns.
///
/// # Errors
/// When either cannot be read or written.
pub(super) fn copy(from: &Path, to: &Path) -> Outcome<()> {
    let mut read = File::open(from).map_err(|error| wrong(from, &error))?;
    let mut made = new_file(to)?;
    std::io::copy(&mut read, &mut made).and_then(|_| made.sync_all()).map_err(|error| wrong(to, &error))
}

/// What is wrong with a file.
pub(super) fn wrong(file: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::Malformed(format!("{}: {why}", file.display()))
}

/// The SHA-256 of a file, in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub(super) fn digest(file: &Path) -> Outcome<String> {
    let mut opened = File::open(file).map_err(|error| wrong(file, &error))?;
    let (mut hash, mut part) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match opened.read(&mut part).map_err(|error| wrong(file, &error))? {
            0 => return Ok(token::hex(&hash.finalize())),
            read => hash.update(part.get(..read).unwrap_or_default()),
        }
    }
}

/// The address of the SQLite database in a file that is there.
pub(super) fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rw", file.display().to_string().replace('%', "%25").replace('?', "%3F"))
}
