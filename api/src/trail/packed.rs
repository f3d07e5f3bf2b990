//! A package as it lies on the disk, read to be verified: nothing in it is believed yet.

use super::TrailEntry;
use super::archive::told;
use super::seal::excerpt::Item;
use super::seal::package::{File, Package};
use crate::caller::token;
use crate::resource::{Error, Outcome};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use zip::ZipArchive;

/// An entry with its proof, as a line of JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackedEntry {
    /// The entry.
    pub entry: TrailEntry,
    /// Its inclusion proof (RFC 6962, 2.1.1), base64.
    pub proof: Vec<String>,
}

impl PackedEntry {
    /// What is written of an entry with this index.
    ///
    /// # Errors
    /// When what it tells of is no text.
    pub fn new(index: u64, item: &Item) -> Outcome<Self> {
        let proof = item.proof.iter().map(|hash| STANDARD.encode(hash)).collect();
        Ok(Self { entry: TrailEntry::new(index, &item.entry, item.told.clone())?, proof })
    }

    /// What was written, to be verified; none where it cannot be read.
    pub fn read(&self) -> Option<Item> {
        let entry = STANDARD.decode(&self.entry.leaf).ok()?;
        let hash = |text: &String| STANDARD.decode(text).ok()?.try_into().ok();
        let proof = self.proof.iter().map(hash).collect::<Option<_>>()?;
        let told = match self.entry.body {
            Some(_) => Some(told(&self.entry)?),
            None => None,
        };
        Some(Item { entry, proof, told })
    }
}

/// The largest of the files that are read whole, bytes.
const LARGEST: u64 = 4 << 30;
/// So much is read at once, bytes.
const CHUNK: usize = 256 << 10;

/// A package, and the keys that came with it.
pub struct Packed {
    /// What is verified.
    pub package: Package,
    /// The keys in it, one to a line.
    pub keys: String,
}

/// A list of files as the manifest writes it.
#[derive(Deserialize)]
struct Manifest {
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    path: String,
    size: u64,
    sha256: String,
}

/// Reads a package from its zip file; large files are hashed as they pass.
///
/// # Errors
/// [`Error::Malformed`] when it cannot be read, or is no package.
pub fn read(file: &Path) -> Outcome<Packed> {
    let wrong = |why: &dyn std::fmt::Display| Error::Malformed(format!("{}: {why}", file.display()));
    let opened = std::fs::File::open(file).map_err(|error| wrong(&error))?;
    let mut zip = ZipArchive::new(opened).map_err(|error| wrong(&error))?;
    let listed = directory(file).map_err(|error| wrong(&error))?;
    if listed != Some(zip.len() as u64) || zip.offset() != 0 {
        return Err(wrong(&"holds a file twice, or more than a package"));
    }
    let mut packed = Packed { package: Package::default(), keys: String::new() };
    let mut lines = None;
    for n in 0..zip.len() {
        let mut entry = zip.by_index(n).map_err(|error| wrong(&error))?;
        let path = entry.name().to_owned();
        let is_read = matches!(
            path.as_str(),
            "head" | "manifest.json" | "trail/checkpoint" | "trail/keys" | "trail/entries.jsonl"
        );
        let (mut hash, mut size, mut whole, mut chunk) = (Sha256::new(), 0, Vec::new(), vec![0; CHUNK]);
        loop {
            let many = entry.read(&mut chunk).map_err(|error| wrong(&format!("{path}: {error}")))?;
            let Some(bytes) = chunk.get(..many).filter(|bytes| !bytes.is_empty()) else { break };
            hash.update(bytes);
            size += bytes.len() as u64;
            if is_read && size <= LARGEST {
                whole.extend_from_slice(bytes);
            }
        }
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| wrong(&format!("{path}: is no text")));
        match path.as_str() {
            "head" => packed.package.head = text(whole)?,
            "manifest.json" => packed.package.manifest = whole,
            _ => {
                let sha256 = hash.finalize().into();
                packed.package.files.push(File { path: path.clone(), size, sha256 });
                match path.as_str() {
                    "trail/checkpoint" => packed.package.checkpoint = text(whole)?,
                    "trail/keys" => packed.keys = text(whole)?,
                    "trail/entries.jsonl" => lines = Some(text(whole)?),
                    _ => {}
                }
            }
        }
    }
    let manifest: Manifest =
        serde_json::from_slice(&packed.package.manifest).map_err(|error| wrong(&format!("manifest.json: {error}")))?;
    for listed in manifest.files {
        let sha256 = token::unhex(&listed.sha256).and_then(|bytes| bytes.try_into().ok());
        let sha256 = sha256.ok_or_else(|| wrong(&format!("manifest.json: {} has no SHA-256", listed.path)))?;
        packed.package.listed.push(File { path: listed.path, size: listed.size, sha256 });
    }
    for (n, line) in lines.unwrap_or_default().lines().enumerate() {
        let entry: Option<PackedEntry> = serde_json::from_str(line).ok();
        let item = entry.and_then(|entry| entry.read());
        packed.package.entries.push(item.ok_or_else(|| wrong(&format!("trail/entries.jsonl: line {}", n + 1)))?);
    }
    Ok(packed)
}

/// How many files the directory at the end of a zip file counts (APPNOTE 4.3.16, 4.3.14), where it ends with one and
/// nothing follows.
fn directory(file: &Path) -> std::io::Result<Option<u64>> {
    const END: usize = 22;
    const LARGE: usize = 56 + 20;
    let mut opened = std::fs::File::open(file)?;
    let size = opened.metadata()?.len();
    let many = size.min((END + LARGE) as u64);
    opened.seek(SeekFrom::Start(size - many))?;
    let mut tail = Vec::new();
    opened.read_to_end(&mut tail)?;
    let number = |from: usize, to: usize| -> Option<u64> {
        Some(tail.get(from..to)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    let Some(end) = tail.len().checked_sub(END) else { return Ok(None) };
    if tail.get(end..).is_none_or(|end| !end.starts_with(b"PK\x05\x06")) {
        return Ok(None);
    }
    Ok(match number(end + 10, end + 12) {
        Some(0xFFFF) => match end.checked_sub(LARGE) {
            Some(large) if tail.get(large..).is_some_and(|large| large.starts_with(b"PK\x06\x06")) => {
                number(large + 32, large + 40)
            }
            _ => None,
        },
        other => other,
    })
}
