//! Whether entries and hash tiles are what the checkpoints say, and if not, which are not.

use crate::compare::{Change, compare};
use crate::entry::Entry;
use crate::failure::{Failure, Place};
use crate::seals::Seal;
use crate::tile::WIDTH;
use crate::tree::{Hash, Peaks};
use std::collections::{BTreeSet, HashMap};

/// What is wrong with the entries and hash tiles, seen from the newest checkpoint, and with the others seen from there.
pub(crate) fn contents(
    tiles: &[Vec<u8>],
    stored: &[Hash],
    entries: &[Option<Entry>],
    newest: &Seal,
    marks: &[&Seal],
) -> Vec<Failure> {
    let (size, mut failures) = (newest.checkpoint.size, Vec::new());
    let mut sealed = Vec::new();
    for (n, bytes) in tiles.iter().enumerate() {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let partial = n + 1 < tiles.len() && hashes.len() < usize::from(WIDTH);
        if !rest.is_empty() || partial || !(1..=usize::from(WIDTH)).contains(&hashes.len()) {
            failures.push(Failure::Malformed(Place::Tile(n)));
        }
        sealed.extend_from_slice(hashes);
    }
    let roots = |hashes: &[Hash]| roots(hashes, marks);
    let proves = |roots: &HashMap<u64, Hash>| roots.get(&size) == Some(&newest.checkpoint.root);
    let (of_stored, of_sealed) = (roots(stored), roots(&sealed));
    let astray = |roots: &HashMap<u64, Hash>, seal: &&&Seal| {
        seal.checkpoint.size <= size && roots.get(&seal.checkpoint.size) != Some(&seal.checkpoint.root)
    };
    let forked = |roots: &HashMap<u64, Hash>| -> Vec<Failure> {
        marks.iter().filter(|seal| astray(roots, seal)).map(|seal| Failure::Forked(seal.place)).collect()
    };
    let due = usize::try_from(size).unwrap_or(usize::MAX);
    if proves(&of_stored) {
        // The entries are what was sealed; what else there is has to agree with them.
        failures.extend(forked(&of_stored));
        failures.extend(times(entries, marks));
        let width = usize::from(WIDTH);
        let same = |(n, tile): (usize, &[Hash])| stored.chunks(width).nth(n).is_some_and(|own| own.starts_with(tile));
        let wrong = sealed.chunks(width).enumerate().filter(|each| !same(*each));
        failures.extend(wrong.map(|(n, _)| Failure::TileChanged(n)));
        if !tiles.is_empty() && sealed.len() < due {
            failures.push(Failure::TileChanged(tiles.len() - 1));
        }
        if stored.len() > due {
            failures.push(Failure::Beyond(size, (stored.len() - due) as u64));
        }
        let misplaced = (0..).zip(entries).filter(|(n, entry)| entry.is_some_and(|entry| entry.position != *n));
        failures.extend(misplaced.map(|(n, _)| Failure::Misplaced(n)));
    } else if proves(&of_sealed) {
        // The hash tiles are what was sealed, so they tell where the entries are not.
        failures.extend(forked(&of_sealed));
        failures.extend(named(&compare(sealed.get(..due).unwrap_or_default(), stored), due, stored.len()));
    } else {
        // Neither: the first checkpoint that the entries do not give bounds the change, their positions may tell more.
        let within = |seal: &&&Seal| !astray(&of_stored, seal) && seal.checkpoint.size <= size;
        let good = marks.iter().filter(within).map(|seal| seal.checkpoint.size).max().unwrap_or(0);
        let bad = marks.iter().filter(|seal| astray(&of_stored, seal)).map(|seal| seal.checkpoint.size);
        let positions: Vec<u64> = entries.iter().map(|entry| entry.map_or(u64::MAX, |entry| entry.position)).collect();
        // A size out of all proportion, though signed, is not to fill the memory.
        let right: Vec<u64> = (0..size.min(2 * stored.len() as u64 + 1024)).collect();
        let told = named(&compare(&right, &positions), due, stored.len());
        failures.push(Failure::Rewritten(good, bad.filter(|size| *size > good).min().unwrap_or(size)));
        failures.extend(told.into_iter().filter(|failure| !matches!(failure, Failure::Edited(_))));
    }
    failures
}

/// The root after each number of leaves that a checkpoint tells of.
fn roots(hashes: &[Hash], marks: &[&Seal]) -> HashMap<u64, Hash> {
    let sizes: BTreeSet<u64> = marks.iter().map(|seal| seal.checkpoint.size).collect();
    let (mut peaks, mut roots) = (Peaks::default(), HashMap::new());
    roots.insert(0, peaks.root());
    for hash in hashes {
        if peaks.push(*hash).is_ok() && sizes.contains(&peaks.size()) {
            roots.insert(peaks.size(), peaks.root());
        }
    }
    roots
}

fn named(changes: &[Change], sealed: usize, stored: usize) -> Vec<Failure> {
    let name = |change: &Change| match *change {
        Change::Edited(n) => Failure::Edited(n as u64),
        Change::Dropped(n) => Failure::Dropped(n as u64),
        Change::Inserted(n) => Failure::Inserted(n as u64),
        Change::Swapped(one, other) => Failure::Swapped(one as u64, other as u64),
        Change::Truncated(n) => Failure::Truncated(n as u64, sealed as u64),
        Change::Beyond(n) => Failure::Beyond(sealed as u64, (stored - n) as u64),
    };
    changes.iter().map(name).collect()
}

/// Entries never go back in time, and no checkpoint is older than what it seals.
fn times(entries: &[Option<Entry>], marks: &[&Seal]) -> Vec<Failure> {
    let mut latest = None;
    let (mut failures, mut before) = (Vec::new(), HashMap::new());
    for (n, entry) in (0_u64..).zip(entries.iter().flatten()) {
        if latest.is_some_and(|latest| entry.at < latest) {
            failures.push(Failure::BackDated(Place::Entry(n)));
        }
        latest = latest.max(Some(entry.at));
        before.insert(n + 1, latest);
    }
    let early = |seal: &&&Seal| {
        let sealed = before.get(&seal.checkpoint.size).copied().flatten();
        sealed.zip(seal.checkpoint.at()).is_some_and(|(sealed, at)| at < sealed)
    };
    failures.extend(marks.iter().filter(early).map(|seal| Failure::BackDated(seal.place)));
    failures
}
