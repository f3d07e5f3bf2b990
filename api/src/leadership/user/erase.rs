//! A person's data are erased, from their record and from its past; what they did stays (GDPR article 17, A.5.34).

use super::User;
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Outcome};
use isms_entity::leadership::user;

/// Inactive → nobody knows who it was.
pub struct Erase;

impl Act for Erase {
    type Of = User;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "erase",
        verb: Action::Retire,
        from: &[],
        summary: "Erase name, address and title of somebody who has gone, today and in the past; it cannot be undone",
    };

    async fn run(caller: &Caller, row: &mut user::Model, input: Because) -> Outcome<()> {
        let reason = input.given()?;
        if row.id == caller.id() {
            return Err(Error::Conflict("nobody erases themselves".into()));
        }
        if row.active {
            return Err(Error::Conflict("they are still active: set them inactive first".into()));
        }
        if row.erased_at.is_some() {
            return Err(Error::Conflict("their personal data were erased already".into()));
        }
        row.name = format!("Erased person {}", row.reference);
        row.email = format!("{}@erased.invalid", row.reference.to_lowercase());
        row.job_title = None;
        row.erased_at = Some(caller.now());
        row.erasure_reason = Some(reason);
        Ok(())
    }
}
