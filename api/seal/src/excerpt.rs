//! Whether single entries are in the log, told from one checkpoint and a proof each, without the rest of the trail.

use crate::checkpoint::Checkpoint;
use crate::course::Course;
use crate::entry::Entry;
use crate::failure::{Failure, Place};
use crate::proof::included;
use crate::seals::{Trust, read};
use crate::tree::Hash;
use crate::verify::{Told, tells};

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

/// The most failures that are told of one excerpt.
const MOST: usize = 10_000;
/// The most fields that are held of what entries left, so that the next ones can be held against them: 256 MiB.
const FIELDS: usize = 16_000_000;

/// Entries that are verified one after the other, each forgotten at once.
pub struct Excerpt {
    seal: Checkpoint,
    next: u64,
    course: Course,
    failures: Vec<Failure>,
}

impl Excerpt {
    /// Against a signed checkpoint.
    ///
    /// # Errors
    /// What is wrong with that.
    pub fn begin(checkpoint: &str, trust: &Trust<'_>) -> Result<Self, Failure> {
        let seal = read(checkpoint, Place::Checkpoint(0), trust)?.checkpoint;
        Ok(Self { seal, next: 0, course: Course::of_some(FIELDS), failures: Vec::new() })
    }

    /// Verifies one more; none when it cannot be read. Entries are counted by the position that they state, as is
    /// fitting where there is no other.
    pub fn check(&mut self, item: &Item) -> Option<Entry> {
        let n = self.next;
        self.next += 1;
        let Some(entry) = Entry::parse(&item.entry) else {
            self.fail([Failure::Malformed(Place::Entry(n))]);
            return None;
        };
        let (position, seal) = (entry.position, &self.seal);
        let lies = included(&item.entry, position, seal.size, &seal.root, &item.proof).is_err();
        let late = seal.at().is_some_and(|at| at < entry.at);
        self.fail(lies.then_some(Failure::NotIncluded(position)));
        self.fail(late.then_some(Failure::BackDated(Place::Checkpoint(0))));
        match item.told.as_ref().map(|told| (told, tells(position, &entry, told))) {
            Some((told, Ok(body))) => self.course.tell(position, &body, told),
            Some((_, Err(wrong))) => self.fail(wrong),
            None => self.course.hide(position),
        }
        Some(entry)
    }

    fn fail(&mut self, failures: impl IntoIterator<Item = Failure>) {
        let left = MOST.saturating_sub(self.failures.len());
        self.failures.extend(failures.into_iter().take(left));
    }

    /// All that is wrong.
    pub fn end(mut self) -> Vec<Failure> {
        // What is not in the log contradicts nothing.
        if self.failures.is_empty() {
            let wrong = std::mem::take(&mut self.course).end();
            self.fail(wrong);
        }
        self.failures
    }
}

/// Verifies entries against a signed checkpoint; returns them as read.
///
/// # Errors
/// All that is wrong, up to some thousand failures.
pub fn verify(checkpoint: &str, items: &[Item], trust: &Trust<'_>) -> Result<Vec<Entry>, Vec<Failure>> {
    let mut excerpt = Excerpt::begin(checkpoint, trust).map_err(|failure| vec![failure])?;
    let entries = items.iter().filter_map(|item| excerpt.check(item)).collect();
    let failures = excerpt.end();
    if failures.is_empty() { Ok(entries) } else { Err(failures) }
}
