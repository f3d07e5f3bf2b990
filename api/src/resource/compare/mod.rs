//! What is different between two instants: of one record, or of all of a type that the caller may see.

mod rest;

pub use rest::register;

use super::export::{Record, flat};
use super::rest::at_instant;
use super::{Error, Known, Outcome, Resource};
use crate::caller::Caller;
use crate::store::{Query, Retired, Test};
use futures::future::BoxFuture;
use isms_authz::Action;
use isms_entity::{Recorded, Time};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// How a record is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum DifferenceKind {
    /// It was not there, or not to be seen.
    Added,
    /// It is not to be seen any more.
    Removed,
    /// Fields of it differ.
    Changed,
}

/// A record that is different.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordDifference {
    /// The record.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// How.
    pub kind: DifferenceKind,
    /// Each field that differs, as it was; empty for what was added.
    #[schema(value_type = Object)]
    pub before: Map<String, Value>,
    /// As it is; empty for what was removed.
    #[schema(value_type = Object)]
    pub after: Map<String, Value>,
}

/// What is different between two instants.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Differences {
    /// The earlier instant.
    pub from: Time,
    /// The later one.
    pub to: Time,
    /// Records in the order of their ids.
    pub items: Vec<RecordDifference>,
    /// Asks for the next.
    pub next_cursor: Option<Uuid>,
}

/// What was asked: since when, until when, which page.
struct Asked {
    from: Option<Time>,
    to: Option<Time>,
    limit: usize,
    cursor: Option<Uuid>,
}

/// So many records are compared with one read of each instant, however few are asked for.
const BATCH: u64 = 1_000;

/// So far back is looked unless something else is asked for, microseconds: thirty days.
const USUAL: i64 = 30 * 24 * 3_600 * 1_000_000;

/// Records by their ids.
type States = HashMap<Uuid, Record>;

/// Where records of a type come from, without their type.
#[derive(Clone, Copy)]
struct Source {
    known: Known,
    states: for<'a> fn(&'a Caller, Vec<Uuid>) -> BoxFuture<'a, Outcome<States>>,
}

fn source<R: Resource>() -> Source {
    Source { known: Known::of::<R>(), states: |caller, ids| Box::pin(states::<R>(caller, ids)) }
}

/// These records as the caller sees them, retired ones too.
async fn states<R: Resource>(caller: &Caller, ids: Vec<Uuid>) -> Outcome<States> {
    let ids = ids.into_iter().map(Into::into).collect();
    let query = Query { retired: Retired::Show, ..Query::of([Test::OneOf("id", ids)]) };
    let found = caller.list_for::<R>(Action::List, &query).await?.items;
    found.iter().map(|found| Ok((found.row.common().id, flat(found)?))).collect()
}

/// The differences of one record, or of a page of all. One that neither was nor is to be seen is not there.
async fn differences(caller: &Caller, source: Source, asked: &Asked, one: Option<Uuid>) -> Outcome<Differences> {
    let after = at_instant(caller, "to", asked.to)?;
    let to = after.now();
    let usual = Time(to.0 - USUAL);
    let first = caller.access.window.and_then(|window| window.first());
    let from = asked.from.unwrap_or_else(|| first.map_or(usual, |first| first.max(usual)));
    let before = at_instant(caller, "from", Some(from))?;
    if to < from {
        return Err(Error::Malformed("to: is before from".into()));
    }
    let mut told = Differences { from, to, items: Vec::new(), next_cursor: None };
    if let Some(id) = one {
        let (was, is) = ((source.states)(&before, vec![id]).await?, (source.states)(&after, vec![id]).await?);
        if was.is_empty() && is.is_empty() {
            return Err(Error::NotFound);
        }
        told.items.extend(difference(id, was.get(&id), is.get(&id)));
        return Ok(told);
    }
    if caller.access.rules_out(Action::List, source.known.spec.policy_type)? {
        return Ok(told);
    }
    let mut cursor = asked.cursor;
    loop {
        let ids = caller.changed_between(source.known.spec, from, to, cursor, BATCH).await?;
        cursor = ids.last().copied();
        let is_last = (ids.len() as u64) < BATCH;
        let was = (source.states)(&before, ids.clone()).await?;
        let is = (source.states)(&after, ids.clone()).await?;
        told.items.extend(ids.iter().filter_map(|id| difference(*id, was.get(id), is.get(id))));
        if told.items.len() > asked.limit || is_last {
            break;
        }
    }
    // What was looked at and may not be seen leaves no trace, not even in where the next page begins.
    if told.items.len() > asked.limit {
        told.items.truncate(asked.limit);
        told.next_cursor = told.items.last().map(|last| last.id);
    }
    Ok(told)
}

/// Fields that differ whenever anything does.
const UPKEEP: [&str; 3] = ["version", "updatedAt", "updatedBy"];

fn difference(id: Uuid, was: Option<&Record>, is: Option<&Record>) -> Option<RecordDifference> {
    let kind = match (was, is) {
        (None, None) => return None,
        (None, Some(_)) => DifferenceKind::Added,
        (Some(_), None) => DifferenceKind::Removed,
        (Some(_), Some(_)) => DifferenceKind::Changed,
    };
    let reference = is.or(was)?.get("reference").and_then(Value::as_str).unwrap_or_default().to_owned();
    let only = |one: Option<&Record>, other: Option<&Record>| -> Map<String, Value> {
        let fields = one.into_iter().flatten().filter(|(name, _)| !UPKEEP.contains(&name.as_str()));
        let differing = fields.filter(|(name, value)| other.and_then(|other| other.get(*name)) != Some(value));
        differing.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let (before, after) = (only(was, is), only(is, was));
    let is_same = kind == DifferenceKind::Changed && before.is_empty() && after.is_empty();
    (!is_same).then_some(RecordDifference { id, reference, kind, before, after })
}
