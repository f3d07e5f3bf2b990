//! The path of an edition of the scope: submitted, approved by management and frozen, or sent back (I-13).

use super::Scope;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Nothing, Outcome, digest, edition, refuse_authors, step};
use isms_authz::Action;
use isms_entity::Recorded;
use isms_entity::context::scope::{self, ScopeState};
use serde_json::json;

step! {
    /// Draft → in review.
    Submit of Scope: "submit" Update ["draft"] => ScopeState::InReview, "Ask management to approve it"
}

/// In review → approved.
pub struct Approve;

impl Act for Approve {
    type Of = Scope;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Action::Approve,
        from: &["inReview"],
        summary: "Put this edition in force; the one before gives way",
    };

    async fn run(caller: &Caller, row: &mut scope::Model, _input: Nothing) -> Outcome<()> {
        refuse_authors(caller, &row.common(), &row.author_ids, None)?;
        edition::supersede::<Scope>(caller, |before| before.state = ScopeState::Superseded).await?;
        row.decision = None;
        row.state = ScopeState::Approved;
        row.content_hash = digest(&content(row));
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        Ok(())
    }
}

/// What is approved (I-01).
fn content(row: &scope::Model) -> serde_json::Value {
    json!([
        row.title,
        row.statement,
        row.unit_ids,
        row.site_ids,
        row.service_ids,
        row.process_ids,
        row.issue_ids,
        row.requirement_ids,
        row.exclusions,
        row.interfaces,
    ])
}

/// In review → draft.
pub struct Reject;

impl Act for Reject {
    type Of = Scope;
    type Input = Because;
    const SPEC: ActSpec =
        ActSpec { name: "reject", verb: Action::Approve, from: &["inReview"], summary: "Send it back with a reason" };

    async fn run(_caller: &Caller, row: &mut scope::Model, input: Because) -> Outcome<()> {
        row.decision = Some(input.given()?);
        row.state = ScopeState::Draft;
        Ok(())
    }
}
