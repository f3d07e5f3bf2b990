//! The key that seals the trail: in a file of its own, never in the database.

use crate::resource::{Error, Outcome};
use isms_seal::key::Signer;
use rand::RngCore;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;
use uuid::Uuid;

/// What the key is called in its file; each organisation's log signs with it under the log's own name.
const NAME: &str = "isms";

/// The key of all logs of this service.
#[derive(Debug)]
pub struct Keyring {
    signer: Signer,
    /// Whether it may seal on what another key has sealed.
    takes_over: bool,
}

/// What a log goes by: its origin, and the name of its key (C2SP tlog-checkpoint).
pub fn origin(organisation: Uuid) -> String {
    format!("isms/{organisation}")
}

impl Keyring {
    /// Reads the key.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no file, [`Error::Malformed`] when it cannot be read or holds no key.
    pub fn read(file: &Path) -> Outcome<Self> {
        match std::fs::read_to_string(file) {
            Ok(text) => Signer::parse(&text).map(Self::of).map_err(|error| wrong(file, &error)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::NotFound),
            Err(error) => Err(wrong(file, &error)),
        }
    }

    const fn of(signer: Signer) -> Self {
        Self { signer, takes_over: false }
    }

    /// The same, which seals on what another key has sealed where somebody has said that it takes over.
    #[must_use]
    pub fn taking_over(mut self, takes_over: bool) -> Self {
        self.takes_over = takes_over;
        self
    }

    /// Whether it may seal on what another key has sealed.
    pub const fn takes_over(&self) -> bool {
        self.takes_over
    }

    /// Reads the key, or makes one that only this user may read.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the file cannot be read or made, or holds no key.
    pub fn open(file: &Path) -> Outcome<Self> {
        match Self::read(file) {
            Err(Error::NotFound) => {}
            other => return other,
        }
        let mut seed = [0; 32];
        rand::rng().fill_bytes(&mut seed);
        let signer = Signer::new(NAME, &seed).map_err(|error| wrong(file, &error))?;
        match write(file, &signer.secret()) {
            Ok(()) => Ok(Self::of(signer)),
            // Another process was faster: its key is there, and whole.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Self::read(file),
            Err(error) => Err(wrong(file, &error)),
        }
    }

    /// What signs the log of this organisation.
    ///
    /// # Errors
    /// Never for names that [`origin`] makes.
    pub fn signer(&self, organisation: Uuid) -> Outcome<Signer> {
        self.signer.named(&origin(organisation)).map_err(|error| Error::Internal(error.to_string()))
    }
}

fn wrong(file: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::Malformed(format!("setting trail-key: {}: {why}", file.display()))
}

/// A new file for this user alone, whole and on the disk before it goes by its name.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let beside = file.with_extension(format!("{}.new", Uuid::now_v7()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut made = options.open(&beside)?;
    let linked = writeln!(made, "{text}")
        .and_then(|()| made.sync_all())
        .and_then(|()| std::fs::hard_link(&beside, file))
        .and_then(|()| {
            std::fs::File::open(
                file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")),
            )?
            .sync_all()
        });
    let _ = std::fs::remove_file(&beside);
    linked
}
