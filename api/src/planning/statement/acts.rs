//! Management approves a version, which is frozen from then on; the one before is superseded.

use super::{Statement, check};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Nothing, Outcome, edition};
use isms_authz::Action as Verb;
use isms_entity::planning::statement::{self, StatementState};

/// In review → approved.
pub struct Approve;

impl Act for Approve {
    type Of = Statement;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Verb::Approve,
        from: &["inReview"],
        summary: "Put this version in force; the one before is superseded",
    };

    async fn run(caller: &Caller, row: &mut statement::Model, _input: Nothing) -> Outcome<()> {
        check(row)?;
        edition::supersede::<Statement>(caller, |before| before.state = StatementState::Superseded).await?;
        row.state = StatementState::Approved;
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        Ok(())
    }
}

/// In review → rejected.
pub struct Reject;

impl Act for Reject {
    type Of = Statement;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "reject",
        verb: Verb::Approve,
        from: &["inReview"],
        summary: "Send this version back with a reason",
    };

    async fn run(_caller: &Caller, row: &mut statement::Model, input: Because) -> Outcome<()> {
        row.change_summary = Some(format!("Rejected: {}", input.given()?));
        row.state = StatementState::Rejected;
        Ok(())
    }
}
