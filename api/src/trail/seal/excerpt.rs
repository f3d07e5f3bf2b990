//! Whether single entries are in the log, told from one checkpoint and a proof each, without the rest of the trail.

use super::entry::Entry;
use super::failure::{Failure, Place};
use super::proof::included;
use super::seals::{Trust, read};
use super::tree::Hash;
use super::verify::{Told, tells};

/// One entry handed out alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The entry's bytes.
    pub entry: Vec<u8>,
    /// Its inclusion proof in the tree of the checkpoint (RFC 6962, 2.1.1).
    pub proof: Vec<Hash>,
    /// What it tells of; none where it was not handed out: of it only place, time and hash are proven.
    pub told: Option<Told>,
}

/// Verifies entries against a signed checkpoint; returns them as read.
///
/// # Errors
/// All that is wrong; entries are counted by the position that they state, as is fitting where there is no other.
pub fn verify(checkpoint: &str, items: &[Item], trust: &Trust<'_>) -> Result<Vec<Entry>, Vec<Failure>> {
    let seal = read(checkpoint, Place::Checkpoint(0), trust).map_err(|failure| vec![failure])?.checkpoint;
    let (mut entries, mut failures) = (Vec::new(), Vec::new());
    for (n, item) in (0..).zip(items) {
        let Some(entry) = Entry::parse(&item.entry) else {
            failures.push(Failure::Malformed(Place::Entry(n)));
            continue;
        };
        let position = entry.position;
        if included(&item.entry, position, seal.size, &seal.root, &item.proof).is_err() {
            failures.push(Failure::NotIncluded(position));
        }
        if seal.at().is_some_and(|at| at < entry.at) {
            failures.push(Failure::BackDated(Place::Checkpoint(0)));
        }
        let told = item.told.as_ref().and_then(|told| tells(position, &entry, told).err());
        failures.extend(told.into_iter().flatten());
        entries.push(entry);
    }
    if failures.is_empty() { Ok(entries) } else { Err(failures) }
}
