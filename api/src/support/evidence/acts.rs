//! What becomes of evidence: accepted by another than its collector (I-48), held, and destroyed when its time is over.

use super::{Evidence, is_there};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Outcome, is_blank, refuse_authors};
use chrono::NaiveDate;
use isms_authz::Action as Verb;
use isms_entity::Recorded;
use isms_entity::support::evidence::{self, EvidenceState};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a reviewer says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceReview {
    /// What was looked at, where more is to be said than that it is so.
    pub decision: Option<String>,
}

/// Pending → accepted.
pub struct Accept;

impl Act for Accept {
    type Of = Evidence;
    type Input = EvidenceReview;
    const SPEC: ActSpec = ActSpec {
        name: "accept",
        verb: Verb::Approve,
        from: &["pending"],
        summary: "Somebody who did not collect it finds that it proves what it is linked to (I-48)",
    };

    async fn run(caller: &Caller, row: &mut evidence::Model, input: EvidenceReview) -> Outcome<()> {
        if !is_there(row) {
            return Err(Error::Conflict("there is no file and no link yet: nothing to look at".into()));
        }
        reviewed(caller, row, EvidenceState::Accepted, input.decision)
    }
}

/// Pending → rejected.
pub struct Reject;

impl Act for Reject {
    type Of = Evidence;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "reject",
        verb: Verb::Approve,
        from: &["pending", "accepted"],
        summary: "It does not prove what it is linked to, or does so no more, with a reason",
    };

    async fn run(caller: &Caller, row: &mut evidence::Model, input: Because) -> Outcome<()> {
        let reason = input.given()?;
        reviewed(caller, row, EvidenceState::Rejected, Some(reason))
    }
}

fn reviewed(caller: &Caller, row: &mut evidence::Model, to: EvidenceState, decision: Option<String>) -> Outcome<()> {
    refuse_authors(caller, &row.common(), &row.author_ids, row.collector_id)?;
    row.decision = decision;
    row.reviewed_by = Some(caller.id());
    row.reviewed_at = Some(caller.now());
    row.state = to;
    Ok(())
}

/// Not held → held.
pub struct Hold;

impl Act for Hold {
    type Of = Evidence;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "hold",
        verb: Verb::Close,
        from: &[],
        summary: "Keep it whatever its retention says, as for a dispute or an investigation (A.5.28)",
    };

    async fn run(_caller: &Caller, row: &mut evidence::Model, input: Because) -> Outcome<()> {
        row.hold_reason = Some(input.given()?);
        row.held = true;
        Ok(())
    }
}

/// Held → not held.
pub struct Release;

impl Act for Release {
    type Of = Evidence;
    type Input = Because;
    const SPEC: ActSpec =
        ActSpec { name: "release", verb: Verb::Close, from: &[], summary: "Its hold is over, with a reason" };

    async fn run(_caller: &Caller, row: &mut evidence::Model, input: Because) -> Outcome<()> {
        if !row.held {
            return Err(Error::Conflict("it is not held".into()));
        }
        row.hold_reason = Some(input.given()?);
        row.held = false;
        Ok(())
    }
}

/// How long a file is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceRetention {
    /// Last day until which it is kept at least; none means for good.
    pub until: Option<NaiveDate>,
    /// Why that changes.
    pub reason: String,
}

/// Another day until which it is kept.
pub struct Retain;

impl Act for Retain {
    type Of = Evidence;
    type Input = EvidenceRetention;
    const SPEC: ActSpec = ActSpec {
        name: "retain",
        verb: Verb::Close,
        from: &["accepted", "rejected"],
        summary: "Keep it until another day, with a reason: what is settled after it was reviewed (7.5.3 f)",
    };

    async fn run(_caller: &Caller, row: &mut evidence::Model, input: EvidenceRetention) -> Outcome<()> {
        if is_blank(&input.reason) {
            return Err(Error::field("/reason", "says why"));
        }
        row.retain_until = input.until;
        row.retention_reason = Some(input.reason);
        Ok(())
    }
}

/// Its file is destroyed; what it was stays known.
pub struct Dispose;

impl Act for Dispose {
    type Of = Evidence;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "dispose",
        verb: Verb::Close,
        from: &["accepted", "rejected"],
        summary: "Destroy its file once its retention is over; record, name and digest stay (7.5.3 f)",
    };

    async fn run(caller: &Caller, row: &mut evidence::Model, input: Because) -> Outcome<()> {
        let Some(content) = row.content_id else {
            return Err(Error::Conflict("there is no file to destroy".into()));
        };
        if row.held {
            return Err(Error::Conflict("it is held: release it first".into()));
        }
        match row.retain_until {
            None => return Err(Error::Conflict("it is kept for good: it has no retainUntil".into())),
            Some(until) if caller.today() <= until => {
                return Err(Error::Conflict(format!("it is kept until {until}")));
            }
            Some(_) => {}
        }
        caller.disclaim(content).await?;
        row.disposal_reason = Some(input.given()?);
        row.disposed_at = Some(caller.now());
        row.content_id = None;
        Ok(())
    }
}
