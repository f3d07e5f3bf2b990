//! The path of a campaign: opened and closed on the register as it stands, approved and kept (8.2, I-36, I-37).

use super::{Campaign, register};
use crate::authz::Action;
use crate::caller::Caller;
use crate::context::scope::Scope;
use crate::planning::methodology::in_force;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, digest, edition, step};
use isms_entity::operation::campaign::{self, CampaignState};
use isms_entity::{Json, Time};

/// Planned → in progress.
pub struct Open;

impl Act for Open {
    type Of = Campaign;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "open",
        verb: Action::Update,
        from: &["planned"],
        summary: "Begin: the register is kept as it stands",
    };

    async fn run(caller: &Caller, row: &mut campaign::Model, _input: Nothing) -> Outcome<()> {
        let Some(methodology) = in_force(caller).await? else {
            return Err(Error::Conflict("there is no approved methodology to assess by (I-25)".into()));
        };
        row.methodology_id = Some(methodology.id);
        row.scope_id = edition::in_force::<Scope>(caller).await?.map(|scope| scope.id);
        row.opening = Json(register::rows(&register::risks(caller).await?));
        row.opened_at = Some(caller.now());
        row.state = CampaignState::InProgress;
        Ok(())
    }
}

/// In progress → in review.
pub struct Finish;

impl Act for Finish {
    type Of = Campaign;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "finish",
        verb: Action::Update,
        from: &["inProgress"],
        summary: "Every risk was assessed within the campaign; the register is kept again (I-36)",
    };

    async fn run(caller: &Caller, row: &mut campaign::Model, _input: Nothing) -> Outcome<()> {
        let risks = register::risks(caller).await?;
        let opened = row.opened_at.unwrap_or(Time(0));
        let mut faults = Faults::default();
        for risk in risks.iter().filter(|risk| risk.assessed_at.is_none_or(|at| at < opened)) {
            faults.add(&format!("risks/{}", risk.reference), "was not assessed within the campaign (I-36)");
        }
        faults.settle()?;
        row.closing = Json(register::rows(&risks));
        row.closing_hash = digest(&row.closing.0);
        row.closed_at = Some(caller.now());
        row.state = CampaignState::InReview;
        Ok(())
    }
}

/// In review → approved.
pub struct Approve;

impl Act for Approve {
    type Of = Campaign;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Action::Approve,
        from: &["inReview"],
        summary: "Its result is kept as evidence of 8.2",
    };

    async fn run(caller: &Caller, row: &mut campaign::Model, _input: Nothing) -> Outcome<()> {
        if digest(&row.closing.0) != row.closing_hash {
            return Err(Error::Internal(format!("the register of {} is not the one that was kept", row.reference)));
        }
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        row.state = CampaignState::Approved;
        Ok(())
    }
}

step! {
    /// → cancelled.
    Cancel of Campaign: "cancel" Update ["planned", "inProgress", "inReview"] => CampaignState::Cancelled,
    "It is given up"
}
