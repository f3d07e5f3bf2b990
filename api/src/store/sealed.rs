//! What the log says of an entry of the trail: its body, with commitments in the place of personal data.

use crate::caller::token;
use crate::resource::{Error, Outcome, Spec, canonical};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use isms_entity::Json;
use isms_entity::ledger::trail_entry;
use isms_seal::body::{self, Body, Opening};
pub use isms_seal::course::{AUTHENTICATION, ERASE};
use isms_seal::entry::Entry;
use isms_seal::tree::Hash;
use isms_seal::verify::Told;
use rand::RngCore;
use serde_json::{Map, Value, json};

/// Commits to the personal data in a new entry, and says what is sealed of it. A column that holds nothing is open.
///
/// # Errors
/// When the body cannot be written.
pub fn commit(spec: &Spec, entry: &mut trail_entry::Model) -> Outcome<()> {
    let (mut commitments, mut salts) = (Map::new(), Map::new());
    let mut commit = |context: String, value: &Value| {
        let mut salt = [0; 32];
        rand::rng().fill_bytes(&mut salt);
        let opening = Opening { context, salt, value: canonical(value).into_bytes() };
        commitments.insert(opening.context.clone(), STANDARD.encode(opening.commitment()).into());
        salts.insert(opening.context, STANDARD.encode(salt).into());
    };
    // Which token was used is for those who keep tokens.
    commit(AUTHENTICATION.into(), &entry.authentication.0);
    for (side, row) in [("before", entry.before.as_ref()), ("after", Some(&entry.after))] {
        for column in spec.personal {
            let Some(value) = row.and_then(|row| row.0.get(column)).filter(|value| !value.is_null()) else { continue };
            commit(format!("{side}.{column}"), value);
        }
    }
    entry.commitments = Json(Value::Object(commitments));
    entry.salts = Json(Value::Object(salts));
    entry.body = token::hex(&body::hash(&encoded(entry)?));
    Ok(())
}

/// The salts of an entry once its personal data are erased: what the actor was known by is not the person's.
pub fn erased(salts: &Json) -> Json {
    let kept = salts.0.get(AUTHENTICATION).map(|salt| (AUTHENTICATION.to_owned(), salt.clone()));
    Json(Value::Object(kept.into_iter().collect()))
}

/// The leaf of an entry.
///
/// # Errors
/// When what is kept of it is no hash.
pub fn leaf(position: i64, at: i64, body: &str) -> Outcome<Entry> {
    let broken = || Error::Internal(format!("entry {position} of the trail is broken"));
    let position = u64::try_from(position - 1).map_err(|_| broken())?;
    Ok(Entry { position, at, body: hash(body).ok_or_else(broken)? })
}

/// The body of an entry and what is not erased of its personal data, made of what is kept of it.
///
/// # Errors
/// When the body cannot be written.
pub fn told(entry: &trail_entry::Model) -> Outcome<Told> {
    let salts = entry.salts.0.as_object().into_iter().flatten();
    let mut openings: Vec<Opening> = salts.filter_map(|(context, _)| opening(entry, context)).collect();
    openings.sort_unstable_by(|one, other| one.context.cmp(&other.context));
    Ok(Told { body: encoded(entry)?, openings, withheld: Vec::new(), erased_by: None })
}

/// What opens one of an entry's commitments, where its salt is kept.
fn opening(entry: &trail_entry::Model, context: &str) -> Option<Opening> {
    let salt = STANDARD.decode(entry.salts.0.get(context)?.as_str()?).ok()?.try_into().ok()?;
    let value = canonical(personal(entry, context)?).into_bytes();
    Some(Opening { context: context.to_owned(), salt, value })
}

/// Whether an entry committed to something that cannot be shown any more.
pub fn is_bereft(entry: &trail_entry::Model) -> bool {
    entry.commitments.0.as_object().into_iter().flatten().any(|(context, _)| entry.salts.0.get(context).is_none())
}

/// What an entry committed to and nothing opens any more: its salt is gone, or is not the one that it was sealed with.
fn lost(entry: &trail_entry::Model) -> Vec<String> {
    let opens = |context: &str, commitment: &Value| {
        let commitment = STANDARD.decode(commitment.as_str()?).ok()?.try_into().ok()?;
        Some(opening(entry, context)?.opens(&commitment))
    };
    let commitments = entry.commitments.0.as_object().into_iter().flatten();
    commitments.filter(|(context, c)| opens(context, c) != Some(true)).map(|(context, _)| context.clone()).collect()
}

/// Takes out of an entry what its commitments cannot be opened for: nothing proves what stands in its place.
pub fn blank(entry: &mut trail_entry::Model) {
    for context in lost(entry) {
        let column = match context.split_once('.') {
            None => Some(&mut entry.authentication.0).filter(|_| context == AUTHENTICATION),
            Some(("before", column)) => entry.before.as_mut().and_then(|row| row.0.get_mut(column)),
            Some((_, column)) => entry.after.0.get_mut(column),
        };
        if let Some(column) = column {
            *column = Value::Null;
        }
    }
}

/// The bytes of an entry's body. Personal data are not in them, so that they stay the same once it is erased.
fn encoded(entry: &trail_entry::Model) -> Outcome<Vec<u8>> {
    let broken = || Error::Internal(format!("the body of entry {} of the trail is broken", entry.position));
    let mut commitments = Vec::new();
    for (context, commitment) in entry.commitments.0.as_object().into_iter().flatten() {
        let hash =
            commitment.as_str().and_then(|text| STANDARD.decode(text).ok()).and_then(|hash| hash.try_into().ok());
        commitments.push((context.clone(), hash.ok_or_else(broken)?));
    }
    commitments.sort_unstable();
    let open = json!({
        "act": entry.act,
        "actor": {"id": entry.actor_id, "type": entry.actor_type},
        "after": open(entry, "after", Some(&entry.after)),
        "before": open(entry, "before", entry.before.as_ref()),
        "id": entry.id,
        "organisation": entry.organisation_id,
        "reasons": entry.reasons,
        "record": {"id": entry.record_id, "type": entry.record_type, "version": entry.record_version},
        "request": entry.request_id,
        "units": entry.unit_ids,
    });
    Body { commitments, open: canonical(&open).into_bytes() }.encode().ok_or_else(broken)
}

/// A row without what there are commitments to.
fn open(entry: &trail_entry::Model, side: &str, row: Option<&Json>) -> Value {
    let Some(Value::Object(row)) = row.map(|row| &row.0) else { return Value::Null };
    let is_open = |column: &str| entry.commitments.0.get(format!("{side}.{column}")).is_none();
    Value::Object(row.iter().filter(|(column, _)| is_open(column)).map(|(c, v)| (c.clone(), v.clone())).collect())
}

/// What there is a commitment to.
fn personal<'a>(entry: &'a trail_entry::Model, context: &str) -> Option<&'a Value> {
    if context == AUTHENTICATION {
        return Some(&entry.authentication.0);
    }
    match context.split_once('.')? {
        ("before", column) => entry.before.as_ref()?.0.get(column),
        ("after", column) => entry.after.0.get(column),
        _ => None,
    }
}

/// A hash in hexadecimal.
pub fn hash(text: &str) -> Option<Hash> {
    token::unhex(text)?.try_into().ok()
}
