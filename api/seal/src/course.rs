//! Whether the entries of each record follow on from each other: what one has left is what the next one found, and what
//! of personal data cannot be shown any more was erased by an entry that says so.

use crate::body::Body;
use crate::failure::Failure;
use crate::verify::Told;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// The context of what an actor was known by: it is not the record's, and never erased.
pub const AUTHENTICATION: &str = "authentication";
/// The act that erases a record's personal data, from its past as well.
pub const ERASE: &str = "erase";
/// What is lost, what was erased, what fails and what a record is known by take up as much room as so many fields.
const ROOM: usize = 8;

/// What a body says of its record, where it is one of the service's.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    act: Cow<'a, str>,
    #[serde(borrow)]
    record: Named<'a>,
    #[serde(borrow)]
    before: Option<Row<'a>>,
    #[serde(borrow)]
    after: Row<'a>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    version: i64,
}

/// The open fields of a record, each as it was written.
type Row<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// A field by its number, and what it held: 112 bits of SHA-256.
type Held = (u16, [u8; 14]);

/// What an entry left of its record.
#[derive(Debug)]
struct Left {
    entry: u64,
    version: i64,
    fields: Box<[Held]>,
}

/// Personal data that an entry committed to and that is not told.
#[derive(Debug)]
struct Lost {
    entry: u64,
    record: Option<String>,
    context: String,
    /// The entry that is said to have erased it.
    by: Option<u64>,
}

/// Entries one after the other, in their order. In memory are some 500 bytes for each record.
#[derive(Debug, Default)]
pub struct Course {
    /// Whether it began with the first entry of all, so that every record begins in it.
    whole: bool,
    /// The most fields that are kept; none where that is no matter.
    most: Option<usize>,
    kept: usize,
    /// There was more than that: nothing is said of what follows on from what.
    is_over: bool,
    names: HashMap<String, u16>,
    left: HashMap<String, Left>,
    /// The last entry whose body was not handed out.
    hidden: Option<u64>,
    lost: Vec<Lost>,
    erased: HashMap<String, u64>,
    /// Entries that are said to erase something, and whether they were told of.
    awaited: HashMap<u64, bool>,
    failures: Vec<Failure>,
}

impl Course {
    /// From the first entry of all.
    pub fn from_the_first() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Of some records, from whichever entry on; so many fields are kept at most.
    pub fn of_some(most: usize) -> Self {
        Self { most: Some(most), ..Self::default() }
    }

    /// The `n`th entry's body was not handed out: any record may have gone on in it.
    pub fn hide(&mut self, n: u64) {
        self.hidden = Some(n);
    }

    /// What the `n`th entry says.
    pub fn tell(&mut self, n: u64, body: &Body, told: &Told) {
        if self.is_over {
            return;
        }
        let said: Option<Said> = serde_json::from_slice(&body.open).ok();
        if let Some(awaited) = self.awaited.get_mut(&n) {
            *awaited = true;
        }
        self.miss(n, body, told, said.as_ref());
        let Some(said) = said else { return };
        if said.act == ERASE {
            self.erase(&said.record.id, n);
        }
        self.hold_against(n, &said, told);
        self.keep(n, said, told);
    }

    /// What the `n`th entry left, to hold the next ones against.
    pub fn begin(&mut self, n: u64, body: &Body, told: &Told) {
        if let Ok(said) = serde_json::from_slice(&body.open) {
            self.keep(n, said, told);
        }
    }

    /// The `n`th entry erased what entries up to it tell of this record.
    pub fn erase(&mut self, record: &str, n: u64) {
        if self.has_room_for(ROOM) {
            self.erased.entry(record.to_owned()).and_modify(|by| *by = n.max(*by)).or_insert(n);
        }
    }

    /// The records of which something cannot be shown, as far as no entry has erased it yet.
    pub fn bereft(&self) -> impl Iterator<Item = &str> {
        self.lost.iter().filter_map(|lost| lost.record.as_deref()).filter(|record| !self.erased.contains_key(*record))
    }

    /// What does not follow.
    pub fn end(self) -> Vec<Failure> {
        let Self { mut failures, lost, erased, awaited, .. } = self;
        if self.is_over {
            failures.push(Failure::TooMuch);
        }
        let is_explained = |lost: &Lost| {
            let is_erased =
                || lost.record.as_ref().and_then(|record| erased.get(record)).is_some_and(|by| *by >= lost.entry);
            // Of an entry that was not handed out nothing can be said, but that it is there.
            let is_beyond = || lost.by.is_some_and(|by| by >= lost.entry && awaited.get(&by) == Some(&false));
            lost.context != AUTHENTICATION && (is_erased() || is_beyond())
        };
        let missing = lost
            .into_iter()
            .filter(|lost| !is_explained(lost))
            .map(|lost| Failure::SaltMissing(lost.entry, lost.context));
        failures.extend(missing);
        failures
    }

    /// Notes what is committed to and neither told nor said to be withheld.
    fn miss(&mut self, n: u64, body: &Body, told: &Told, said: Option<&Said<'_>>) {
        for (context, _) in &body.commitments {
            if told.openings.iter().any(|opening| opening.context == *context) || told.withheld.contains(context) {
                continue;
            }
            if let Some(by) = told.erased_by {
                self.awaited.entry(by).or_insert(by == n);
            }
            let record = said.map(|said| said.record.id.clone().into_owned());
            if self.has_room_for(ROOM) {
                self.lost.push(Lost { entry: n, record, context: context.clone(), by: told.erased_by });
            }
        }
    }

    /// Holds what an entry found against what the last one left.
    fn hold_against(&mut self, n: u64, said: &Said<'_>, told: &Told) {
        let version = said.record.version;
        let Some(left) = self.left.get(said.record.id.as_ref()) else {
            let begins = version == 1 && said.before.is_none();
            if self.whole && self.hidden.is_none() && !begins {
                self.fail(Failure::OutOfCourse(n));
            }
            return;
        };
        if version != left.version + 1 {
            let may_lie_between = self.hidden.is_some_and(|hidden| hidden > left.entry) && version > left.version;
            if !may_lie_between {
                self.fail(Failure::OutOfCourse(n));
            }
            return;
        }
        let Some(before) = &said.before else {
            self.fail(Failure::OutOfCourse(n));
            return;
        };
        // What a newer service keeps more of, or less, is no contradiction.
        let differs = |(name, value): (&str, [u8; 14])| {
            let number = self.names.get(name)?;
            let place = left.fields.binary_search_by_key(number, |(number, _)| *number).ok()?;
            left.fields.get(place).is_some_and(|(_, was)| *was != value).then(|| name.to_owned())
        };
        let contradicted = fields("before.", before, told).find_map(differs);
        if let Some(field) = contradicted {
            let failure = Failure::Contradicted(n, left.entry, field);
            self.fail(failure);
        }
    }

    /// Keeps what an entry left.
    fn keep(&mut self, n: u64, said: Said<'_>, told: &Told) {
        let mut held: Vec<Held> = Vec::with_capacity(said.after.len());
        for (name, value) in fields("after.", &said.after, told) {
            let number = match (self.names.get(name), u16::try_from(self.names.len())) {
                (Some(number), _) => *number,
                (None, Ok(next)) => *self.names.entry(name.to_owned()).or_insert(next),
                // No service has so many fields.
                (None, Err(_)) => {
                    self.is_over = true;
                    return;
                }
            };
            held.push((number, value));
        }
        if !self.has_room_for(held.len() + ROOM) {
            return;
        }
        held.sort_unstable();
        let left = Left { entry: n, version: said.record.version, fields: held.into_boxed_slice() };
        if let Some(before) = self.left.insert(said.record.id.into_owned(), left) {
            self.kept -= before.fields.len() + ROOM;
        }
    }

    fn fail(&mut self, failure: Failure) {
        if self.has_room_for(ROOM) {
            self.failures.push(failure);
        }
    }

    /// Takes room for so many fields; tells whether there was any.
    fn has_room_for(&mut self, fields: usize) -> bool {
        self.kept += fields;
        self.is_over |= self.most.is_some_and(|most| self.kept > most);
        !self.is_over
    }
}

/// The fields of one side of an entry as far as they are told, open ones and disclosed ones.
fn fields<'a>(side: &'a str, open: &'a Row<'a>, told: &'a Told) -> impl Iterator<Item = (&'a str, [u8; 14])> {
    let open = open.iter().map(|(name, value)| (name.as_ref(), digest(value.get().as_bytes())));
    let disclosed = told
        .openings
        .iter()
        .filter_map(move |opening| Some((opening.context.strip_prefix(side)?, digest(&opening.value))));
    open.chain(disclosed)
}

fn digest(value: &[u8]) -> [u8; 14] {
    let hash: [u8; 32] = Sha256::digest(value).into();
    let mut short = [0; 14];
    short.copy_from_slice(hash.split_at(14).0);
    short
}
