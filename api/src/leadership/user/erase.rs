//! A person's data are erased, from their record and from its past; what they did stays (GDPR article 17, A.5.34). It
//! cannot be undone, and takes two.

use super::User;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Nothing, Outcome};
use isms_authz::Action;
use isms_entity::leadership::user;

/// Inactive → somebody else may erase them.
pub struct ProposeErasure;

impl Act for ProposeErasure {
    type Of = User;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "propose-erasure",
        verb: Action::Retire,
        from: &[],
        summary: "Propose to erase name, address and title of somebody who has gone; somebody else does it",
    };

    async fn run(caller: &Caller, row: &mut user::Model, input: Because) -> Outcome<()> {
        let reason = input.given()?;
        may_be_proposed(caller, row)?;
        row.erasure_reason = Some(reason);
        row.erasure_proposed_by_id = Some(caller.id());
        row.erasure_proposed_at = Some(caller.now());
        Ok(())
    }
}

/// Proposed by somebody else → nobody knows who it was.
pub struct Erase;

impl Act for Erase {
    type Of = User;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "erase",
        verb: Action::Retire,
        from: &[],
        summary: "Erase name, address and title, today and in the past, as somebody else has proposed; it cannot be undone",
    };

    async fn run(caller: &Caller, row: &mut user::Model, Nothing {}: Nothing) -> Outcome<()> {
        may_be_erased(caller, row)?;
        row.name = format!("Erased person {}", row.reference);
        row.email = format!("{}@erased.invalid", row.reference.to_lowercase());
        row.job_title = None;
        row.erased_at = Some(caller.now());
        Ok(())
    }
}

/// Whether it may be proposed to erase them.
///
/// # Errors
/// [`Error::Conflict`] says what keeps it back.
pub(super) fn may_be_proposed(caller: &Caller, row: &user::Model) -> Outcome<()> {
    if row.id == caller.id() {
        return Err(Error::Conflict("nobody erases themselves".into()));
    }
    if row.active {
        return Err(Error::Conflict("they are still active: set them inactive first".into()));
    }
    if row.erased_at.is_some() {
        return Err(Error::Conflict("their personal data were erased already".into()));
    }
    Ok(())
}

/// The same for erasing them, which somebody else has proposed.
///
/// # Errors
/// As [`may_be_proposed`].
pub(super) fn may_be_erased(caller: &Caller, row: &user::Model) -> Outcome<()> {
    may_be_proposed(caller, row)?;
    match row.erasure_proposed_by_id {
        None => Err(Error::Conflict("it takes two: nobody has proposed it yet (propose-erasure)".into())),
        Some(proposer) if proposer == caller.id() => {
            Err(Error::Conflict("it takes two: somebody else erases whom you have proposed".into()))
        }
        Some(_) => Ok(()),
    }
}
