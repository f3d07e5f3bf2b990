//! The path of an exception: asked for, allowed by somebody else until a day, ended (I-77).

use super::Exception;
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Error, Nothing, Outcome, step};
use isms_entity::operation::exception::{self, ExceptionState};

step! {
    /// Draft → in review.
    Submit of Exception: "submit" Update ["draft"] => ExceptionState::InReview, "Ask for it"
}

/// In review → approved.
pub struct Approve;

impl Act for Approve {
    type Of = Exception;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Action::Accept,
        from: &["inReview"],
        summary: "Allow it until its last day; above the criterion that is for management (I-77)",
    };

    async fn run(caller: &Caller, row: &mut exception::Model, _input: Nothing) -> Outcome<()> {
        if row.created_by == caller.id() || row.owner_id == Some(caller.id()) {
            return Err(Error::Conflict("nobody allows what they asked for (I-77)".into()));
        }
        row.state = ExceptionState::Approved;
        row.decided_by = Some(caller.id());
        row.decided_at = Some(caller.now());
        Ok(())
    }
}

step! {
    /// In review → rejected.
    Reject of Exception: "reject" Accept ["inReview"] => ExceptionState::Rejected, because decision,
    "Refuse it, with a reason"
}
step! {
    /// Approved → revoked.
    Revoke of Exception: "revoke" Accept ["approved"] => ExceptionState::Revoked, because decision,
    "Take it back, with a reason"
}
step! {
    /// Approved → closed.
    Close of Exception: "close" Update ["approved"] => ExceptionState::Closed, "It is not needed any more"
}
