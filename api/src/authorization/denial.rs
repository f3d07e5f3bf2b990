//! What was refused to people who were known: to be counted, and looked into (A.8.15).

use crate::caller::Caller;
use crate::leadership::role_assignment::RoleAssignment;
use crate::resource::{Error, Outcome};
use crate::store::{Denial, DenialCount};
use isms_authz::Action;
use isms_entity::Time;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Refusals, the latest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Denials {
    /// How often each was refused something since the day that was asked for; who was refused most comes first.
    pub counts: Vec<DenialCount>,
    /// The refusals of this page.
    pub items: Vec<Denial>,
    /// Asks for the next.
    pub next_cursor: Option<Uuid>,
}

/// How far back is looked unless something else is said, microseconds: thirty days.
const USUAL: i64 = 30 * 24 * 3_600_000_000;

/// What was refused since an instant, thirty days ago unless given, before a place.
///
/// # Errors
/// Denied for those who may not know who holds which role everywhere.
pub async fn denials(caller: &Caller, since: Option<Time>, before: Option<Uuid>, limit: u64) -> Outcome<Denials> {
    let since = since.unwrap_or(Time(caller.now().0 - USUAL));
    let is_outside = caller.access.principal.remit.is_some();
    if is_outside || !caller.sees_every::<RoleAssignment>(Action::Export)? {
        return Err(Error::Denied(
            "what was refused to others is told to those who may take out every role (A.5.18)".into(),
        ));
    }
    let counts = caller.denials_counted(since).await?;
    let mut items = caller.denials(since, before, limit + 1).await?;
    let more = items.len() as u64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_cursor = items.last().filter(|_| more).map(|last| last.id);
    Ok(Denials { counts, items, next_cursor })
}
