//! A log of 300 entries, attacked in every named way, thousands of times: each attack is told by its name.

pub(super) use isms::trail::seal::body::{Body, Opening, hash};
pub(super) use isms::trail::seal::bundle::{bundle, entries};
pub(super) use isms::trail::seal::checkpoint::Checkpoint;
pub(super) use isms::trail::seal::entry::Entry;
pub(super) use isms::trail::seal::excerpt::{self, Item};
pub(super) use isms::trail::seal::failure::{Failure, Place};
pub(super) use isms::trail::seal::key::{Key, Signer};
pub(super) use isms::trail::seal::proof::Plan;
pub(super) use isms::trail::seal::seals::Trust;
pub(super) use isms::trail::seal::tree::{Hash, Node, Peaks, leaf};
pub(super) use isms::trail::seal::verify::{Told, Trail, verify};
pub(super) use rand::rngs::StdRng;
pub(super) use rand::{Rng, SeedableRng};
pub(super) use std::collections::{BTreeMap, HashMap};

use super::attacks::attacks;

pub(super) const ORIGIN: &str = "isms.example/trail/1";
pub(super) const ENTRIES: usize = 300;
pub(super) const SEALED: [usize; 7] = [1, 7, 64, 130, 256, 257, ENTRIES];

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
    /// An honest log: bodies commit to up to three values, of which some are erased.
    pub(super) fn honest(rng: &mut StdRng) -> Self {
        let (mut all, mut told, mut at) = (Vec::new(), Vec::new(), 1_760_000_000_000_000);
        for position in 0..ENTRIES as u64 {
            at += rng.random_range(0..5_000_000);
            let mut openings: Vec<Opening> = ["actor.mail", "actor.name", "note"][..rng.random_range(0..=3)]
                .iter()
                .map(|context| Opening {
                    context: (*context).to_owned(),
                    salt: rng.random(),
                    value: format!("value {}", rng.random_range(0..9)).into_bytes(),
                })
                .collect();
            let body = Body::new(format!("{{\"change\":{position}}}").as_bytes(), &openings).encode().unwrap();
            all.push(Entry { position, at, body: hash(&body) });
            openings.retain(|_| rng.random_range(0..4) > 0);
            told.push(Told { body, openings });
        }
        let keys = vec![signer(ORIGIN, 1).key(), signer("isms.example/trail/2", 2).key()];
        let mut case = Self { entries: all, told, tiles: vec![], checkpoints: vec![], held: vec![], keys };
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

    pub(super) fn verify(&self, trail: &Trail) -> Result<isms::trail::seal::verify::Summary, Vec<Failure>> {
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
        (Entry { position: near as u64, at: like.at, body: hash(&body) }, Told { body, openings: vec![] })
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

pub(super) fn resigned(note: &str, signer: &Signer, change: impl Fn(&mut Checkpoint)) -> String {
    let (text, _) = note.rsplit_once("\n\n").unwrap();
    let mut checkpoint = Checkpoint::parse(&format!("{text}\n")).unwrap();
    change(&mut checkpoint);
    checkpoint.sign(signer).unwrap()
}

/// Attacks that break more than one thing, so that more is found; of all others just the one failure is to be told.
pub(super) const MORE: [&str; 22] = [
    "a bundle is split in two",
    "a hash tile before the last is cut short",
    "the newest checkpoint is of another history, and an entry of no history",
    "two newest checkpoints have other roots",
    "a body is gone",
    "a bundle is cut short",
    "a checkpoint is another log's",
    "a checkpoint is not as its format says",
    "a checkpoint is signed with another log's key",
    "a signed checkpoint is changed",
    "all checkpoints are gone",
    "an entry in a bundle is of another format",
    "an entry is dropped, with the hash tiles made anew",
    "an entry is edited",
    "an older backup is put back",
    "an older checkpoint is put last",
    "history is made anew under another key",
    "history is rewritten by whoever has the key",
    "the end is cut off",
    "the newest checkpoint is of another history",
    "two bodies are exchanged",
    "two checkpoints of one size have other roots",
];

/// Changes a case and tells what has to be found.
pub(super) type Attack = fn(&mut Case, &mut Trail, &mut StdRng) -> Failure;

#[test]
fn an_untouched_log_is_proven() {
    let mut rng = StdRng::seed_from_u64(1);
    for _ in 0..20 {
        let case = Case::honest(&mut rng);
        let committed: usize = case.told.iter().map(|told| Body::parse(&told.body).unwrap().commitments.len()).sum();
        let summary = case.verify(&case.trail()).unwrap();
        assert_eq!((summary.entries, summary.checkpoints, summary.root), (300, 9, case.root(ENTRIES)));
        assert_eq!(summary.span, Some((case.entries[0].at, case.entries[ENTRIES - 1].at)));
        assert_eq!(summary.disclosed, case.told.iter().map(|told| told.openings.len()).sum::<usize>());
        assert_eq!(summary.disclosed + summary.erased, committed);
        assert!(summary.disclosed > 0 && summary.erased > 0);
        let mut bare = case.trail();
        bare.tiles.clear();
        assert_eq!(case.verify(&bare), Ok(summary.clone()), "hash tiles are no need");
        let mut erased = case.clone();
        erased.told.iter_mut().for_each(|told| told.openings.clear());
        let without = erased.verify(&erased.trail()).unwrap();
        assert_eq!((without.disclosed, without.erased, without.root), (0, committed, summary.root));
    }
}

#[test]
fn a_log_without_entries_is_proven() {
    let mut rng = StdRng::seed_from_u64(1);
    let mut case = Case { entries: vec![], told: vec![], held: vec![], ..Case::honest(&mut rng) };
    case.retile();
    case.checkpoints = vec![case.checkpoint(0, &signer(ORIGIN, 1))];
    let summary = case.verify(&case.trail()).unwrap();
    assert_eq!((summary.entries, summary.span), (0, None));
    case.told.push(Told::default());
    assert_eq!(case.verify(&case.trail()), Err(vec![Failure::Malformed(Place::Body(0))]));
}

/// How often each attack is tried (`TRAIL_ATTACKS`).
fn rounds() -> usize {
    std::env::var("TRAIL_ATTACKS").map_or(60, |text| text.parse().expect("TRAIL_ATTACKS is a whole number"))
}

#[test]
fn every_attack_is_told_by_its_name() {
    let mut rng = StdRng::seed_from_u64(7);
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    let honest: Vec<Case> = (0..4).map(|_| Case::honest(&mut rng)).collect();
    for (title, attack) in attacks() {
        for round in 0..rounds() {
            let mut case = honest[round % honest.len()].clone();
            let mut trail = Trail::default();
            let expected = attack(&mut case, &mut trail, &mut rng);
            let failures = case.verify(&trail).expect_err(title);
            assert!(failures.contains(&expected), "{title}: expected {expected:?}, got {failures:?}");
            assert!(failures.len() == 1 || MORE.contains(&title), "{title}: {failures:?}");
            *names.entry(expected.name()).or_default() += 1;
        }
    }
    println!("{} attacks, by name: {names:?}", names.values().sum::<usize>());
    assert!(names.len() >= 22, "{names:?}");
}

#[test]
fn any_changed_byte_is_found() {
    let mut rng = StdRng::seed_from_u64(11);
    let case = Case::honest(&mut rng);
    let honest = case.trail();
    for _ in 0..3000 {
        let mut trail = honest.clone();
        let n = rng.random_range(0..ENTRIES);
        let bytes = match rng.random_range(0..3) {
            0 => &mut trail.bundles[n % 2],
            1 => &mut trail.tiles[n % 2],
            _ => &mut trail.told[n].body,
        };
        let at = rng.random_range(0..bytes.len());
        bytes[at] ^= 1 << rng.random_range(0..8);
        assert!(case.verify(&trail).is_err());
    }
    for _ in 0..1500 {
        let mut trail = honest.clone();
        let n = rng.random_range(0..SEALED.len());
        let mut note: Vec<char> = trail.checkpoints[n].chars().collect();
        let at = rng.random_range(0..note.len());
        let other = rng.random_range(' '..'\u{7f}');
        if note[at] != other {
            note[at] = other;
            trail.checkpoints[n] = note.into_iter().collect();
            assert!(case.verify(&trail).is_err(), "{}", trail.checkpoints[n]);
        }
    }
    for _ in 0..1500 {
        let mut trail = honest.clone();
        let n = case.disclosing(&mut rng);
        let openings = &mut trail.told[n].openings;
        let which = rng.random_range(0..openings.len());
        let opening = &mut openings[which];
        match rng.random_range(0..3) {
            0 => opening.salt[rng.random_range(0..32)] ^= 1 << rng.random_range(0..8),
            1 => opening.value[rng.random_range(0..7)] ^= 1 << rng.random_range(0..8),
            _ => opening.context.push('x'),
        }
        assert_eq!(case.verify(&trail).unwrap_err().len(), 1);
    }
}

#[test]
fn entries_alone_are_proven_by_checkpoint_and_proof() {
    let mut rng = StdRng::seed_from_u64(5);
    let case = Case::honest(&mut rng);
    let (mut peaks, mut stored) = (Peaks::default(), HashMap::<Node, Hash>::new());
    for entry in &case.entries {
        stored.extend(peaks.push(leaf(&entry.encode())).unwrap());
    }
    let trust = Trust { origin: ORIGIN, keys: &case.keys, held: &[] };
    for _ in 0..300 {
        let which = rng.random_range(0..SEALED.len());
        let (size, note) = (SEALED[which], &case.checkpoints[which]);
        let item = |index: usize| {
            let plan = Plan::inclusion(index as u64, size as u64).unwrap();
            let proof = plan.proof(&plan.nodes().map(|node| stored[&node]).collect::<Vec<_>>()).unwrap();
            Item { entry: case.entries[index].encode().to_vec(), proof, told: Some(case.told[index].clone()) }
        };
        let index = rng.random_range(0..size);
        let right = item(index);
        assert_eq!(excerpt::verify(note, std::slice::from_ref(&right), &trust), Ok(vec![case.entries[index]]));
        let mut edited = right.clone();
        edited.entry[rng.random_range(9..49)] ^= 1;
        let failures = excerpt::verify(note, &[right.clone(), edited], &trust).unwrap_err();
        assert!(failures.contains(&Failure::NotIncluded(index as u64)));
        let mut moved = right.clone();
        moved.entry[8] ^= 1;
        assert!(excerpt::verify(note, &[moved], &trust).is_err());
        let mut unproven = right.clone();
        unproven.proof.push([0; 32]);
        assert_eq!(excerpt::verify(note, &[unproven], &trust), Err(vec![Failure::NotIncluded(index as u64)]));
        let mut other = right.clone();
        other.told.as_mut().expect("told").body.push(b' ');
        assert_eq!(excerpt::verify(note, &[other], &trust), Err(vec![Failure::BodyChanged(index as u64)]));
        let mut cut = right.clone();
        cut.entry.pop();
        assert_eq!(excerpt::verify(note, &[cut], &trust), Err(vec![Failure::Malformed(Place::Entry(0))]));
        let early = vec![format!("at {}", case.entries[index].at - 1)];
        let early = resigned(note, &signer(ORIGIN, 1), |checkpoint| checkpoint.extensions.clone_from(&early));
        let failures = excerpt::verify(&early, std::slice::from_ref(&right), &trust);
        assert_eq!(failures, Err(vec![Failure::BackDated(Place::Checkpoint(0))]));
        let foreign = resigned(note, &signer(ORIGIN, 9), |_| {});
        assert_eq!(excerpt::verify(&foreign, &[right], &trust), Err(vec![Failure::UnknownKey(Place::Checkpoint(0))]));
    }
    let bytes = bundle(&[case.entries[0].encode()]).unwrap();
    assert_eq!(entries(&bytes).unwrap().len(), 1);
}
