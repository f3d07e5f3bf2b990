//! The path of a finding: told, answered, followed up by those who found it (I-57).

use super::Finding;
use crate::authz::Action;
use crate::caller::Caller;
use crate::improvement::nonconformity::Nonconformity;
use crate::resource::{Act, ActSpec, Because, Error, Nothing, Outcome, step};
use crate::store::{Query, Test};
use isms_entity::evaluation::finding::{self, FindingGrade, FindingState};
use serde::Deserialize;
use utoipa::ToSchema;

/// Draft → issued.
pub struct Issue;

impl Act for Issue {
    type Of = Finding;
    type Input = Nothing;
    const SPEC: ActSpec =
        ActSpec { name: "issue", verb: Action::Update, from: &["draft"], summary: "Tell it to the auditee" };

    async fn run(caller: &Caller, row: &mut finding::Model, _input: Nothing) -> Outcome<()> {
        row.issued_at = Some(caller.now());
        row.state = FindingState::Issued;
        Ok(())
    }
}

/// The auditee's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FindingResponse {
    /// What the auditee says.
    pub response: String,
}

macro_rules! answer {
    ($(#[$doc:meta])* $name:ident, $act:literal, $state:ident, $summary:literal) => {
        $(#[$doc])*
        pub struct $name;

        impl Act for $name {
            type Of = Finding;
            type Input = FindingResponse;
            const SPEC: ActSpec =
                ActSpec { name: $act, verb: Action::Accept, from: &["issued"], summary: $summary };

            async fn run(_caller: &Caller, row: &mut finding::Model, input: FindingResponse) -> Outcome<()> {
                if input.response.trim().is_empty() {
                    return Err(Error::field("/response", "cannot be empty"));
                }
                row.response = Some(input.response);
                row.state = FindingState::$state;
                Ok(())
            }
        }
    };
}

answer! {
    /// Issued → accepted.
    Accept, "accept", Accepted, "The auditee agrees, and says what will be done"
}
answer! {
    /// Issued → disputed.
    Dispute, "dispute", Disputed, "The auditee does not agree, and says why"
}
step! {
    /// Disputed → accepted.
    Decide of Finding: "uphold" Update ["disputed"] => FindingState::Accepted, because decision,
    "The finding stands, and why"
}

/// Accepted → verified.
pub struct Verify;

impl Act for Verify {
    type Of = Finding;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "verify",
        verb: Action::Approve,
        from: &["issued", "accepted"],
        summary: "The auditors have checked what was done about it",
    };

    async fn run(caller: &Caller, row: &mut finding::Model, input: Because) -> Outcome<()> {
        if matches!(row.grade, FindingGrade::Minor | FindingGrade::Major) {
            let wraps = Query::of([Test::is("finding_id", row.id), Test::NoneOf("state", vec!["closed".into()])]);
            if !caller.for_rules::<Nonconformity>(&wraps).await?.is_empty() {
                return Err(Error::Conflict("its nonconformity is not closed yet".into()));
            }
        }
        row.decision = Some(input.given()?);
        row.verified_by = Some(caller.id());
        row.verified_at = Some(caller.now());
        row.state = FindingState::Verified;
        Ok(())
    }
}

/// → closed.
pub struct Close;

impl Act for Close {
    type Of = Finding;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "close",
        verb: Action::Approve,
        from: &["issued", "accepted", "verified"],
        summary: "It is over; a nonconformity was verified before",
    };

    async fn run(_caller: &Caller, row: &mut finding::Model, _input: Nothing) -> Outcome<()> {
        let grave = matches!(row.grade, FindingGrade::Minor | FindingGrade::Major);
        if grave && row.state != FindingState::Verified {
            return Err(Error::Conflict("a nonconformity is verified before it is closed".into()));
        }
        row.state = FindingState::Closed;
        Ok(())
    }
}
