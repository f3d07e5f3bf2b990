//! Which checkpoints count: signed by the log's key, of this log, and in order.

use crate::checkpoint::Checkpoint;
use crate::failure::{Failure, Place};
use crate::key::Key;
use crate::note::{Error, Note};
use std::collections::HashMap;

/// What the verifier brings along; none of it may come from the trail itself.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a> {
    /// The log's origin.
    pub origin: &'a str,
    /// The keys of the log, past and present: those named as the origin. Others may cosign, but do not count alone.
    pub keys: &'a [Key],
    /// Signed checkpoints kept from earlier, in any order: what shows a trail that was rolled back or made anew.
    pub held: &'a [String],
}

/// A checkpoint that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Where it was.
    pub place: Place,
    /// What it says.
    pub checkpoint: Checkpoint,
}

/// Reads one signed checkpoint.
///
/// # Errors
/// Why it does not count.
pub fn read(note: &str, place: Place, trust: &Trust<'_>) -> Result<Seal, Failure> {
    let refused = |error| match error {
        Error::Unknown => Failure::UnknownKey(place),
        Error::Signature => Failure::BadSignature(place),
        _ => Failure::Malformed(place),
    };
    let (text, by) = Note::parse(note).and_then(|note| note.verify(trust.keys)).map_err(refused)?;
    let checkpoint = Checkpoint::parse(text).map_err(refused)?;
    if checkpoint.origin != trust.origin {
        return Err(Failure::WrongOrigin(place));
    }
    if by.iter().any(|key| key.name() == trust.origin) {
        Ok(Seal { place, checkpoint })
    } else {
        Err(Failure::WrongKey(place))
    }
}

/// Reads the checkpoints of a trail, oldest first, and those held; returns those of each that count, and adds what is wrong with
/// them or among them.
pub fn chain(notes: &[String], trust: &Trust<'_>, failures: &mut Vec<Failure>) -> (Vec<Seal>, Vec<Seal>) {
    let mut sift = |notes: &[String], place: fn(usize) -> Place| -> Vec<Seal> {
        let read = notes.iter().enumerate().map(|(n, note)| read(note, place(n), trust));
        read.filter_map(|seal| seal.map_err(|failure| failures.push(failure)).ok()).collect()
    };
    let own = sift(notes, Place::Checkpoint);
    let held = sift(trust.held, Place::Held);
    for (earlier, later) in own.iter().zip(own.iter().skip(1)) {
        let (was, is) = (&earlier.checkpoint, &later.checkpoint);
        if is.size < was.size {
            failures.push(Failure::RolledBack(earlier.place, was.size, is.size));
        }
        if is.at() < was.at() {
            failures.push(Failure::BackDated(later.place));
        }
    }
    let mut roots = HashMap::new();
    for seal in own.iter().chain(&held) {
        if *roots.entry(seal.checkpoint.size).or_insert(seal.checkpoint.root) != seal.checkpoint.root {
            failures.push(Failure::Forked(seal.place));
        }
    }
    let newest = own.last().map_or(0, |seal| seal.checkpoint.size);
    let beyond = held.iter().filter(|seal| seal.checkpoint.size > newest);
    failures.extend(beyond.map(|seal| Failure::RolledBack(seal.place, seal.checkpoint.size, newest)));
    (own, held)
}
