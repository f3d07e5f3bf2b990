//! A file that comes in: kept on the disk while it comes, however slowly, and not in memory.

use crate::resource::{Error, Outcome, scratch};
use actix_web::web::Payload;
use futures::StreamExt;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Seek, Write};
use std::time::Duration;

/// The largest file, bytes.
const LARGEST: u64 = 64 << 20;
/// How long it may take to come in.
const COMES: Duration = Duration::from_mins(10);

/// A file that came in.
pub struct Spooled {
    file: File,
    /// Its SHA-256.
    pub digest: [u8; 32],
}

impl Spooled {
    /// Takes it in.
    ///
    /// # Errors
    /// When it is too large, comes too slowly or there is no room for it.
    pub async fn of(payload: Payload) -> Outcome<Self> {
        tokio::time::timeout(COMES, receive(payload)).await.unwrap_or(Err(Error::TooSlow))
    }

    /// The file, from its first byte on.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn rewound(&self) -> Outcome<File> {
        let mut file = self.file.try_clone().map_err(no_room)?;
        file.rewind().map_err(no_room)?;
        Ok(file)
    }
}

fn no_room(error: std::io::Error) -> Error {
    Error::Unavailable(format!("no room for a file that comes in: {error}"))
}

async fn receive(mut payload: Payload) -> Outcome<Spooled> {
    let (mut file, mut hash, mut size) = (scratch().map_err(no_room)?, Sha256::new(), 0_u64);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Error::Malformed(format!("the body cannot be read: {error}")))?;
        size += chunk.len() as u64;
        if size > LARGEST {
            return Err(Error::TooLarge);
        }
        hash.update(&chunk);
        file.write_all(&chunk).map_err(no_room)?;
    }
    Ok(Spooled { file, digest: hash.finalize().into() })
}
