//! Deciding on an acceptance: the risk owner up to the criterion, management above it (policy and I-38).

use super::{Acceptance, settle};
use crate::caller::Caller;
use crate::planning::risk::Risk;
use crate::resource::{Act, ActSpec, Because, Error, Nothing, Outcome};
use crate::store::{Query, Test};
use isms_authz::Action as Verb;
use isms_entity::planning::acceptance::{self, AcceptanceState};

/// Requested → accepted.
pub struct Accept;

impl Act for Accept {
    type Of = Acceptance;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "accept",
        verb: Verb::Accept,
        from: &["requested"],
        summary: "Accept the residual risk exactly as it was when this was requested",
    };

    async fn run(caller: &Caller, row: &mut acceptance::Model, _input: Nothing) -> Outcome<()> {
        let risk = caller.fetch::<Risk>(row.risk_id).await?.row;
        if risk.content_hash != row.risk_hash {
            return Err(Error::Conflict("the risk has changed since this was requested: request it anew".into()));
        }
        if row.frozen.0.get("controls") != settle::controls(caller, &risk).await?.as_ref() {
            return Err(Error::Conflict("a control has changed since this was requested: request it anew".into()));
        }
        if row.expires_on < caller.today() {
            return Err(Error::Conflict("the last day of this acceptance has passed".into()));
        }
        let earlier = Query::of([Test::is("risk_id", row.risk_id), Test::is("state", "accepted")]);
        for before in caller.for_rules::<Acceptance>(&earlier).await? {
            // One that was given to another owner is stale, and stays for management to take back.
            let permit = match caller.permit::<Acceptance>(Verb::Accept, &before) {
                Err(Error::Denied(_)) => continue,
                permit => permit?,
            };
            let after = acceptance::Model { state: AcceptanceState::Superseded, ..before.clone() };
            caller.update(permit, &before, after, "supersede").await?;
        }
        decided(caller, row, AcceptanceState::Accepted);
        Ok(())
    }
}

/// Requested → rejected.
pub struct Reject;

impl Act for Reject {
    type Of = Acceptance;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "reject",
        verb: Verb::Accept,
        from: &["requested"],
        summary: "Refuse to accept the risk, with a reason",
    };

    async fn run(caller: &Caller, row: &mut acceptance::Model, input: Because) -> Outcome<()> {
        row.decision_reason = Some(input.given()?);
        decided(caller, row, AcceptanceState::Rejected);
        Ok(())
    }
}

/// Accepted → revoked.
pub struct Revoke;

impl Act for Revoke {
    type Of = Acceptance;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "revoke",
        verb: Verb::Accept,
        from: &["accepted"],
        summary: "Take the acceptance back, with a reason",
    };

    async fn run(_caller: &Caller, row: &mut acceptance::Model, input: Because) -> Outcome<()> {
        row.decision_reason = Some(input.given()?);
        row.state = AcceptanceState::Revoked;
        Ok(())
    }
}

fn decided(caller: &Caller, row: &mut acceptance::Model, state: AcceptanceState) {
    row.state = state;
    row.decided_by = Some(caller.id());
    row.decided_at = Some(caller.now());
}
