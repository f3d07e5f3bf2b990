//! A trail in a folder: what a server tells of it, kept to be checked at home.

use super::rest::TrailEntry;
use crate::resource::{Error, Outcome};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use isms_seal::body::Opening;
use isms_seal::bundle;
use isms_seal::failure::Failure;
use isms_seal::seals::Trust;
use isms_seal::tile::{Kind, Tile};
use isms_seal::verify::{Check, Summary, Told, Trail};
use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// The verifier keys that the server says have signed, one to a line.
const KEYS: &str = "keys";
/// A folder with a file for each checkpoint, in the order of their names.
const CHECKPOINTS: &str = "checkpoint";
/// The entries with what they tell of, a line of JSON for each.
const ENTRIES: &str = "entries.jsonl";

/// A folder with a trail. Hash tiles and bundles lie at the paths of C2SP tlog-tiles.
#[derive(Debug)]
pub struct Archive(PathBuf);

fn wrong(path: &Path, why: impl Display) -> Error {
    Error::Malformed(format!("{}: {why}", path.display()))
}

impl Archive {
    /// The archive in this folder.
    pub fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// A folder to keep a trail in: one that is not there yet or empty, so that nothing kept before is lost or mixed in.
    ///
    /// # Errors
    /// [`Error::Malformed`] otherwise.
    pub fn new(folder: &Path) -> Outcome<Self> {
        fs::create_dir_all(folder).map_err(|error| wrong(folder, error))?;
        match fs::read_dir(folder).map_err(|error| wrong(folder, error))?.next() {
            None => Ok(Self::at(folder)),
            Some(_) => Err(wrong(folder, "is not empty: what was taken home before stays as it is")),
        }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Outcome<()> {
        let file = self.0.join(path);
        let folder = file.parent().unwrap_or(&self.0);
        fs::create_dir_all(folder).and_then(|()| fs::write(&file, bytes)).map_err(|error| wrong(&file, error))
    }

    fn read(&self, path: &str) -> Outcome<Vec<u8>> {
        let file = self.0.join(path);
        fs::read(&file).map_err(|error| wrong(&file, error))
    }

    fn text(&self, path: &str) -> Outcome<String> {
        String::from_utf8(self.read(path)?).map_err(|_| wrong(&self.0.join(path), "is no text"))
    }

    /// Keeps the keys.
    ///
    /// # Errors
    /// When the folder cannot be written to; so for all that are kept.
    pub fn keep_keys(&self, keys: &[String]) -> Outcome<()> {
        self.write(KEYS, (keys.join("\n") + "\n").as_bytes())
    }

    /// Keeps one checkpoint, the nth from 0.
    ///
    /// # Errors
    /// As [`Archive::keep_keys`].
    pub fn keep_checkpoint(&self, n: usize, note: &str) -> Outcome<()> {
        self.write(&format!("{CHECKPOINTS}/{n:08}"), note.as_bytes())
    }

    /// Keeps a tile.
    ///
    /// # Errors
    /// As [`Archive::keep_keys`].
    pub fn keep_tile(&self, tile: &Tile, bytes: &[u8]) -> Outcome<()> {
        self.write(&tile.to_string(), bytes)
    }

    /// Keeps entries after those kept before.
    ///
    /// # Errors
    /// As [`Archive::keep_keys`].
    pub fn keep_entries(&self, entries: &[TrailEntry]) -> Outcome<()> {
        let mut text = String::new();
        for entry in entries {
            text += &(serde_json::to_string(entry)? + "\n");
        }
        let file = self.0.join(ENTRIES);
        let opened = OpenOptions::new().create(true).append(true).open(&file);
        opened.and_then(|mut opened| opened.write_all(text.as_bytes())).map_err(|error| wrong(&file, error))
    }

    /// The keys that came with the trail, one to a line.
    ///
    /// # Errors
    /// [`Error::Malformed`] when they are not there.
    pub fn keys(&self) -> Outcome<String> {
        self.text(KEYS)
    }

    /// Verifies the trail that lies here. Of what its entries tell of, one body after the other is in memory.
    ///
    /// # Errors
    /// [`Error::Malformed`] names the file that is missing or cannot be read; [`Error::Conflict`] a line that belongs to
    /// another entry than the log has in its place.
    pub fn verify(&self, trust: &Trust<'_>) -> Outcome<Result<Summary, Vec<Failure>>> {
        let trail = self.log()?;
        let mut check = Check::begin(&trail, trust);
        let mut leaves = trail.bundles.iter().flat_map(|bytes| bundle::entries(bytes).unwrap_or_default());
        let file = self.0.join(ENTRIES);
        let lines = File::open(&file).map(BufReader::new).map_err(|error| wrong(&file, error))?.lines();
        for (n, line) in (0..).zip(lines) {
            let at = |why: &dyn Display| wrong(&file, format!("line {}: {why}", n + 1));
            let entry: TrailEntry =
                serde_json::from_str(&line.map_err(|error| at(&error))?).map_err(|error| at(&error))?;
            let leaf = STANDARD.decode(&entry.leaf).ok();
            if entry.index != n || leaf.is_none() || leaf.as_deref() != leaves.next() {
                let wrong = format!("{ENTRIES}: line {} tells of another entry than the log has there", n + 1);
                return Err(Error::Conflict(wrong));
            }
            match told(&entry) {
                None if entry.body.is_some() => return Err(at(&"cannot be read")),
                told => check.tell(told.as_ref()),
            }
        }
        Ok(check.end())
    }

    /// Checkpoints, bundles and tiles as they lie here. Nothing of them is believed yet.
    fn log(&self) -> Outcome<Trail> {
        let mut trail = Trail { checkpoints: self.checkpoints()?, ..Trail::default() };
        for (name, into) in [("tile/entries", &mut trail.bundles), ("tile/0", &mut trail.tiles)] {
            for path in self.below(name)? {
                into.push(self.read(&path)?);
            }
        }
        Ok(trail)
    }

    fn checkpoints(&self) -> Outcome<Vec<String>> {
        let folder = self.0.join(CHECKPOINTS);
        let names = fs::read_dir(&folder).map_err(|error| wrong(&folder, error))?;
        let mut names: Vec<_> = names.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names.iter().map(|name| self.text(&format!("{CHECKPOINTS}/{name}"))).collect()
    }

    /// The paths of the widest tiles of a kind, in their order.
    fn below(&self, name: &str) -> Outcome<Vec<String>> {
        let mut found: Vec<Tile> = Vec::new();
        let mut folders = vec![self.0.join(name)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let inside = path.strip_prefix(&self.0).ok().and_then(Path::to_str).unwrap_or_default();
                let tile = Tile::parse(&inside.replace('\\', "/")).map_err(|_| wrong(&path, "is no tile"))?;
                if matches!(tile.kind(), Kind::Entries | Kind::Hashes(0)) {
                    found.push(tile);
                }
            }
        }
        found.sort_unstable_by_key(|tile| (tile.index(), std::cmp::Reverse(tile.width())));
        found.dedup_by_key(|tile| tile.index());
        Ok(found.iter().map(Tile::to_string).collect())
    }
}

/// What an entry tells of; none when nothing was told, or not so that it can be read.
pub(super) fn told(entry: &TrailEntry) -> Option<Told> {
    let opening = |opening: &super::rest::TrailOpening| {
        Some(Opening {
            context: opening.context.clone(),
            salt: STANDARD.decode(&opening.salt).ok()?.try_into().ok()?,
            value: opening.value.clone().into_bytes(),
        })
    };
    let openings = entry.openings.iter().map(opening).collect::<Option<_>>()?;
    let (withheld, erased_by) = (entry.withheld.clone(), entry.erased_by);
    Some(Told { body: entry.body.clone()?.into_bytes(), openings, withheld, erased_by })
}
