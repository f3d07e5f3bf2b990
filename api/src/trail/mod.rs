//! The trail of a record: every change with who, what, when, why it was allowed, and the fields that differ.

mod archive;
mod checker;
pub mod log;
pub mod packed;
mod rest;
mod sealer;

pub use archive::Archive;
pub use checker::Checker;
pub use packed::PackedEntry;
pub use rest::{TrailEntry, register};
pub use sealer::Sealer;

pub use crate::store::{Keyring, TrailCheckpoint, TrailKey, origin};

use crate::caller::Caller;
use crate::resource::query::{MOST, USUAL};
use crate::resource::{Error, Fields, Outcome, Resource, State};
use actix_web::{HttpRequest, HttpResponse, web};
use futures::future::BoxFuture;
use isms_entity::Time;
use isms_entity::ledger::trail_entry;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// One page of changes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// Latest first.
    pub items: Vec<HistoryEntry>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// One change.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Position in the organisation's trail; 0 for external auditors, whom it would tell how much else has happened.
    pub position: i64,
    /// When.
    pub at: Time,
    /// Who.
    pub actor_id: Uuid,
    /// `User` or `Service`.
    pub actor_type: String,
    /// What they were known by: `token`, `invitation`, `command line` …
    pub known_by: String,
    /// Who made the token or invitation; none where there was none, for external auditors, and in entries from before this
    /// was kept.
    pub credential_made_by: Option<Uuid>,
    /// What was done.
    pub act: String,
    /// The version that it made.
    pub version: i32,
    /// The policies that allowed it.
    pub reasons: Vec<String>,
    /// The request that made it.
    pub request_id: String,
    /// The fields that differ, as they were before.
    #[schema(value_type = Object)]
    pub before: Map<String, Value>,
    /// The fields that differ, as they are after.
    #[schema(value_type = Object)]
    pub after: Map<String, Value>,
}

/// `GET …/{id}/history`: the changes of one record that the caller may read, latest first.
///
/// # Errors
/// Not found, for those who may not read the record.
pub async fn history<R: Resource>(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    changes(state, request, |caller, asked| {
        Box::pin(async move {
            let entries = caller.history::<R>(asked.id, asked.before, asked.limit + 1).await?;
            Ok(page(R::fields(), entries, asked.limit))
        })
    })
    .await
}

/// Reads the changes of a record, without its type.
type ReadChanges = fn(Caller, Asked) -> BoxFuture<'static, Outcome<History>>;

async fn changes(state: web::Data<State>, request: HttpRequest, read: ReadChanges) -> Outcome<HttpResponse> {
    let asked = Asked::of(&request)?;
    state.telling(&request, |caller| read(caller, asked)).await
}

/// Which record's changes, and how many before which version.
#[derive(Clone, Copy)]
struct Asked {
    id: Uuid,
    limit: u64,
    before: Option<i32>,
}

impl Asked {
    fn of(request: &HttpRequest) -> Outcome<Self> {
        let id = crate::resource::id(request)?;
        let mut asked = Self { id, limit: USUAL, before: None };
        for (name, value) in crate::resource::pairs(request)? {
            let number = value.parse::<u64>().ok().filter(|n| *n > 0);
            let version = number.and_then(|n| i32::try_from(n).ok());
            match (name.as_str(), number) {
                ("limit", Some(n)) if n <= MOST => asked.limit = n,
                ("cursor", Some(_)) if version.is_some() => asked.before = version,
                _ => {
                    let detail = format!("{name}: limit is 1 to {MOST}, cursor the nextCursor of a page");
                    return Err(Error::Malformed(detail));
                }
            }
        }
        Ok(asked)
    }
}

fn page(fields: &Fields, entries: Vec<trail_entry::Model>, limit: u64) -> History {
    let more = entries.len() as u64 > limit;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let items: Vec<HistoryEntry> = entries.into_iter().take(kept).map(|entry| change(fields, entry)).collect();
    let next_cursor = items.last().filter(|_| more).map(|last| last.version.to_string());
    History { items, next_cursor }
}

/// Only fields that the doors show, by their names there, and only those that differ.
fn change(fields: &Fields, entry: trail_entry::Model) -> HistoryEntry {
    let shown = |row: Option<&Value>| -> Map<String, Value> {
        fields
            .list
            .iter()
            .filter_map(|field| Some((field.name.clone(), row?.get(field.column?)?.clone())))
            .filter(|(name, _)| !matches!(name.as_str(), "version" | "updatedAt" | "updatedBy"))
            .collect()
    };
    let (mut before, mut after) = (shown(entry.before.as_ref().map(|json| &json.0)), shown(Some(&entry.after.0)));
    let same: Vec<String> =
        before.iter().filter(|(name, v)| after.get(*name) == Some(v)).map(|(name, _)| name.clone()).collect();
    for name in same {
        before.remove(&name);
        after.remove(&name);
    }
    let known = |name: &str| entry.authentication.0.get(name).and_then(Value::as_str);
    HistoryEntry {
        known_by: known("method").unwrap_or_default().to_owned(),
        credential_made_by: known("madeBy").and_then(|id| id.parse().ok()),
        position: entry.position,
        at: entry.at,
        actor_id: entry.actor_id,
        actor_type: entry.actor_type,
        act: entry.act,
        version: entry.record_version,
        reasons: entry.reasons.0,
        request_id: entry.request_id,
        before,
        after,
    }
}
