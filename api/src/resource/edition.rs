//! Documents in editions: numbered from 1, of which management puts one in force and the one before gives way.

use super::{Error, Outcome, Resource};
use crate::caller::Caller;
use crate::store::{Query, Test};
use isms_authz::Action;
use uuid::Uuid;

/// The number of the next edition; retired ones count. An edition is for the whole organisation, and whoever makes one
/// has leave at its root.
///
/// # Errors
/// A record that lies anywhere else.
pub async fn next<R: Resource>(caller: &Caller, unit: Uuid, edition: impl Fn(&R::Row) -> i32 + Send) -> Outcome<i32> {
    if unit != caller.access.root {
        return Err(Error::field("/unitId", format!("a {} is for the whole organisation", R::SPEC.noun)));
    }
    let all = caller.for_rules::<R>(&Query::default().with_retired()).await?;
    Ok(all.iter().map(edition).max().unwrap_or_default() + 1)
}

/// The edition in force, if management has approved one.
///
/// # Errors
/// When the database does not answer.
pub async fn in_force<R: Resource>(caller: &Caller) -> Outcome<Option<R::Row>> {
    let query = Query::of([Test::is("state", "approved")]);
    Ok(caller.all::<R>(&query).await?.into_iter().next().map(|found| found.row))
}

/// Lets the edition in force give way to the next one, which the caller approves.
///
/// # Errors
/// No leave to approve it.
pub async fn supersede<R: Resource>(caller: &Caller, give_way: impl Fn(&mut R::Row) + Send) -> Outcome<()> {
    if let Some(before) = in_force::<R>(caller).await? {
        let permit = caller.permit::<R>(Action::Approve, &before)?;
        let mut after = before.clone();
        give_way(&mut after);
        caller.update(permit, &before, after, "supersede").await?;
    }
    Ok(())
}
