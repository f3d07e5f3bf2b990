//! How far a credential reaches that somebody else has made, or has led to by an invitation: it carries nothing that they do
//! not administer, judged anew whenever rights are read.

use super::Credential;
use super::user::User;
use crate::resource::{Error, Outcome};
use crate::store::Store;
use chrono::NaiveDate;
use isms_entity::leadership::role_assignment::Role;
use isms_entity::leadership::user::UserKind;
use uuid::Uuid;

/// How far a credential carries what its user holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of it.
    Everywhere,
    /// What is held at these units and below.
    Units(Vec<Uuid>),
}

/// How far a user's credential reaches today. Their own reaches as far as they do, unless it came by the invitation of
/// somebody who administered a part: then it is good as long as they hold nothing elsewhere. A service's reaches as far as its maker
/// administers. A person's that somebody else has made, which takes the machine's own command line, is good as long as
/// its maker administers the whole organisation: what a person holds is more than roles at units.
///
/// # Errors
/// [`Error::Unauthenticated`] when its maker does not administer that any more.
pub(super) async fn reach(
    store: &Store,
    user: &User,
    credential: Credential,
    root: Uuid,
    day: NaiveDate,
) -> Outcome<Reach> {
    const GONE: Error = Error::Unauthenticated(
        "whoever made this token does not administer any more what it would carry: ask an administrator to invite you, \
         or, for a service, to make another",
    );
    const GROWN: Error = Error::Unauthenticated(
        "you hold more by now than whoever invited you administered: ask an administrator of all of it to invite you",
    );
    let Credential::Token { made_by, reach, .. } = credential else { return Ok(Reach::Everywhere) };
    if made_by == user.id {
        return match reach {
            Some(unit) if store.holds_outside(user.id, unit, day).await? => Err(GROWN),
            _ => Ok(Reach::Everywhere),
        };
    }
    store.standing_of(user.organisation, made_by).await?.ok_or(GONE)?;
    let administered = store.grants(made_by, day).await?.remove(&Role::Administrator).ok_or(GONE)?;
    match user.kind {
        _ if administered.contains(&root) => Ok(Reach::Everywhere),
        UserKind::Service => Ok(Reach::Units(administered)),
        UserKind::Person => Err(GONE),
    }
}
