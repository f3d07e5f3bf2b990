//! A package as a zip file: the same content is the same bytes.

use crate::caller::token;
use crate::resource::{Error, Outcome, scratch};
use isms_seal::package::File;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{BufWriter, Read, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Above this, bytes, a file needs the larger zip headers.
const LARGE: u64 = 0xFFFF_0000;
/// So much of a draft is read at once, bytes.
const CHUNK: usize = 64 << 10;

/// Writes files one after the other, and lists what it has written.
pub struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    listed: Vec<File>,
}

fn wrong(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("the package cannot be written: {error}"))
}

impl<W: Write + Seek> Archive<W> {
    /// An empty one.
    pub fn new(into: W) -> Self {
        Self { zip: ZipWriter::new(into), listed: Vec::new() }
    }

    /// Begins a file of this size; what is written from now on belongs to it.
    ///
    /// # Errors
    /// When it cannot be written; so for all.
    pub fn begin(&mut self, path: &str, size: u64, packed: bool) -> Outcome<Begun<'_, W>> {
        let method = if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(size > LARGE);
        self.zip.start_file(path, options).map_err(wrong)?;
        Ok(Begun { archive: self, path: path.to_owned(), hash: Sha256::new(), size: 0 })
    }

    /// Adds a whole file.
    ///
    /// # Errors
    /// As [`Archive::begin`].
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Outcome<()> {
        let mut file = self.begin(path, bytes.len() as u64, true)?;
        file.write(bytes)?;
        file.end();
        Ok(())
    }

    /// Adds what was put together before.
    ///
    /// # Errors
    /// As [`Archive::begin`].
    pub fn add_draft(&mut self, path: &str, draft: &mut Draft) -> Outcome<()> {
        draft.file.rewind().map_err(wrong)?;
        let mut file = self.begin(path, draft.size, true)?;
        let mut chunk = vec![0; CHUNK];
        loop {
            let many = draft.file.get_mut().read(&mut chunk).map_err(wrong)?;
            match chunk.get(..many) {
                Some(bytes) if !bytes.is_empty() => file.write(bytes)?,
                _ => break,
            }
        }
        file.end();
        Ok(())
    }

    /// What was written until now.
    pub fn listed(&self) -> &[File] {
        &self.listed
    }

    /// Ends it.
    ///
    /// # Errors
    /// As [`Archive::begin`].
    pub fn finish(self) -> Outcome<W> {
        self.zip.finish().map_err(wrong)
    }
}

/// A file that is put together on the disk before it is added, for its size is not known yet.
pub struct Draft {
    file: BufWriter<fs::File>,
    size: u64,
}

impl Draft {
    /// An empty one.
    ///
    /// # Errors
    /// When there is no room for it; so for all.
    pub fn new() -> Outcome<Self> {
        let file = scratch().map_err(|error| Error::Unavailable(format!("no room to put it together: {error}")))?;
        Ok(Self { file: BufWriter::new(file), size: 0 })
    }

    /// More of it.
    ///
    /// # Errors
    /// As [`Draft::new`].
    pub fn push(&mut self, text: &str) -> Outcome<()> {
        self.size += text.len() as u64;
        self.file.write_all(text.as_bytes()).map_err(wrong)
    }
}

/// A file that is being written.
pub struct Begun<'a, W: Write + Seek> {
    archive: &'a mut Archive<W>,
    path: String,
    hash: Sha256,
    size: u64,
}

impl<W: Write + Seek> Begun<'_, W> {
    /// More of it.
    ///
    /// # Errors
    /// As [`Archive::begin`].
    pub fn write(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        self.archive.zip.write_all(bytes).map_err(wrong)
    }

    /// That was all; tells its SHA-256 in hexadecimal.
    pub fn end(self) -> String {
        let sha256: [u8; 32] = self.hash.finalize().into();
        self.archive.listed.push(File { path: self.path, size: self.size, sha256 });
        token::hex(&sha256)
    }
}
