//! What is told of the organisation's log: checkpoints, tiles, proofs, and the entries that somebody may read whole.

use super::{TrailCheckpoint, TrailKey};
use crate::caller::Caller;
use crate::context::organisation::Organisation;
use crate::resource::{Error, Outcome, snake};
use crate::resources;
use crate::store::sealed;
use isms_authz::Action;
use isms_entity::ledger::trail_entry;
use isms_seal::body::Opening;
use isms_seal::bundle::bundle;
use isms_seal::entry::Entry;
use isms_seal::proof::Plan;
use isms_seal::tile::{Kind, Tile, WIDTH};
use isms_seal::tree::{self, Node};
use isms_seal::verify::Told;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The most entries that are told at once: as many as a bundle has.
pub const MOST: u64 = WIDTH as u64;

/// So many entries are proven with one query for their hashes.
const PROVEN: usize = 200;

/// An entry of the log, and what it tells of for who may take out all of it.
#[derive(Debug)]
pub struct Line {
    /// Its leaf.
    pub entry: Entry,
    /// Its body.
    pub told: Option<Told>,
}

/// The log is for those who may take the organisation's records out (9.2, A.8.15).
///
/// # Errors
/// [`Error::Denied`] for everybody else.
async fn may_read(caller: &Caller) -> Outcome<()> {
    let row = caller.fetch::<Organisation>(caller.organisation()).await?.row;
    caller.permit::<Organisation>(Action::Export, &row).map(drop)
}

/// The newest checkpoint.
///
/// # Errors
/// [`Error::NotFound`] before the first, [`Error::Denied`] as [`may_read`] says.
pub async fn newest(caller: &Caller) -> Outcome<TrailCheckpoint> {
    may_read(caller).await?;
    caller.newest_checkpoint().await?.ok_or(Error::NotFound)
}

/// Checkpoints after this number, oldest first.
///
/// # Errors
/// [`Error::Denied`] as [`may_read`] says.
pub async fn checkpoints(caller: &Caller, after: u64, limit: u64) -> Outcome<Vec<TrailCheckpoint>> {
    may_read(caller).await?;
    caller.checkpoints(after, limit).await
}

/// The keys that have signed checkpoints.
///
/// # Errors
/// [`Error::Denied`] as [`may_read`] says.
pub async fn keys(caller: &Caller) -> Outcome<Vec<TrailKey>> {
    may_read(caller).await?;
    caller.trail_keys().await
}

/// The bytes of a tile or bundle, whole or as far as the newest checkpoint goes.
///
/// # Errors
/// [`Error::NotFound`] for what the log does not have.
pub async fn tile(caller: &Caller, path: &str) -> Outcome<Vec<u8>> {
    let size = newest(caller).await?.size;
    let tile = Tile::parse(path).map_err(|_| Error::NotFound)?;
    let width = u64::from(tile.width());
    match tile.kind() {
        Kind::Entries => {
            let from = tile.index().saturating_mul(MOST);
            if from.saturating_add(width) > size {
                return Err(Error::NotFound);
            }
            let leaves = caller.trail_leaves(from, width).await?;
            let entries: Vec<_> = leaves.iter().map(Entry::encode).collect();
            bundle(&entries).map_err(|error| Error::Internal(error.to_string()))
        }
        Kind::Hashes(_) => {
            let nodes: Vec<_> = tile.nodes().collect();
            let is_there = |last: &Node| size.checked_shr(last.level.into()).is_some_and(|there| last.index < there);
            if !nodes.last().is_some_and(is_there) {
                return Err(Error::NotFound);
            }
            Ok(caller.trail_hashes(size, &nodes).await?.concat())
        }
    }
}

/// The proof that an entry, by its index from 0, is in the log of so many entries (RFC 6962, 2.1.1).
///
/// # Errors
/// [`Error::NotFound`] for what has not been sealed.
pub async fn inclusion(caller: &Caller, index: u64, size: u64) -> Outcome<Vec<[u8; 32]>> {
    proof(caller, size, Plan::inclusion(index, size)).await
}

/// The proof that the log of so many entries begins with that of fewer (RFC 6962, 2.1.2).
///
/// # Errors
/// [`Error::NotFound`] for what has not been sealed.
pub async fn consistency(caller: &Caller, from: u64, to: u64) -> Outcome<Vec<[u8; 32]>> {
    proof(caller, to, Plan::consistency(from, to)).await
}

async fn proof(caller: &Caller, size: u64, plan: Result<Plan, tree::Error>) -> Outcome<Vec<[u8; 32]>> {
    let newest = newest(caller).await?;
    let plan = plan.ok().filter(|_| size <= newest.size).ok_or(Error::NotFound)?;
    let nodes: Vec<_> = plan.nodes().collect();
    let hashes = caller.trail_hashes(size, &nodes).await?;
    plan.proof(&hashes).map_err(|error| Error::Internal(error.to_string()))
}

/// Sealed entries from this index on. What they tell of is there for who may take it out.
///
/// # Errors
/// [`Error::NotFound`] before the first checkpoint, [`Error::Denied`] as [`may_read`] says.
pub async fn entries(caller: &Caller, from: u64, count: u64) -> Outcome<Vec<Line>> {
    let size = newest(caller).await?.size;
    let count = count.min(size.saturating_sub(from));
    if count == 0 {
        return Ok(Vec::new());
    }
    told(caller, &caller.trail_entries(from, count).await?).await
}

/// These entries, with what they tell of where the caller may take it out whole.
///
/// # Errors
/// When the database does not answer.
pub async fn told(caller: &Caller, entries: &[trail_entry::Model]) -> Outcome<Vec<Line>> {
    let seen = seen(caller, entries).await?;
    let open = caller.may_take_out(entries)?;
    let nameless = caller.knows_no_people()?;
    let bereft = entries.iter().filter(|entry| sealed::is_bereft(entry)).map(|entry| entry.record_id);
    let erasures = caller.erasures(&bereft.collect::<Vec<_>>()).await?;
    let line = |(entry, is_open): (&trail_entry::Model, bool)| {
        let masked = masked(caller, entry)?;
        let is_open = is_open && !nameless && names(entry).iter().all(|(_, id)| seen.contains(id));
        // What is masked and not committed to stands in the body itself.
        let is_open =
            is_open && masked.iter().all(|column| entry.commitments.0.get(format!("after.{column}")).is_some());
        let mut told = is_open.then(|| sealed::told(entry)).transpose()?;
        if let Some(told) = told.as_mut() {
            let known = token(entry).is_some_and(|token| seen.contains(&token));
            let is_told = |opening: &Opening| match opening.context.split_once('.') {
                Some((_, column)) => !masked.contains(&column),
                None => known || opening.context != sealed::AUTHENTICATION,
            };
            let (openings, withheld) = std::mem::take(&mut told.openings).into_iter().partition(is_told);
            (told.openings, told.withheld) = (openings, contexts(withheld));
            told.erased_by = erasures.get(&entry.record_id).copied().filter(|_| sealed::is_bereft(entry));
        }
        Ok(Line { entry: sealed::leaf(entry.position, entry.at.0, &entry.body)?, told })
    };
    entries.iter().zip(open).map(line).collect()
}

fn contexts(openings: Vec<Opening>) -> Vec<String> {
    openings.into_iter().map(|opening| opening.context).collect()
}

/// The columns of an entry that hold something and are masked from the caller.
fn masked(caller: &Caller, entry: &trail_entry::Model) -> Outcome<Vec<&'static str>> {
    let Some(spec) = resources::spec(&entry.record_type) else { return Ok(Vec::new()) };
    let mut masked = Vec::new();
    if caller.access.principal.remit.is_none() {
        return Ok(masked);
    }
    for column in spec.sensitive {
        let mut values = entry.before.iter().chain([&entry.after]).filter_map(|row| row.0.get(*column));
        if caller.is_masked(spec, column)? && values.any(|value| !value.is_null()) {
            masked.push(*column);
        }
    }
    Ok(masked)
}

/// The proofs that entries, by their indexes from 0, are in the log of so many entries.
///
/// # Errors
/// [`Error::NotFound`] for what has not been sealed.
pub async fn proofs(caller: &Caller, indexes: &[u64], size: u64) -> Outcome<Vec<Vec<[u8; 32]>>> {
    let mut proofs = Vec::with_capacity(indexes.len());
    for chunk in indexes.chunks(PROVEN) {
        let plans = chunk.iter().map(|index| Plan::inclusion(*index, size).map_err(|_| Error::NotFound));
        let plans = plans.collect::<Outcome<Vec<_>>>()?;
        let nodes: Vec<Node> = plans.iter().flat_map(Plan::nodes).collect::<BTreeSet<_>>().into_iter().collect();
        let hashes = caller.trail_hashes(size, &nodes).await?;
        let known: HashMap<Node, [u8; 32]> = nodes.into_iter().zip(hashes).collect();
        for plan in &plans {
            let hashes: Option<Vec<_>> = plan.nodes().map(|node| known.get(&node).copied()).collect();
            let hashes = hashes.ok_or_else(|| Error::Internal("a hash of the trail is missing".into()))?;
            proofs.push(plan.proof(&hashes).map_err(|error| Error::Internal(error.to_string()))?);
        }
    }
    Ok(proofs)
}

/// Which of the records that the entries tell of or name the caller may list.
async fn seen(caller: &Caller, entries: &[trail_entry::Model]) -> Outcome<HashSet<Uuid>> {
    let mut of: HashMap<&str, HashSet<Uuid>> = HashMap::new();
    for entry in entries {
        let token = token(entry).map(|token| ("ApiToken", token));
        for (name, id) in names(entry).into_iter().chain(token) {
            of.entry(name).or_default().insert(id);
        }
    }
    let mut seen = HashSet::new();
    for (name, ids) in of {
        let Some(spec) = resources::spec(name) else { continue };
        seen.extend(caller.visible(spec, &ids.into_iter().collect::<Vec<_>>()).await?);
    }
    Ok(seen)
}

/// The token that the actor was known by.
fn token(entry: &trail_entry::Model) -> Option<Uuid> {
    entry.authentication.0.get("tokenId")?.as_str()?.parse().ok()
}

/// The record and everything that it names or named.
fn names(entry: &trail_entry::Model) -> Vec<(&'static str, Uuid)> {
    let Some(spec) = resources::spec(&entry.record_type) else { return Vec::new() };
    let mut names = vec![(spec.name, entry.record_id)];
    for row in entry.before.iter().chain([&entry.after]) {
        for reference in spec.references {
            let value = row.0.get(snake(reference.field));
            let one = value.and_then(Value::as_str).into_iter();
            let many = value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            names.extend(one.chain(many).filter_map(|id| Some((reference.target, id.parse().ok()?))));
        }
    }
    names
}
