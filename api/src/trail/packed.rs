//! A package as it lies on the disk, read to be verified: nothing in it is believed yet.

use super::TrailEntry;
use super::archive::told;
use crate::caller::token;
use crate::resource::zipped::Zipped;
use crate::resource::{Error, Outcome};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use isms_seal::excerpt::Item;
use isms_seal::failure::Failure;
use isms_seal::package::{File, Package, Summary, verify_with};
use isms_seal::seals::Trust;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

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

/// The most files in a package.
const MOST_FILES: usize = 100_000;
/// The most bytes of a file that is read whole, beside what the manifest says of each file.
const WHOLE: u64 = 256 << 10;
/// The most bytes that the manifest takes up for each file that it lists.
const LISTED: u64 = 2 << 10;
/// The longest line of what is read line by line, bytes.
const LINE: u64 = 16 << 20;
/// So much is read at once, bytes.
const CHUNK: usize = 64 << 10;
/// Every entry in scope, a line for each.
const ENTRIES: &str = "trail/entries.jsonl";

/// A package, and the keys that came with it.
pub struct Packed {
    /// What is verified, without its entries.
    pub package: Package,
    /// The keys in it, one to a line.
    pub keys: String,
    path: PathBuf,
    zip: Zipped<fs::File>,
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

/// Reads a package from its zip file. Files are hashed as they pass, and only those of the size that the manifest lists;
/// a zip file that holds anything but plain files, or says two things of one, is no package.
///
/// # Errors
/// [`Error::Malformed`] when it cannot be read, or is no package.
pub fn read(path: &Path) -> Outcome<Packed> {
    let opened = fs::File::open(path).map_err(|error| wrong(path, &error))?;
    let mut zip = Zipped::open(opened, MOST_FILES).map_err(|error| wrong(path, &error))?;
    zip.holds_only_files().map_err(|error| wrong(path, &error))?;
    let mut packed = Packed { package: Package::default(), keys: String::new(), path: path.to_owned(), zip };
    let most = WHOLE + packed.zip.entries().len() as u64 * LISTED;
    packed.package.manifest = packed.whole("manifest.json", most)?;
    packed.package.head = packed.text("head")?;
    packed.package.listed = packed.listed()?;
    packed.package.checkpoint = packed.text("trail/checkpoint")?;
    packed.keys = packed.text("trail/keys")?;
    packed.hash()?;
    Ok(packed)
}

fn wrong(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::Malformed(format!("{}: {why}", path.display()))
}

impl Packed {
    fn wrong(&self, why: &dyn std::fmt::Display) -> Error {
        wrong(&self.path, why)
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.zip.entries().iter().position(|entry| entry.name == name)
    }

    /// A small file; empty where there is none.
    fn whole(&mut self, name: &str, most: u64) -> Outcome<Vec<u8>> {
        let Some(place) = self.place(name) else { return Ok(Vec::new()) };
        let size = self.zip.entries().get(place).map_or(u64::MAX, |entry| entry.size);
        if size > most {
            return Err(self.wrong(&format!("{name}: is larger than that of any package")));
        }
        let mut bytes = Vec::new();
        let read = self.zip.unpack(place).and_then(|mut file| file.read_to_end(&mut bytes));
        read.map_err(|error| self.wrong(&format!("{name}: {error}")))?;
        Ok(bytes)
    }

    fn text(&mut self, name: &str) -> Outcome<String> {
        let bytes = self.whole(name, WHOLE)?;
        String::from_utf8(bytes).map_err(|_| self.wrong(&format!("{name}: is no text")))
    }

    /// What the manifest lists.
    fn listed(&self) -> Outcome<Vec<File>> {
        let manifest: Manifest = serde_json::from_slice(&self.package.manifest)
            .map_err(|error| self.wrong(&format!("manifest.json: {error}")))?;
        let file = |listed: Listed| {
            let sha256 = token::unhex(&listed.sha256).and_then(|bytes| bytes.try_into().ok());
            let sha256 = sha256.ok_or_else(|| self.wrong(&format!("manifest.json: {} has no SHA-256", listed.path)))?;
            Ok(File { path: listed.path, size: listed.size, sha256 })
        };
        manifest.files.into_iter().map(file).collect()
    }

    /// Hashes what lies in the package beside head and manifest. What is not listed so is not unpacked: it is wrong
    /// whatever is in it.
    fn hash(&mut self) -> Outcome<()> {
        let listed: HashMap<String, u64> =
            self.package.listed.iter().map(|file| (file.path.clone(), file.size)).collect();
        for place in 0..self.zip.entries().len() {
            let Some((path, size)) = self.zip.entries().get(place).map(|entry| (entry.name.clone(), entry.size)) else {
                continue;
            };
            if matches!(path.as_str(), "head" | "manifest.json") {
                continue;
            }
            let mut sha256 = [0; 32];
            if listed.get(&path) == Some(&size) {
                sha256 = hash(&mut self.zip, place).map_err(|error| self.wrong(&format!("{path}: {error}")))?;
            }
            self.package.files.push(File { path, size, sha256 });
        }
        Ok(())
    }

    /// The entries in scope, one after the other; each is forgotten before the next is read.
    ///
    /// # Errors
    /// When there are none; each item, when its line is no entry.
    pub fn entries(&mut self) -> Outcome<impl Iterator<Item = Outcome<Item>>> {
        let path = self.path.clone();
        let place = self.place(ENTRIES).ok_or_else(|| self.wrong(&format!("{ENTRIES}: is not there")))?;
        let file = self.zip.unpack(place).map_err(|error| wrong(&path, &format!("{ENTRIES}: {error}")))?;
        let mut lines = BufReader::with_capacity(CHUNK, file);
        Ok((1_u64..).map_while(move |n| {
            let mut line = Vec::new();
            let read = Read::by_ref(&mut lines).take(LINE).read_until(b'\n', &mut line);
            let at = |why: &dyn std::fmt::Display| wrong(&path, &format!("{ENTRIES}: line {n}: {why}"));
            match read {
                Ok(0) => None,
                Ok(_) => {
                    let entry: Option<PackedEntry> = serde_json::from_slice(&line).ok();
                    Some(entry.and_then(|entry| entry.read()).ok_or_else(|| at(&"is no entry")))
                }
                Err(error) => Some(Err(at(&error))),
            }
        }))
    }

    /// Verifies it.
    ///
    /// # Errors
    /// When its entries cannot be read; within, all that is wrong.
    pub fn verify(&mut self, trust: &Trust<'_>) -> Outcome<Result<Summary, Vec<Failure>>> {
        let package = std::mem::take(&mut self.package);
        let verified = verify_with(&package, self.entries()?, trust);
        self.package = package;
        verified
    }
}

fn hash(zip: &mut Zipped<fs::File>, place: usize) -> io::Result<[u8; 32]> {
    let (mut file, mut hash, mut chunk) = (zip.unpack(place)?, Sha256::new(), vec![0; CHUNK]);
    loop {
        let many = file.read(&mut chunk)?;
        match chunk.get(..many) {
            Some(bytes) if !bytes.is_empty() => hash.update(bytes),
            _ => return Ok(hash.finalize().into()),
        }
    }
}
