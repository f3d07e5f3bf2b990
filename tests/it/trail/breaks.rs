//! What does not follow in a log that whoever has its key has sealed: something else than was left, or gone without a word.

use super::honest::*;

/// Each with the failure that it is told by.
pub(super) fn breaks() -> Vec<(&'static str, Attack)> {
    vec![
        ("a salt is gone", |case, trail, rng| {
            let n = case.disclosing(rng);
            let which = rng.random_range(0..case.told[n].openings.len());
            let context = case.told[n].openings.remove(which).context;
            // Somebody else's erasure, or one that was none, explains nothing; nor is what the actor was known by erased.
            let other = case.one(rng, |case, other| case.says(other)["record"] != case.says(n)["record"]);
            case.told[n].erased_by = [None, Some(other as u64)][rng.random_range(0..2)];
            made(case, trail);
            Failure::SaltMissing(n as u64, context)
        }),
        ("what the actor was known by is gone, with an erasure", |case, trail, rng| {
            let is_erasure = |case: &Case, n: usize| case.says(n)["act"] == "erase";
            let n = case.one(rng, is_erasure);
            case.told[n].openings.clear();
            case.told[n].erased_by = Some(n as u64);
            made(case, trail);
            Failure::SaltMissing(n as u64, "authentication".to_owned())
        }),
        ("something is erased, and no entry says so", |case, trail, rng| {
            let is_first = |case: &Case, n: usize| {
                case.says(n)["act"] == "erase" && case.before(n).is_some_and(|n| !lost(case, n).is_empty())
            };
            let n = case.one(rng, is_first);
            case.say(n, |said| said["act"] = "update".into());
            made(case, trail);
            let record = case.says(n)["record"]["id"].clone();
            let is_lost = |first: &usize| case.says(*first)["record"]["id"] == record && !lost(case, *first).is_empty();
            let first = (0..=n).find(is_lost).expect("a loss");
            Failure::SaltMissing(first as u64, lost(case, first).remove(0))
        }),
        ("something is withheld that was never there", |case, trail, rng| {
            let n = rng.random_range(0..ENTRIES);
            case.told[n].withheld.push("after.wage".to_owned());
            made(case, trail);
            Failure::StrayOpening(n as u64, "after.wage".to_owned())
        }),
        ("something is withheld and told", |case, trail, rng| {
            let n = case.disclosing(rng);
            let context = case.told[n].openings[0].context.clone();
            case.told[n].withheld.push(context.clone());
            made(case, trail);
            Failure::StrayOpening(n as u64, context)
        }),
        ("an entry found something else than was left", |case, trail, rng| {
            let n = case.one(rng, |case, n| case.before(n).is_some());
            case.say(n, |said| said["before"]["title"] = "forged".into());
            made(case, trail);
            Failure::Contradicted(n as u64, case.before(n).expect("one before") as u64, "title".to_owned())
        }),
        ("an entry found another name than was left", |case, trail, rng| {
            let discloses = |case: &Case, n: usize, side: &str| {
                case.told[n].openings.iter().position(|opening| opening.context == format!("{side}.name"))
            };
            let is_told = |case: &Case, n: usize| {
                discloses(case, n, "before").is_some()
                    && case.before(n).is_some_and(|left| discloses(case, left, "after").is_some())
            };
            let n = case.one(rng, is_told);
            let which = discloses(case, n, "before").expect("a name");
            case.told[n].openings[which].value = b"\"forged\"".to_vec();
            let (commitment, mut body) =
                (case.told[n].openings[which].commitment(), Body::parse(&case.told[n].body).unwrap());
            body.commitments.iter_mut().find(|(context, _)| context == "before.name").unwrap().1 = commitment;
            case.told[n].body = body.encode().unwrap();
            case.say(n, |_| ());
            made(case, trail);
            Failure::Contradicted(n as u64, case.before(n).expect("one before") as u64, "name".to_owned())
        }),
        ("a version is passed over", |case, trail, rng| {
            let is_last = |case: &Case, n: usize| {
                let record = case.says(n)["record"]["id"].clone();
                (n + 1..ENTRIES).all(|later| case.says(later)["record"]["id"] != record)
            };
            let n = case.one(rng, is_last);
            let by = rng.random_range(1..9);
            case.say(n, |said| said["record"]["version"] = (said["record"]["version"].as_i64().unwrap() + by).into());
            made(case, trail);
            Failure::OutOfCourse(n as u64)
        }),
        ("a record that was never made is changed", |case, trail, rng| {
            let is_alone = |case: &Case, n: usize| {
                let record = case.says(n)["record"]["id"].clone();
                (0..ENTRIES).all(|other| other == n || case.says(other)["record"]["id"] != record)
            };
            let n = case.one(rng, is_alone);
            case.say(n, |said| said["record"]["version"] = 2.into());
            made(case, trail);
            Failure::OutOfCourse(n as u64)
        }),
    ]
}

/// What an entry committed to and does not tell.
fn lost(case: &Case, n: usize) -> Vec<String> {
    let told = &case.told[n];
    let is_told = |context: &String| told.openings.iter().any(|opening| opening.context == *context);
    let commitments = Body::parse(&told.body).expect("a body").commitments;
    commitments.into_iter().map(|(context, _)| context).filter(|context| !is_told(context)).collect()
}
