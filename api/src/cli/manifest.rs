//! What a backup says of itself: written last, so that one that was broken off is none.

use crate::caller::token;
use crate::resource::{Error, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
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

/// The file of a SQLite database, where it lies in one.
pub(super) fn sqlite_file(url: &str) -> Option<&Path> {
    let rest = url.strip_prefix("sqlite:")?;
    let name = rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default();
    (!name.is_empty() && name != ":memory:").then(|| Path::new(name))
}
