//! The path of an exception: asked for, allowed by somebody else until a day, ended (I-77).

use super::{Exception, is_above};
use crate::caller::Caller;
use crate::planning::risk::Risk;
use crate::resource::{Act, ActSpec, Error, Nothing, Outcome, refuse_authors, step};
use crate::store::{Query, Test};
use isms_authz::Action;
use isms_entity::Recorded;
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
        refuse_authors(caller, &row.common(), &row.author_ids, row.owner_id)?;
        if row.expires_on < caller.today() {
            return Err(Error::Conflict("its last day has passed; ask for a new one (I-77)".into()));
        }
        // The risk may have grown since it was asked for: what it demands today decides who may.
        row.above_criterion = is_above(caller, row).await?;
        let _ = caller.permit::<Exception>(Action::Accept, row)?;
        let risks = caller.for_rules::<Risk>(&Query::of([Test::is("id", row.risk_id)])).await?;
        row.risk_hash = risks.into_iter().next().map(|risk| risk.content_hash);
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
