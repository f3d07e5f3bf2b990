//! The path of a change: assessed, approved before it begins, carried out, looked back at (I-78).

use super::Change;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Faults, Nothing, Outcome, refuse_authors, step};
use isms_authz::Action;
use isms_entity::Recorded;
use isms_entity::planning::change::{self, ChangeKind, ChangeState};

/// Proposed → assessed.
pub struct Assess;

impl Act for Assess {
    type Of = Change;
    type Input = Nothing;
    const SPEC: ActSpec =
        ActSpec { name: "assess", verb: Action::Update, from: &["proposed"], summary: "Its consequences are known" };

    async fn run(_caller: &Caller, row: &mut change::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("purpose", row.purpose.as_ref(), "why it is made (6.3)");
        faults.told("consequences", row.consequences.as_ref(), "what else it brings (6.3)");
        if row.kind == ChangeKind::Isms {
            faults.told("integrity", row.integrity.as_ref(), "how the ISMS stays whole (6.3)");
            faults.told("resources", row.resources.as_ref(), "what it takes (6.3)");
            faults.when(row.owner_id.is_none(), "ownerId", "somebody answers for it (6.3)");
            faults.told("responsibilities", row.responsibilities.as_ref(), "who answers for what (6.3)");
        }
        faults.settle()?;
        row.state = ChangeState::Assessed;
        Ok(())
    }
}

/// Assessed → approved, or an emergency that is under way.
pub struct Approve;

impl Act for Approve {
    type Of = Change;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Action::Approve,
        from: &["assessed", "implementing", "reviewed", "backedOut"],
        summary: "It may begin; an emergency is approved within two days after, whatever became of it",
    };

    async fn run(caller: &Caller, row: &mut change::Model, _input: Nothing) -> Outcome<()> {
        if row.approved_at.is_some() {
            return Err(Error::Conflict("it is approved already".into()));
        }
        refuse_authors(caller, &row.common(), &row.author_ids, None)?;
        if row.state == ChangeState::Assessed {
            row.state = ChangeState::Approved;
        }
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        Ok(())
    }
}

/// → rejected.
pub struct Reject;

impl Act for Reject {
    type Of = Change;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "reject",
        verb: Action::Approve,
        from: &["proposed", "assessed", "implementing", "reviewed", "backedOut"],
        summary: "Refuse it, with a reason; an emergency also after it began",
    };

    async fn run(_caller: &Caller, row: &mut change::Model, input: Because) -> Outcome<()> {
        if row.approved_at.is_some() {
            return Err(Error::Conflict("it is approved already: it is undone by backing out".into()));
        }
        row.decision = Some(input.given()?);
        row.state = ChangeState::Rejected;
        Ok(())
    }
}

/// → implementing.
pub struct Start;

impl Act for Start {
    type Of = Change;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "start",
        verb: Action::Update,
        from: &["assessed", "approved"],
        summary: "Begin; only an emergency begins before it is approved (I-78)",
    };

    async fn run(caller: &Caller, row: &mut change::Model, _input: Nothing) -> Outcome<()> {
        if row.approved_at.is_none() && !row.emergency {
            return Err(Error::Conflict("a change begins after it is approved (I-78)".into()));
        }
        row.state = ChangeState::Implementing;
        row.started_at = Some(caller.now());
        Ok(())
    }
}

step! {
    /// Implementing → reviewed.
    Review of Change: "review" Update ["implementing"] => ChangeState::Reviewed, because review_result,
    "It is done; say what the look back found"
}

/// Reviewed → closed.
pub struct Close;

impl Act for Close {
    type Of = Change;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec { name: "close", verb: Action::Close, from: &["reviewed"], summary: "It is over" };

    async fn run(_caller: &Caller, row: &mut change::Model, _input: Nothing) -> Outcome<()> {
        if row.approved_at.is_none() {
            return Err(Error::Conflict("an emergency is approved before it is closed (I-78)".into()));
        }
        row.state = ChangeState::Closed;
        Ok(())
    }
}

/// Implementing → backed out.
pub struct BackOut;

impl Act for BackOut {
    type Of = Change;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "back-out",
        verb: Action::Update,
        from: &["implementing", "reviewed"],
        summary: "Undo it, with a reason",
    };

    async fn run(_caller: &Caller, row: &mut change::Model, input: Because) -> Outcome<()> {
        row.decision = Some(input.given()?);
        row.state = ChangeState::BackedOut;
        Ok(())
    }
}
