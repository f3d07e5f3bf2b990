//! The trail of a record: every change with who, what, when, why it was allowed, and the fields that differ.

use crate::resource::query::{MOST, USUAL};
use crate::resource::{Error, Outcome, Resource, State};
use actix_web::{HttpRequest, HttpResponse, web};
use isms_entity::Time;
use isms_entity::ledger::trail_entry;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One page of changes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// Latest first.
    pub items: Vec<Change>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// One change.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Position in the organisation's trail.
    pub position: i64,
    /// When.
    pub at: Time,
    /// Who.
    pub actor_id: uuid::Uuid,
    /// `User` or `Service`.
    pub actor_type: String,
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
    let id = request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or(Error::NotFound)?;
    let (mut limit, mut before) = (USUAL, None);
    for (name, value) in crate::resource::pairs(&request)? {
        let number = value.parse::<u64>().ok().filter(|n| *n > 0);
        match (name.as_str(), number) {
            ("limit", Some(n)) if n <= MOST => limit = n,
            ("cursor", Some(n)) => before = i32::try_from(n).ok(),
            _ => {
                return Err(Error::Malformed(format!("{name}: limit is 1 to {MOST}, cursor the nextCursor of a page")));
            }
        }
    }
    let page = state
        .reading(&request, |caller| async move {
            let entries = caller.history::<R>(id, before, limit + 1).await?;
            let more = entries.len() as u64 > limit;
            let kept = usize::try_from(limit).unwrap_or(usize::MAX);
            let items: Vec<Change> = entries.into_iter().take(kept).map(|entry| change::<R>(entry)).collect();
            let next = items.last().filter(|_| more).map(|last| last.version.to_string());
            Ok(Changes { items, next_cursor: next })
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Only fields that the doors show, by their names there, and only those that differ.
fn change<R: Resource>(entry: trail_entry::Model) -> Change {
    let shown = |row: Option<&Value>| -> Map<String, Value> {
        R::fields()
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
    Change {
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
