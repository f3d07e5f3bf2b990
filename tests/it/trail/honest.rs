//! An honest log of 300 entries, and what it takes to change it.

pub(super) use isms_seal::body::{Body, Opening, hash};
pub(super) use isms_seal::bundle::{bundle, entries};
pub(super) use isms_seal::checkpoint::Checkpoint;
pub(super) use isms_seal::entry::Entry;
pub(super) use isms_seal::excerpt::{self, Item};
pub(super) use isms_seal::failure::{Failure, Place};
pub(super) use isms_seal::key::{Key, Signer};
pub(super) use isms_seal::proof::Plan;
pub(super) use isms_seal::seals::Trust;
pub(super) use isms_seal::tree::{Hash, Node, Peaks, leaf};
pub(super) use isms_seal::verify::{Told, Trail, verify};
pub(super) use rand::rngs::StdRng;
pub(super) use rand::{Rng, SeedableRng};
use serde_json::{Map, Value, json};
pub(super) use std::collections::{BTreeMap, HashMap};

pub(super) const ORIGIN: &str = "isms.example/trail/1";
pub(super) const ENTRIES: usize = 300;
pub(super) const SEALED: [usize; 7] = [1, 7, 64, 130, 256, 257, ENTRIES];

/// Changes a case and tells what has to be found.
pub(super) type Attack = fn(&mut Case, &mut Trail, &mut StdRng) -> Failure;

pub(super) fn signer(name: &str, seed: u8) -> Signer {
    Signer::new(name, &[seed; 32]).unwrap()
}

/// What a verifier has, and what it is to find.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) entries: Vec<Entry>,
    pub(super) told: Vec<Told>,
    pub(super) tiles: Vec<Vec<u8>>,
    pub(super) checkpoints: Vec<String>,
    pub(super) held: Vec<String>,
    pub(super) keys: Vec<Key>,
}

impl Case {
    /// An honest log: records are made, changed, and some of them erased; each body commits to what the actor was known
    /// by, and to names and addresses.
    pub(super) fn honest(rng: &mut StdRng) -> Self {
        let mut case = Self {
            entries: vec![],
            told: vec![],
            tiles: vec![],
            checkpoints: vec![],
            held: vec![],
            keys: vec![signer(ORIGIN, 1).key(), signer("isms.example/trail/2", 2).key()],
        };
        let mut records: Vec<Record> = Vec::new();
        let mut at = 1_760_000_000_000_000;
        for position in 0..ENTRIES as u64 {
            at += rng.random_range(0..5_000_000);
            if records.len() < 20 || rng.random_range(0..4) == 0 {
                records.push(Record::default());
            }
            let which = rng.random_range(0..records.len());
            let told = records[which].changed(rng, which);
            if records[which].is_erased_by == Some(records[which].version) {
                records[which].is_erased_by = Some(0);
                for earlier in records[which].entries.drain(..) {
                    let told: &mut Told = &mut case.told[earlier];
                    told.openings.retain(|opening| opening.context == "authentication");
                }
            }
            records[which].entries.push(case.told.len());
            case.entries.push(Entry { position, at, body: hash(&told.body) });
            case.told.push(told);
        }
        case.seal(&signer(ORIGIN, 1));
        case.held = vec![case.checkpoints[2].clone(), case.checkpoints[5].clone()];
        case
    }

    /// What the tree is made of: with the key, anyone can do this.
    pub(super) fn seal(&mut self, signer: &Signer) {
        self.retile();
        self.checkpoints =
            SEALED.iter().filter(|n| **n <= self.entries.len()).map(|n| self.checkpoint(*n, signer)).collect();
    }

    pub(super) fn checkpoint(&self, size: usize, signer: &Signer) -> String {
        let at = self.entries[..size].iter().map(|entry| entry.at).max().unwrap_or(0);
        Checkpoint::dated(ORIGIN, size as u64, self.root(size), at + 1).sign(signer).unwrap()
    }

    pub(super) fn root(&self, size: usize) -> Hash {
        let mut peaks = Peaks::default();
        for entry in &self.entries[..size] {
            peaks.push(leaf(&entry.encode())).unwrap();
        }
        peaks.root()
    }

    /// Makes the hash tiles anew: for this no key is needed.
    pub(super) fn retile(&mut self) {
        let hashes: Vec<Hash> = self.entries.iter().map(|entry| leaf(&entry.encode())).collect();
        self.tiles = hashes.chunks(256).map(<[Hash]>::concat).collect();
    }

    pub(super) fn trail(&self) -> Trail {
        let bytes: Vec<_> = self.entries.iter().map(Entry::encode).collect();
        Trail {
            checkpoints: self.checkpoints.clone(),
            bundles: bytes.chunks(256).map(|entries| bundle(entries).unwrap()).collect(),
            tiles: self.tiles.clone(),
            told: self.told.clone(),
            ..Trail::default()
        }
    }

    pub(super) fn verify(&self, trail: &Trail) -> Result<isms_seal::verify::Summary, Vec<Failure>> {
        verify(trail, &Trust { origin: ORIGIN, keys: &self.keys, held: &self.held })
    }

    /// Numbers the entries as if they had always been so.
    pub(super) fn renumber(&mut self) {
        for (position, entry) in (0..).zip(&mut self.entries) {
            entry.position = position;
        }
    }

    pub(super) fn forged(&self, rng: &mut StdRng, near: usize) -> (Entry, Told) {
        let body = Body::new(format!("forged {}", rng.random::<u64>()).as_bytes(), &[]).encode().unwrap();
        let like = self.entries[near.min(self.entries.len() - 1)];
        (Entry { position: near as u64, at: like.at, body: hash(&body) }, Told { body, ..Told::default() })
    }

    /// Puts what another body says in the place of the one that this entry has, and seals it: who has the key can do that.
    pub(super) fn say(&mut self, n: usize, change: impl FnOnce(&mut Value)) {
        let body = Body::parse(&self.told[n].body).expect("a body");
        let mut open: Value = serde_json::from_slice(&body.open).expect("JSON");
        change(&mut open);
        let body = Body { open: open.to_string().into_bytes(), ..body }.encode().expect("a body");
        self.entries[n].body = hash(&body);
        self.told[n].body = body;
        self.held.clear();
        self.seal(&signer(ORIGIN, 1));
    }

    /// What the entry's body says.
    pub(super) fn says(&self, n: usize) -> Value {
        serde_json::from_slice(&Body::parse(&self.told[n].body).expect("a body").open).expect("JSON")
    }

    /// The entry that erased what this body committed to and is not told.
    pub(super) fn erasure(&self, told: &Told) -> Option<u64> {
        let said = |told: &Told| -> Value {
            serde_json::from_slice(&Body::parse(&told.body).expect("a body").open).expect("JSON")
        };
        let many = Body::parse(&told.body).expect("a body").commitments.len();
        let erases =
            |other: &Told| said(other)["act"] == "erase" && said(other)["record"]["id"] == said(told)["record"]["id"];
        (told.openings.len() < many)
            .then(|| (0..).zip(&self.told).find(|(_, other)| erases(other)).expect("an erasure").0)
    }

    /// An entry, from some place on, of which this is true.
    pub(super) fn one(&self, rng: &mut StdRng, is: impl Fn(&Self, usize) -> bool) -> usize {
        let from = rng.random_range(0..ENTRIES);
        (from..ENTRIES).chain(0..from).find(|n| is(self, *n)).expect("one of them")
    }

    /// The entry of the same record before this one.
    pub(super) fn before(&self, n: usize) -> Option<usize> {
        let record = self.says(n)["record"]["id"].clone();
        (0..n).rev().find(|earlier| self.says(*earlier)["record"]["id"] == record)
    }

    /// An entry that still discloses something.
    pub(super) fn disclosing(&self, rng: &mut StdRng) -> usize {
        loop {
            let n = rng.random_range(0..self.told.len());
            if !self.told[n].openings.is_empty() {
                return n;
            }
        }
    }
}

/// A record whose changes a log tells of.
#[derive(Default)]
pub(super) struct Record {
    version: u32,
    row: Map<String, Value>,
    is_erased_by: Option<u32>,
    entries: Vec<usize>,
}

impl Record {
    /// What is personal of it.
    const PERSONAL: [&str; 2] = ["mail", "name"];

    /// Its next change, with all that it commits to.
    fn changed(&mut self, rng: &mut StdRng, which: usize) -> Told {
        let before = (self.version > 0).then(|| self.row.clone());
        self.version += 1;
        let is_erasure = self.version > 1 && self.is_erased_by.is_none() && rng.random_range(0..12) == 0;
        self.row.insert("version".into(), self.version.into());
        self.row.insert("title".into(), format!("title {}", rng.random_range(0..9)).into());
        for column in Self::PERSONAL {
            if is_erasure {
                self.row.insert(column.into(), "erased".into());
            } else if self.is_erased_by.is_none() && (self.version == 1 || rng.random_range(0..2) == 0) {
                let value = format!("value {}", rng.random_range(0..9));
                self.row.insert(column.into(), if rng.random_range(0..5) == 0 { Value::Null } else { value.into() });
            }
        }
        if is_erasure {
            self.is_erased_by = Some(self.version);
        }
        let act = if is_erasure { "erase" } else { "update" };
        let mut told = said(rng, act, which, self.version, before, self.row.clone());
        if is_erasure {
            told.openings.retain(|opening| opening.context == "authentication");
        }
        told
    }
}

/// A body as the service writes it, with all that it commits to.
pub(super) fn said(
    rng: &mut StdRng,
    act: &str,
    which: usize,
    version: u32,
    before: Option<Map<String, Value>>,
    after: Map<String, Value>,
) -> Told {
    let known = format!("{{\"tokenId\":{}}}", rng.random_range(0..9));
    let mut openings =
        vec![Opening { context: "authentication".into(), salt: rng.random(), value: known.into_bytes() }];
    let mut open = |side: &str, mut row: Map<String, Value>| {
        for column in Record::PERSONAL {
            if row.get(column).is_some_and(|value| !value.is_null()) {
                let value = row.remove(column).expect("a value").to_string().into_bytes();
                openings.push(Opening { context: format!("{side}.{column}"), salt: rng.random(), value });
            }
        }
        row
    };
    let (before, after) = (before.map(|row| open("before", row)), open("after", after));
    let open = json!({"act": act, "record": {"id": format!("record {which}"), "type": "Person", "version": version},
        "before": before, "after": after});
    let body = Body::new(open.to_string().as_bytes(), &openings).encode().expect("a body");
    Told { body, openings, ..Told::default() }
}

pub(super) fn resigned(note: &str, signer: &Signer, change: impl Fn(&mut Checkpoint)) -> String {
    let (text, _) = note.rsplit_once("\n\n").unwrap();
    let mut checkpoint = Checkpoint::parse(&format!("{text}\n")).unwrap();
    change(&mut checkpoint);
    checkpoint.sign(signer).unwrap()
}

/// What a verifier has of a case.
pub(super) fn made(case: &Case, trail: &mut Trail) {
    *trail = case.trail();
}
