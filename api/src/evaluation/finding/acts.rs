//! The path of a finding: told, answered, argued about, verified by those who found it, closed.

use super::Finding;
use crate::caller::Caller;
use crate::improvement::nonconformity::Nonconformity;
use crate::planning::action::Action;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, is_blank};
use crate::store::{Query, Test};
use isms_authz::Action as Verb;
use isms_entity::evaluation::finding::{self, FindingGrade, FindingState};
use isms_entity::improvement::nonconformity::{self, NonconformityState};
use serde::Deserialize;
use utoipa::ToSchema;

/// What the auditee says to a finding.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingResponse {
    /// The answer.
    pub response: String,
}

/// What was decided about a dispute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeDecision {
    /// Whether the finding stands.
    pub upheld: bool,
    /// Why.
    pub decision: String,
}

/// What was seen of the correction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingVerification {
    /// What was checked, and with which result.
    pub decision: String,
}

/// Whether it is a nonconformity.
fn is_nonconformity(row: &finding::Model) -> bool {
    matches!(row.grade, FindingGrade::Minor | FindingGrade::Major)
}

/// Tells a finding, which has all that it takes (I-55).
///
/// # Errors
/// Names what is missing.
pub fn issue(caller: &Caller, row: &mut finding::Model) -> Outcome<()> {
    let mut faults = Faults::default();
    faults.told("evidence", row.evidence.as_ref(), "says what was seen");
    if is_nonconformity(row) {
        faults.told("requirement", row.requirement.as_ref(), "names what is not met (I-55)");
        faults.told("gap", row.gap.as_ref(), "says what is missing (I-55)");
        faults.when(row.auditee_id.is_none(), "auditeeId", "names who answers for it");
    }
    faults.settle()?;
    row.state = FindingState::Issued;
    row.issued_at = Some(caller.now());
    Ok(())
}

/// Draft → issued.
pub struct Issue;

impl Act for Issue {
    type Of = Finding;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "issue",
        verb: Verb::Approve,
        from: &["draft"],
        summary: "Tell it to who answers for it; its grade and wording stay from now on",
    };

    async fn run(caller: &Caller, row: &mut finding::Model, _input: Nothing) -> Outcome<()> {
        issue(caller, row)
    }
}

fn answered(row: &mut finding::Model, input: FindingResponse, state: FindingState) -> Outcome<()> {
    if is_blank(&input.response) {
        return Err(Error::field("/response", "cannot be empty"));
    }
    row.response = Some(input.response);
    row.state = state;
    Ok(())
}

/// Issued → accepted.
pub struct Accept;

impl Act for Accept {
    type Of = Finding;
    type Input = FindingResponse;
    const SPEC: ActSpec = ActSpec {
        name: "accept",
        verb: Verb::Accept,
        from: &["issued"],
        summary: "Agree with it, as who answers for it",
    };

    async fn run(_caller: &Caller, row: &mut finding::Model, input: FindingResponse) -> Outcome<()> {
        answered(row, input, FindingState::Accepted)
    }
}

/// Issued → disputed.
pub struct Dispute;

impl Act for Dispute {
    type Of = Finding;
    type Input = FindingResponse;
    const SPEC: ActSpec = ActSpec {
        name: "dispute",
        verb: Verb::Accept,
        from: &["issued"],
        summary: "Disagree with it, as who answers for it",
    };

    async fn run(_caller: &Caller, row: &mut finding::Model, input: FindingResponse) -> Outcome<()> {
        answered(row, input, FindingState::Disputed)
    }
}

/// Disputed → accepted or closed.
pub struct DecideDispute;

impl Act for DecideDispute {
    type Of = Finding;
    type Input = DisputeDecision;
    const SPEC: ActSpec = ActSpec {
        name: "decide-dispute",
        verb: Verb::Approve,
        from: &["disputed"],
        summary: "Decide whether it stands; if not, it is closed",
    };

    async fn run(_caller: &Caller, row: &mut finding::Model, input: DisputeDecision) -> Outcome<()> {
        if is_blank(&input.decision) {
            return Err(Error::field("/decision", "says why"));
        }
        row.decision = Some(input.decision);
        row.state = if input.upheld { FindingState::Accepted } else { FindingState::Closed };
        Ok(())
    }
}

/// Accepted → verified.
pub struct Verify;

impl Act for Verify {
    type Of = Finding;
    type Input = FindingVerification;
    const SPEC: ActSpec = ActSpec {
        name: "verify",
        verb: Verb::Close,
        from: &["accepted"],
        summary: "Somebody who did not correct it has seen that it is corrected; a nonconformity in its own record",
    };

    async fn run(caller: &Caller, row: &mut finding::Model, input: FindingVerification) -> Outcome<()> {
        if is_blank(&input.decision) {
            return Err(Error::field("/decision", "says what was checked"));
        }
        let carried = caller.for_rules::<Nonconformity>(&Query::of([Test::is("finding_id", row.id)])).await?;
        if is_nonconformity(row) && carried.is_empty() {
            let detail = "no nonconformity carries it on: its cause and its correction are nowhere (10.2)";
            return Err(Error::Conflict(detail.into()));
        }
        if let Some(open) = carried.iter().find(|nc| nc.state != NonconformityState::Closed) {
            return Err(Error::Conflict(format!(
                "{} carries it on, and is not closed yet (10.2 d)",
                caller.name_of::<Nonconformity>(open)?
            )));
        }
        if corrected(caller, row, &carried).await? {
            return Err(Error::Conflict("nobody verifies what they corrected (I-02, I-57)".into()));
        }
        row.decision = Some(input.decision);
        row.verified_by = Some(caller.id());
        row.verified_at = Some(caller.now());
        row.state = FindingState::Verified;
        Ok(())
    }
}

/// Whether the caller had a part in the correction.
async fn corrected(caller: &Caller, row: &finding::Model, carried: &[nonconformity::Model]) -> Outcome<bool> {
    let me = caller.id();
    let query = Query::of([Test::is("finding_id", row.id)]);
    let mut actions = caller.for_rules::<Action>(&query).await?;
    let ids = carried.iter().map(|nc| nc.id.into()).collect();
    actions.extend(caller.for_rules::<Action>(&Query::of([Test::OneOf("nonconformity_id", ids)])).await?);
    Ok(row.auditee_id == Some(me)
        || carried.iter().any(|nc| nc.owner_id == Some(me) || nc.executor_ids.0.contains(&me))
        || actions.iter().any(|action| action.owner_id == me || action.done_by == Some(me)))
}

/// → closed.
pub struct Close;

impl Act for Close {
    type Of = Finding;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "close",
        verb: Verb::Close,
        from: &["issued", "accepted", "verified"],
        summary: "Nothing is left to do; a nonconformity is verified before",
    };

    async fn run(_caller: &Caller, row: &mut finding::Model, _input: Nothing) -> Outcome<()> {
        if is_nonconformity(row) && row.state != FindingState::Verified {
            return Err(Error::Conflict("a nonconformity is verified before it is closed (10.2 d)".into()));
        }
        row.state = FindingState::Closed;
        Ok(())
    }
}
