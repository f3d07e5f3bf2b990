//! Whether a package that was handed out is whole: its files are those that were packed, its entries all of the scope and
//! each in the log. Told from stored bytes and keys that the verifier brings along.

use crate::excerpt::{Excerpt, Item};
use crate::failure::{Failure, Place};
use crate::note::{Error, Note};
use crate::seals::{self, Trust};
use crate::tree::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// The second line of every head.
const TITLE: &str = "isms-package/1";

/// What a package says of itself, signed with the key of the log whose entries it holds (C2SP signed-note). Written: the
/// log's origin, `isms-package/1`, what it was made for, the instant that it shows (microseconds since 1970), how many
/// entries lie in its scope and the hash of them all, how many entries the checkpoint seals, the hash of the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The log's origin.
    pub origin: String,
    /// What it was made for: the engagement.
    pub purpose: String,
    /// The instant that it shows, microseconds since 1970.
    pub as_of: i64,
    /// How many entries lie in its scope.
    pub entries: u64,
    /// The hash of their leaves, in their order.
    pub scope: Hash,
    /// How many entries the checkpoint seals that the proofs lead to.
    pub size: u64,
    /// The hash of the manifest's bytes.
    pub manifest: Hash,
}

impl Head {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let hash = |hash: &Hash| STANDARD.encode(hash);
        format!(
            "{}\n{TITLE}\n{}\n{}\n{}\n{}\n{}\n{}\n",
            self.origin,
            self.purpose,
            self.as_of,
            self.entries,
            hash(&self.scope),
            self.size,
            hash(&self.manifest)
        )
    }

    /// Reads a text; none unless it is just what [`Head::text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut line = || lines.next();
        let hash = |text: &str| STANDARD.decode(text).ok()?.try_into().ok();
        let origin = line()?.to_owned();
        line().filter(|title| *title == TITLE)?;
        let head = Self {
            origin,
            purpose: line()?.to_owned(),
            as_of: line()?.parse().ok()?,
            entries: line()?.parse().ok()?,
            scope: hash(line()?)?,
            size: line()?.parse().ok()?,
            manifest: hash(line()?)?,
        };
        Some(head).filter(|head| head.text() == text)
    }
}

/// The hash of all entries in scope: of their number and their leaves in order.
pub fn scope<'a>(leaves: impl ExactSizeIterator<Item = &'a [u8]>) -> Hash {
    let mut hash = Scope::of(leaves.len() as u64);
    leaves.for_each(|leaf| hash.add(leaf));
    hash.end()
}

/// The same, one leaf after the other.
struct Scope(Sha256);

impl Scope {
    fn of(many: u64) -> Self {
        Self(Sha256::new().chain_update(b"isms-scope/1\0").chain_update(many.to_be_bytes()))
    }

    fn add(&mut self, leaf: &[u8]) {
        self.0.update(leaf);
    }

    fn end(self) -> Hash {
        self.0.finalize().into()
    }
}

/// A file as it lies in the package, or as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path.
    pub path: String,
    /// Its size, bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Hash,
}

/// A package as it was handed out; nothing in it is taken on trust.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// The signed head.
    pub head: String,
    /// The manifest's bytes.
    pub manifest: Vec<u8>,
    /// What the manifest lists, read from these bytes.
    pub listed: Vec<File>,
    /// What lies in the package beside head and manifest.
    pub files: Vec<File>,
    /// The checkpoint that the proofs lead to.
    pub checkpoint: String,
    /// The entries in scope, each with its proof.
    pub entries: Vec<Item>,
}

/// What was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What the package says of itself.
    pub head: Head,
    /// How many files.
    pub files: usize,
    /// How many entries came with what they tell of.
    pub told: usize,
    /// How many held checkpoints seal the same number of entries, and agree; of others nothing is said.
    pub held: usize,
}

/// Verifies a package.
///
/// # Errors
/// All that is wrong, each once and in a fixed order.
pub fn verify(package: &Package, trust: &Trust<'_>) -> Result<Summary, Vec<Failure>> {
    let entries = package.entries.iter().map(Ok::<_, Infallible>);
    match verify_with(package, entries, trust) {
        Ok(verified) => verified,
        Err(never) => match never {},
    }
}

/// Verifies a package whose entries are read one after the other; none is kept.
///
/// # Errors
/// The first entry that cannot be read; within, as [`verify`].
pub fn verify_with<E>(
    package: &Package,
    entries: impl Iterator<Item = Result<impl Borrow<Item>, E>>,
    trust: &Trust<'_>,
) -> Result<Result<Summary, Vec<Failure>>, E> {
    let head = match read(&package.head, trust) {
        Ok(head) => head,
        Err(failure) => return Ok(Err(vec![failure])),
    };
    let mut failures = BTreeSet::new();
    let manifest: Hash = Sha256::digest(&package.manifest).into();
    if manifest != head.manifest {
        failures.insert(Failure::ManifestChanged);
    }
    failures.extend(files(&package.listed, &package.files));
    let agree = sealed(package, &head, trust, &mut failures);
    let told = scoped(package, &head, entries, trust, &mut failures)?;
    Ok(if failures.is_empty() {
        Ok(Summary { head, files: package.files.len(), told, held: agree })
    } else {
        Err(failures.into_iter().collect())
    })
}

/// Whether the checkpoint is that of the head; tells how many held ones agree with it.
fn sealed(package: &Package, head: &Head, trust: &Trust<'_>, failures: &mut BTreeSet<Failure>) -> usize {
    let mut agree = 0;
    match seals::read(&package.checkpoint, Place::Checkpoint(0), trust) {
        Ok(seal) if seal.checkpoint.size == head.size => {
            for (n, note) in trust.held.iter().enumerate() {
                match seals::read(note, Place::Held(n), trust) {
                    Ok(held) if held.checkpoint.size != seal.checkpoint.size => {}
                    Ok(held) if held.checkpoint.root == seal.checkpoint.root => agree += 1,
                    Ok(held) => drop(failures.insert(Failure::Forked(held.place))),
                    Err(failure) => drop(failures.insert(failure)),
                }
            }
        }
        Ok(_) => drop(failures.insert(Failure::StaleSeal)),
        Err(failure) => drop(failures.insert(failure)),
    }
    agree
}

/// Whether the entries are all of the scope, in their order and in the log; tells how many are told whole.
fn scoped<E>(
    package: &Package,
    head: &Head,
    entries: impl Iterator<Item = Result<impl Borrow<Item>, E>>,
    trust: &Trust<'_>,
    failures: &mut BTreeSet<Failure>,
) -> Result<usize, E> {
    let mut excerpt = match Excerpt::begin(&package.checkpoint, trust) {
        Ok(excerpt) => Some(excerpt),
        Err(failure) => {
            failures.insert(failure);
            None
        }
    };
    let (mut hash, mut count, mut told, mut last) = (Scope::of(head.entries), 0, 0, None);
    for item in entries {
        let item = item?;
        let item = item.borrow();
        hash.add(&item.entry);
        count += 1;
        told += usize::from(item.told.is_some());
        let Some(entry) = excerpt.as_mut().and_then(|excerpt| excerpt.check(item)) else { continue };
        if last >= Some(entry.position) {
            failures.insert(Failure::ScopeChanged(head.entries));
        }
        last = Some(entry.position);
        if entry.at > head.as_of {
            failures.insert(Failure::BackDated(Place::Head));
        }
    }
    if count != head.entries || hash.end() != head.scope {
        failures.insert(Failure::ScopeChanged(head.entries));
    }
    failures.extend(excerpt.map(Excerpt::end).unwrap_or_default());
    Ok(told)
}

/// Reads the signed head.
fn read(note: &str, trust: &Trust<'_>) -> Result<Head, Failure> {
    let refused = |error| match error {
        Error::Unknown => Failure::UnknownKey(Place::Head),
        Error::Signature => Failure::BadSignature(Place::Head),
        _ => Failure::Malformed(Place::Head),
    };
    let (text, by) = Note::parse(note).and_then(|note| note.verify(trust.keys)).map_err(refused)?;
    let head = Head::parse(text).ok_or(Failure::Malformed(Place::Head))?;
    if head.origin != trust.origin {
        return Err(Failure::WrongOrigin(Place::Head));
    }
    if by.iter().any(|key| key.name() == trust.origin) { Ok(head) } else { Err(Failure::WrongKey(Place::Head)) }
}

/// What is wrong with the files against their list.
fn files(listed: &[File], files: &[File]) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut there: BTreeMap<&str, &File> = BTreeMap::new();
    for file in files {
        if there.insert(&file.path, file).is_some() {
            failures.push(Failure::FileStray(file.path.clone()));
        }
    }
    for file in listed {
        match there.remove(file.path.as_str()) {
            None => failures.push(Failure::FileMissing(file.path.clone())),
            Some(found) if found != file => failures.push(Failure::FileChanged(file.path.clone())),
            Some(_) => {}
        }
    }
    failures.extend(there.keys().map(|path| Failure::FileStray((*path).to_owned())));
    failures
}
