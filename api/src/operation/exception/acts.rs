//! The path of an exception: asked for, allowed by somebody else until a day, ended (I-77).

use super::{Exception, is_above};
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
        let me = caller.id();
        if row.created_by == me || row.owner_id == Some(me) || row.author_ids.0.contains(&me) {
            return Err(Error::Conflict("nobody allows what they asked for (I-77)".into()));
        }
        if row.expires_on < caller.today() {
            return Err(Error::Conflict("its last day has passed; ask for a new one (I-77)".into()));
        }
        // The risk may have grown since it was asked for: what it demands today decides who may.
        row.above_criterion = is_above(caller, row).await?;
        let _ = caller.permit::<Exception>(Action::Accept, row)?;
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
