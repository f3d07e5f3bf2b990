//! A log of 300 entries, attacked in every named way, thousands of times: each attack is told by its name.

use super::attacks::attacks;
use super::breaks::breaks;
use super::honest::*;

/// Attacks that break more than one thing, so that more is found; of all others just the one failure is to be told.
const MORE: [&str; 23] = [
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
    "something is erased, and no entry says so",
    "the end is cut off",
    "the newest checkpoint is of another history",
    "two bodies are exchanged",
    "two checkpoints of one size have other roots",
];

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
        // What is not for the reader is no fault, and counted by itself.
        let mut kept = case.clone();
        for told in &mut kept.told {
            told.withheld = told.openings.drain(..).map(|opening| opening.context).collect();
        }
        let without = kept.verify(&kept.trail()).unwrap();
        assert_eq!((without.disclosed, without.unopened, without.root), (0, summary.disclosed, summary.root));
        assert_eq!(without.erased, summary.erased);
        // Where a body is not handed out, anything may have happened in it.
        let mut hidden = case.trail();
        hidden.withheld = (0..ENTRIES as u64).filter(|_| rng.random_range(0..3) == 0).collect();
        for told in &mut hidden.told {
            told.erased_by = case.erasure(told);
        }
        case.verify(&hidden).unwrap();
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
    for (title, attack) in attacks().into_iter().chain(breaks()) {
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
    assert!(names.len() >= 25, "{names:?}");
}

#[test]
fn any_changed_byte_is_found() {
    let mut rng = StdRng::seed_from_u64(11);
    let case = Case::honest(&mut rng);
    let honest = case.trail();
    for _ in 0..1500 {
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
    for _ in 0..800 {
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
            let told = Told { erased_by: case.erasure(&case.told[index]), ..case.told[index].clone() };
            Item { entry: case.entries[index].encode().to_vec(), proof, told: Some(told) }
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
