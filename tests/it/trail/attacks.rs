//! What is done to a log by those who want it to tell something else, each with the failure that it is told by.

use super::honest::*;

pub(super) fn attacks() -> Vec<(&'static str, Attack)> {
    vec![
        ("an entry is edited", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES);
            let entry = &mut case.entries[n];
            match rng.random_range(0..3) {
                0 => entry.at += rng.random_range(1..9),
                1 => entry.body[rng.random_range(0..32)] ^= 1 << rng.random_range(0..8),
                _ => entry.position += 1000,
            }
            made(case, trail);
            Failure::Edited(n as u64)
        }),
        ("an entry and its body are edited", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES);
            let (forged, told) = case.forged(rng, n);
            (case.entries[n], case.told[n]) = (forged, told);
            made(case, trail);
            Failure::Edited(n as u64)
        }),
        ("a body is edited", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES);
            let body = &mut case.told[n].body;
            let at = rng.random_range(0..body.len());
            body[at] ^= 1 << rng.random_range(0..8);
            made(case, trail);
            Failure::BodyChanged(n as u64)
        }),
        ("two bodies are exchanged", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES - 1);
            case.told.swap(n, n + 1);
            made(case, trail);
            Failure::BodyChanged(n as u64)
        }),
        ("a body is gone", |case, trail, rng| {
            case.told.truncate(rng.random_range(0..ENTRIES));
            made(case, trail);
            Failure::BodyMissing(case.told.len() as u64)
        }),
        ("a body too many", |case, trail, rng| {
            let told = case.told[rng.random_range(0..ENTRIES)].clone();
            case.told.push(told);
            made(case, trail);
            Failure::Malformed(Place::Body(ENTRIES as u64))
        }),
        ("an entry is dropped", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES - 1);
            case.entries.remove(n);
            case.told.remove(n);
            made(case, trail);
            Failure::Dropped(n as u64)
        }),
        ("an entry is dropped, with the hash tiles made anew", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES - 1);
            case.entries.remove(n);
            case.told.remove(n);
            case.retile();
            made(case, trail);
            Failure::Dropped(n as u64)
        }),
        ("an entry is inserted", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES);
            let (forged, told) = case.forged(rng, n);
            case.entries.insert(n, forged);
            case.told.insert(n, told);
            made(case, trail);
            Failure::Inserted(n as u64)
        }),
        ("an entry is played again", |case, trail, rng| {
            let n = rng.random_range(1..ENTRIES);
            let old = rng.random_range(0..n);
            case.entries.insert(n, case.entries[old]);
            case.told.insert(n, case.told[old].clone());
            made(case, trail);
            Failure::Inserted(n as u64)
        }),
        ("two entries are swapped", |case, trail, rng| {
            let one = rng.random_range(0..ENTRIES - 1);
            let other = rng.random_range(one + 1..ENTRIES);
            case.entries.swap(one, other);
            case.told.swap(one, other);
            made(case, trail);
            Failure::Swapped(one as u64, other as u64)
        }),
        ("the end is cut off", |case, trail, rng| {
            let left = rng.random_range(0..ENTRIES);
            case.entries.truncate(left);
            case.told.truncate(left);
            if rng.random() {
                case.retile();
            }
            made(case, trail);
            Failure::Truncated(left as u64, ENTRIES as u64)
        }),
        ("entries are appended without a seal", |case, trail, rng| {
            let more = rng.random_range(1..9);
            for n in ENTRIES..ENTRIES + more {
                let (forged, told) = case.forged(rng, n);
                case.entries.push(forged);
                case.told.push(told);
            }
            if rng.random() {
                case.tiles.clear();
            }
            made(case, trail);
            Failure::Beyond(ENTRIES as u64, more as u64)
        }),
        ("history is rewritten by whoever has no key", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES - 1);
            let (forged, told) = case.forged(rng, ENTRIES - 1);
            if rng.random() {
                (case.entries[n], case.told[n]) =
                    (Entry { position: n as u64, at: case.entries[n].at, ..forged }, told);
            } else {
                case.entries.remove(n);
                case.told.remove(n);
                case.entries.push(forged);
                case.told.push(told);
                case.renumber();
            }
            case.retile();
            made(case, trail);
            let honest = SEALED.iter().filter(|size| **size <= n).max().copied().unwrap_or(0);
            let broken = SEALED.iter().filter(|size| **size > n).min().copied().unwrap();
            Failure::Rewritten(honest as u64, broken as u64)
        }),
        ("history is rewritten by whoever has the key", |case, trail, rng| {
            let n = rng.random_range(0..257);
            let (forged, told) = case.forged(rng, n);
            (case.entries[n], case.told[n]) = (forged, told);
            case.seal(&signer(ORIGIN, 1));
            made(case, trail);
            Failure::Forked(Place::Held(1))
        }),
        ("the newest checkpoint is of another history", |case, trail, rng| {
            let n = rng.random_range(0..257);
            let (forged, told) = case.forged(rng, n);
            (case.entries[n], case.told[n]) = (forged, told);
            case.retile();
            case.held.clear();
            *case.checkpoints.last_mut().unwrap() = case.checkpoint(ENTRIES, &signer(ORIGIN, 1));
            made(case, trail);
            Failure::Forked(Place::Checkpoint(5))
        }),
        ("two checkpoints of one size have other roots", |case, trail, rng| {
            let root = rng.random();
            let at = rng.random_range(0..SEALED.len());
            let twin = resigned(&case.checkpoints[at], &signer(ORIGIN, 1), |checkpoint| checkpoint.root = root);
            case.checkpoints.insert(at + 1, twin);
            made(case, trail);
            Failure::Forked(Place::Checkpoint(at + 1))
        }),
        ("the newest checkpoint is of another history, and an entry of no history", |case, trail, rng| {
            let n = rng.random_range(0..257);
            let (forged, told) = case.forged(rng, n);
            (case.entries[n], case.told[n]) = (forged, told);
            case.retile();
            *case.checkpoints.last_mut().unwrap() = case.checkpoint(ENTRIES, &signer(ORIGIN, 1));
            let other = rng.random_range(0..ENTRIES);
            (case.entries[other], case.told[other]) = case.forged(rng, other);
            made(case, trail);
            Failure::Forked(Place::Checkpoint(5))
        }),
        ("two newest checkpoints have other roots", |case, trail, rng| {
            let root = rng.random();
            let twin = resigned(&case.checkpoints[SEALED.len() - 1], &signer(ORIGIN, 1), |c| c.root = root);
            case.checkpoints.push(twin);
            made(case, trail);
            Failure::Forked(Place::Checkpoint(SEALED.len()))
        }),
        ("a checkpoint is signed with a time before the last one's", |case, trail, rng| {
            let at = rng.random_range(0..SEALED.len() - 1);
            let extension = vec![format!("at {}", case.entries[ENTRIES - 1].at + rng.random_range(5..99))];
            case.checkpoints[at] =
                resigned(&case.checkpoints[at], &signer(ORIGIN, 1), |c| c.extensions.clone_from(&extension));
            made(case, trail);
            Failure::BackDated(Place::Checkpoint(at + 1))
        }),
        ("a hash tile before the last is cut short", |case, trail, rng| {
            case.tiles[0].truncate(32 * rng.random_range(0..256));
            made(case, trail);
            Failure::Malformed(Place::Tile(0))
        }),
        ("a hash tile ends within a hash", |case, trail, rng| {
            let more = rng.random_range(1..32);
            let length = case.tiles[1].len();
            case.tiles[1].resize(length + more, rng.random());
            made(case, trail);
            Failure::Malformed(Place::Tile(1))
        }),
        ("an older backup is put back", |case, trail, rng| {
            let kept = rng.random_range(1..5);
            case.entries.truncate(SEALED[kept - 1]);
            case.told.truncate(SEALED[kept - 1]);
            case.checkpoints.truncate(kept);
            case.retile();
            made(case, trail);
            Failure::RolledBack(Place::Held(1), 257, SEALED[kept - 1] as u64)
        }),
        ("an older checkpoint is put last", |case, trail, rng| {
            let again = rng.random_range(0..SEALED.len() - 1);
            case.checkpoints.push(case.checkpoints[again].clone());
            made(case, trail);
            Failure::RolledBack(Place::Checkpoint(SEALED.len() - 1), ENTRIES as u64, SEALED[again] as u64)
        }),
        ("history is made anew under another key", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES);
            let (forged, told) = case.forged(rng, n);
            (case.entries[n], case.told[n]) = (forged, told);
            case.seal(&signer(ORIGIN, rng.random_range(3..250)));
            made(case, trail);
            Failure::UnknownKey(Place::Checkpoint(rng.random_range(0..SEALED.len())))
        }),
        ("a checkpoint is signed with another log's key", |case, trail, rng| {
            let at = rng.random_range(0..SEALED.len());
            case.checkpoints[at] = case.checkpoint(SEALED[at], &signer("isms.example/trail/2", 2));
            made(case, trail);
            Failure::WrongKey(Place::Checkpoint(at))
        }),
        ("a checkpoint is another log's", |case, trail, rng| {
            let at = rng.random_range(0..SEALED.len());
            let key = if rng.random() { signer(ORIGIN, 1) } else { signer("isms.example/trail/2", 2) };
            case.checkpoints[at] = resigned(&case.checkpoints[at], &key, |checkpoint| {
                "isms.example/trail/2".clone_into(&mut checkpoint.origin);
            });
            made(case, trail);
            Failure::WrongOrigin(Place::Checkpoint(at))
        }),
        ("a signed checkpoint is changed", |case, trail, rng| {
            let at = rng.random_range(0..SEALED.len());
            let size = SEALED[at].to_string();
            let note = &case.checkpoints[at];
            case.checkpoints[at] = match rng.random_range(0..3) {
                0 => note.replacen(&format!("\n{size}\n"), &format!("\n{}\n", SEALED[at] + 1), 1),
                1 => note.replacen("\nat 17", "\nat 16", 1),
                _ => {
                    let other = &case.checkpoints[(at + 1) % SEALED.len()];
                    format!("{}\n\n{}", note.rsplit_once("\n\n").unwrap().0, other.rsplit_once("\n\n").unwrap().1)
                }
            };
            made(case, trail);
            Failure::BadSignature(Place::Checkpoint(at))
        }),
        ("a checkpoint is not as its format says", |case, trail, rng| {
            let at = rng.random_range(0..SEALED.len());
            let note = case.checkpoints[at].clone();
            let line = note.rsplit_once("\n\n").unwrap().1.to_owned();
            case.checkpoints[at] = match rng.random_range(0..4) {
                0 => note + "\n",
                1 => note + &line,
                2 => note.replace("\n\n", "\n"),
                _ => "\u{feff}".to_owned(),
            };
            made(case, trail);
            Failure::Malformed(Place::Checkpoint(at))
        }),
        ("all checkpoints are gone", |case, trail, _| {
            case.checkpoints.clear();
            made(case, trail);
            Failure::NoSeal
        }),
        ("a wrong salt", |case, trail, rng| {
            let n = case.disclosing(rng);
            let opening = &mut case.told[n].openings[0];
            opening.salt[rng.random_range(0..32)] ^= 1 << rng.random_range(0..8);
            let context = opening.context.clone();
            made(case, trail);
            Failure::WrongOpening(n as u64, context)
        }),
        ("a wrong value", |case, trail, rng| {
            let n = case.disclosing(rng);
            let opening = &mut case.told[n].openings[0];
            opening.value.push(rng.random());
            let context = opening.context.clone();
            made(case, trail);
            Failure::WrongOpening(n as u64, context)
        }),
        ("a value is told of another field", |case, trail, rng| {
            let n = case.disclosing(rng);
            "approved".clone_into(&mut case.told[n].openings[0].context);
            made(case, trail);
            Failure::StrayOpening(n as u64, "approved".to_owned())
        }),
        ("an entry is sealed with a time before the last", |case, trail, rng| {
            let n = rng.random_range(1..ENTRIES);
            case.entries[n].at = case.entries[n - 1].at - rng.random_range(1..1_000_000_000);
            case.held.clear();
            case.seal(&signer(ORIGIN, 1));
            made(case, trail);
            Failure::BackDated(Place::Entry(n as u64))
        }),
        ("a checkpoint is signed with a time before its entries", |case, trail, rng| {
            let at = rng.random_range(0..SEALED.len());
            let time = case.entries[SEALED[at] - 1].at - rng.random_range(1..9_000_000);
            let extension = vec![format!("at {time}")];
            case.checkpoints[at] =
                resigned(&case.checkpoints[at], &signer(ORIGIN, 1), |c| c.extensions.clone_from(&extension));
            made(case, trail);
            Failure::BackDated(Place::Checkpoint(at))
        }),
        ("an entry is sealed under another position", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES);
            case.entries[n].position = ENTRIES as u64 + rng.random_range(0..9);
            case.held.clear();
            case.seal(&signer(ORIGIN, 1));
            made(case, trail);
            Failure::Misplaced(n as u64)
        }),
        ("a hash tile is changed", |case, trail, rng| {
            let n = rng.random_range(0..2);
            let at = rng.random_range(0..case.tiles[n].len());
            case.tiles[n][at] ^= 1 << rng.random_range(0..8);
            made(case, trail);
            Failure::TileChanged(n)
        }),
        ("a hash tile is cut short", |case, trail, rng| {
            let left = rng.random_range(1..44);
            case.tiles[1].truncate(left * 32);
            made(case, trail);
            Failure::TileChanged(1)
        }),
        ("a bundle is cut short", |case, trail, rng| {
            made(case, trail);
            let n = rng.random_range(0..2);
            let length = rng.random_range(1..trail.bundles[n].len()) / 51 * 51 + rng.random_range(1..50);
            trail.bundles[n].truncate(length);
            Failure::Malformed(Place::Bundle(n))
        }),
        ("a bundle is split in two", |case, trail, rng| {
            made(case, trail);
            let (first, second) = trail.bundles[0].split_at(51 * rng.random_range(1..256));
            trail.bundles.splice(0..1, [first.to_vec(), second.to_vec()]);
            Failure::Malformed(Place::Bundle(0))
        }),
        ("a value is told twice", |case, trail, rng| {
            let n = case.disclosing(rng);
            let opening = case.told[n].openings[0].clone();
            case.told[n].openings.push(opening.clone());
            made(case, trail);
            Failure::WrongOpening(n as u64, opening.context)
        }),
        ("an entry in a bundle is of another format", |case, trail, rng| {
            made(case, trail);
            let n = rng.random_range(0..44);
            trail.bundles[1][n * 51 + 2] = rng.random_range(2..=255);
            Failure::Malformed(Place::Entry(256 + n as u64))
        }),
    ]
}
