//! Who has written a record's content, so that nobody approves their own words (I-02).

use super::{Error, Outcome, Resource};
use crate::caller::Caller;
use isms_entity::{Common, Ids};
use serde_json::Value;
use uuid::Uuid;

/// The authors of a record, with the caller among them once they have written or changed any of its content.
/// `so_far` are those whom it keeps.
///
/// # Errors
/// When the content cannot be compared.
pub fn authors<R: Resource>(caller: &Caller, old: Option<&R::Row>, row: &R::Row, so_far: &Ids) -> Outcome<Ids> {
    let is_written = match old {
        None => true,
        Some(old) => written::<R>(old)? != written::<R>(row)?,
    };
    let mut authors = so_far.clone();
    if is_written && !authors.0.contains(&caller.id()) {
        authors.0.push(caller.id());
    }
    Ok(authors)
}

/// What clients write of a record; in which unit it lies says nothing of its words.
///
/// # Errors
/// When it cannot be told as JSON.
pub fn written<R: Resource>(row: &R::Row) -> Outcome<Value> {
    let mut written = serde_json::to_value(R::Draft::from(row))?;
    if let Some(fields) = written.as_object_mut() {
        fields.remove("unitId");
    }
    Ok(written)
}

/// Refuses whoever made a record, has written of it or, where one is named, owns it: the same rule as policy, for when
/// two people race.
///
/// # Errors
/// [`Error::Conflict`] for them.
pub fn refuse_authors(caller: &Caller, common: &Common, authors: &Ids, owner: Option<Uuid>) -> Outcome<()> {
    let me = caller.id();
    if common.created_by == me || authors.0.contains(&me) || owner == Some(me) {
        return Err(Error::Conflict("nobody approves what they wrote or answer for (I-02)".into()));
    }
    Ok(())
}
