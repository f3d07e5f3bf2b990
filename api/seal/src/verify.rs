//! Whether a whole trail is what was sealed, told from its stored bytes alone.

use crate::body::{self, Body, Opening};
use crate::bundle;
use crate::checkpoint::Checkpoint;
use crate::contents::contents;
use crate::course::Course;
use crate::entry::Entry;
use crate::failure::{Failure, Place};
use crate::restored::{Restore, explain};
use crate::seals::{self, Seal, Trust};
use crate::tile::WIDTH;
use crate::tree::{Hash, leaf};
use std::collections::BTreeSet;

/// A trail as it is stored or exported; nothing in it is taken on trust.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// Signed checkpoints, oldest first.
    pub checkpoints: Vec<String>,
    /// The entry bundles `tile/entries/<N>` in their order, each full but the last.
    pub bundles: Vec<Vec<u8>>,
    /// The hash tiles `tile/0/<N>` in their order. They tell *where* a trail was changed; none may be there.
    pub tiles: Vec<Vec<u8>>,
    /// What each entry tells of, in the order of the entries.
    pub told: Vec<Told>,
    /// Indexes of entries whose body was not handed out: of them only place, time and hash are proven.
    pub withheld: BTreeSet<u64>,
}

/// The body of an entry, with what of it is still disclosed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The body's bytes ([`Body::encode`]).
    pub body: Vec<u8>,
    /// Values that are neither erased nor withheld.
    pub openings: Vec<Opening>,
    /// Contexts of what is there and was not handed out.
    pub withheld: Vec<String>,
    /// The index of the entry that erased what is neither told nor withheld.
    pub erased_by: Option<u64>,
}

/// What was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many entries, all sealed by the newest checkpoint.
    pub entries: u64,
    /// How many checkpoints, held ones too.
    pub checkpoints: usize,
    /// The sealed root.
    pub root: Hash,
    /// Times of the first and last entry, in microseconds since 1970.
    pub span: Option<(i64, i64)>,
    /// How many committed values are disclosed, and are what was committed to.
    pub disclosed: usize,
    /// How many bodies were not handed out.
    pub withheld: usize,
    /// How many committed values were not handed out.
    pub unopened: usize,
    /// How many committed values are erased, each by an entry that says so; that there was one, and when, is still proven.
    pub erased: usize,
}

/// Verifies a trail.
///
/// # Errors
/// All that is wrong, each once and in a fixed order.
pub fn verify(trail: &Trail, trust: &Trust<'_>) -> Result<Summary, Vec<Failure>> {
    let mut check = Check::begin(trail, trust);
    for (n, told) in (0..).zip(&trail.told) {
        check.tell(Some(told).filter(|_| !trail.withheld.contains(&n)));
    }
    check.end()
}

/// A verification under way: the log has been looked at, and what its entries tell of is handed in one after the other,
/// so that no more than one body need be in memory.
#[derive(Debug)]
pub struct Check {
    entries: Vec<Option<Entry>>,
    newest: Option<Checkpoint>,
    checkpoints: usize,
    /// How many entries have been told of.
    next: usize,
    disclosed: usize,
    committed: usize,
    withheld: usize,
    unopened: usize,
    course: Course,
    held: Vec<Seal>,
    restores: Vec<Restore>,
    failures: Vec<Failure>,
}

impl Check {
    /// Looks at checkpoints, bundles and tiles of a trail; what it tells of is left to [`Check::tell`].
    pub fn begin(trail: &Trail, trust: &Trust<'_>) -> Self {
        let mut failures = Vec::new();
        let (own, held) = seals::chain(&trail.checkpoints, trust, &mut failures);
        let leaves = leaves(&trail.bundles, &mut failures);
        let entries: Vec<Option<Entry>> = leaves.iter().map(|leaf| Entry::parse(leaf)).collect();
        for (n, _) in entries.iter().enumerate().filter(|(_, entry)| entry.is_none()) {
            failures.push(Failure::Malformed(Place::Entry(n as u64)));
        }
        let hashes: Vec<Hash> = leaves.iter().map(|bytes| leaf(bytes)).collect();
        let marks: Vec<&Seal> = own.iter().chain(&held).collect();
        if let Some(newest) = own.last() {
            failures.extend(contents(&trail.tiles, &hashes, &entries, newest, &marks));
        } else {
            failures.push(Failure::NoSeal);
        }
        let (checkpoints, newest) = (marks.len(), own.last().map(|seal| seal.checkpoint.clone()));
        Self {
            entries,
            newest,
            checkpoints,
            next: 0,
            disclosed: 0,
            committed: 0,
            withheld: 0,
            unopened: 0,
            course: Course::from_the_first(),
            held,
            restores: Vec::new(),
            failures,
        }
    }

    /// What the next entry tells of; none where it was not handed out.
    pub fn tell(&mut self, told: Option<&Told>) {
        let n = self.next as u64;
        match (self.entries.get(self.next), told) {
            (None, _) => self.failures.push(Failure::Malformed(Place::Body(n))),
            (Some(_), None) => {
                self.withheld += 1;
                self.course.hide(n);
            }
            (Some(None), Some(_)) => {}
            (Some(Some(entry)), Some(told)) => match tells(n, entry, told) {
                Ok(body) => {
                    self.disclosed += told.openings.len();
                    self.committed += body.commitments.len();
                    self.unopened += told.withheld.len();
                    self.restores.extend(Restore::declared(n, entry.at, &body));
                    // What was never sealed contradicts nothing.
                    if self.failures.is_empty() {
                        self.course.tell(n, &body, told);
                    }
                }
                Err(wrong) => self.failures.extend(wrong),
            },
        }
        self.next += 1;
    }

    /// What was proven of all that was handed in.
    ///
    /// # Errors
    /// As [`verify`].
    pub fn end(self) -> Result<Summary, Vec<Failure>> {
        let Self { entries, mut failures, .. } = self;
        let silent = (0..).zip(&entries).skip(self.next).filter(|(_, entry)| entry.is_some());
        failures.extend(silent.map(|(n, _)| Failure::BodyMissing(n)));
        if failures.is_empty() {
            failures = self.course.end();
        }
        if let (Some(newest), true) = (self.newest, failures.is_empty()) {
            let ends = entries.first().zip(entries.last()).and_then(|(first, last)| Some((first.as_ref()?, (*last)?)));
            return Ok(Summary {
                entries: newest.size,
                checkpoints: self.checkpoints,
                root: newest.root,
                span: ends.map(|(first, last)| (first.at, last.at)),
                disclosed: self.disclosed,
                withheld: self.withheld,
                unopened: self.unopened,
                erased: self.committed - self.disclosed - self.unopened,
            });
        }
        explain(&mut failures, &self.held, &self.restores);
        let once: BTreeSet<Failure> = failures.into_iter().collect();
        Err(once.into_iter().collect())
    }
}

/// The bytes of the entries, as far as the bundles can be read.
fn leaves<'a>(bundles: &'a [Vec<u8>], failures: &mut Vec<Failure>) -> Vec<&'a [u8]> {
    let mut leaves = Vec::new();
    for (n, bytes) in bundles.iter().enumerate() {
        let entries = bundle::entries(bytes).unwrap_or_default();
        if entries.is_empty() || (n + 1 < bundles.len() && entries.len() < usize::from(WIDTH)) {
            failures.push(Failure::Malformed(Place::Bundle(n)));
        }
        leaves.extend(entries);
    }
    leaves
}

/// Checks what an entry, the `n`th as stored, tells of; returns its body.
///
/// # Errors
/// What is wrong with body or openings.
pub fn tells(n: u64, entry: &Entry, told: &Told) -> Result<Body, Vec<Failure>> {
    if body::hash(&told.body) != entry.body {
        return Err(vec![Failure::BodyChanged(n)]);
    }
    let Some(body) = Body::parse(&told.body) else { return Err(vec![Failure::Malformed(Place::Body(n))]) };
    let (mut failures, mut opened) = (Vec::new(), BTreeSet::new());
    for opening in &told.openings {
        let committed = body.commitments.iter().find(|(context, _)| *context == opening.context);
        match committed {
            Some((context, commitment)) if opening.opens(commitment) && opened.insert(context) => {}
            Some((context, _)) => failures.push(Failure::WrongOpening(n, context.clone())),
            None => failures.push(Failure::StrayOpening(n, opening.context.clone())),
        }
    }
    for context in &told.withheld {
        let is_committed = body.commitments.iter().any(|(committed, _)| committed == context);
        if !is_committed || !opened.insert(context) {
            failures.push(Failure::StrayOpening(n, context.clone()));
        }
    }
    if failures.is_empty() { Ok(body) } else { Err(failures) }
}
