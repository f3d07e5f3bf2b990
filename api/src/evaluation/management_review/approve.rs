//! The chair approves the minutes, which stay from then on (I-65), or sends them back.

use super::{ManagementReview, acts, settle};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Nothing, Outcome, digest};
use isms_authz::Action as Verb;
use isms_entity::evaluation::management_review::{self, ReviewState};
use serde_json::json;

/// In review → approved.
pub struct Approve;

impl Act for Approve {
    type Of = ManagementReview;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Verb::Approve,
        from: &["inReview"],
        summary: "The minutes are right, says who chaired; they stay from now on (9.3.3)",
    };

    async fn run(caller: &Caller, row: &mut management_review::Model, _input: Nothing) -> Outcome<()> {
        if row.chair_id != caller.id() || row.created_by == caller.id() {
            return Err(Error::Conflict("minutes are approved by who chaired and did not prepare them (I-64)".into()));
        }
        settle::chair(caller, row).await?;
        if acts::hash(&row.inputs)? != row.inputs_hash {
            return Err(Error::Conflict("the inputs are not those that were frozen (I-01)".into()));
        }
        row.content_hash = content_hash(row);
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        row.state = ReviewState::Approved;
        Ok(())
    }
}

/// Hash of what is approved (I-65).
pub(super) fn content_hash(row: &management_review::Model) -> String {
    digest(&json!([
        row.title,
        row.period_from,
        row.period_to,
        row.held_on,
        row.chair_id,
        row.attendee_ids,
        row.inputs_hash,
        row.minutes,
        row.suitable,
        row.adequate,
        row.effective,
        row.conclusion,
        row.decisions,
    ]))
}

/// In review → held.
pub struct ReturnMinutes;

impl Act for ReturnMinutes {
    type Of = ManagementReview;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "return-minutes",
        verb: Verb::Approve,
        from: &["inReview"],
        summary: "Send the minutes back with a reason",
    };

    async fn run(_caller: &Caller, row: &mut management_review::Model, input: Because) -> Outcome<()> {
        let reason = format!("Sent back: {}", input.given()?);
        row.minutes = Some(row.minutes.take().map_or(reason.clone(), |text| format!("{text}\n\n{reason}")));
        row.state = ReviewState::Held;
        Ok(())
    }
}
