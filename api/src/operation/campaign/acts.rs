//! The path of a campaign: opened and closed on the register as it stands, approved and kept (8.2, I-36, I-37).

use super::{Campaign, register};
use crate::caller::Caller;
use crate::context::scope::Scope;
use crate::planning::methodology::in_force;
use crate::planning::risk::Risk;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, Resource, digest, edition, refuse_authors, step};
use chrono::{DateTime, Utc};
use isms_authz::Action;
use isms_entity::Recorded;
use isms_entity::Time;
use isms_entity::operation::campaign::{self, CampaignState};
use isms_entity::planning::risk;

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
        row.opening = register::rows(&register::risks(caller).await?)?;
        row.opened_at = Some(caller.now());
        row.author_ids.add(caller.id());
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
        check_assessed(caller, row, &risks).await?;
        row.top_level = register::reaches_top(caller, row, &risks).await?;
        row.closing = register::rows(&risks)?;
        row.closing_hash = digest(&row.closing.0);
        row.closed_at = Some(caller.now());
        row.author_ids.add(caller.id());
        row.state = CampaignState::InReview;
        Ok(())
    }
}

/// Refuses risks that were not assessed within, and names those that the caller sees.
async fn check_assessed(caller: &Caller, row: &campaign::Model, risks: &[risk::Model]) -> Outcome<()> {
    let missing: Vec<_> = risks.iter().filter(|risk| !within(row, risk.assessed_at)).collect();
    let ids: Vec<_> = missing.iter().map(|risk| risk.id).collect();
    let seen = caller.visible(const { &Risk::SPEC }, &ids).await?;
    let mut faults = Faults::default();
    for risk in missing.iter().filter(|risk| seen.contains(&risk.id)) {
        faults.add(&format!("risks/{}", risk.reference), "was not assessed within the campaign (I-36)");
    }
    let detail = "that you do not see were not assessed within the campaign (I-36)";
    faults.when(seen.len() < ids.len(), "risks", detail);
    faults.settle()
}

/// Whether a risk was assessed since the campaign was opened, and by its last day.
fn within(row: &campaign::Model, at: Option<Time>) -> bool {
    let by_its_end = |at: Time| DateTime::<Utc>::from(at).date_naive() <= row.ends_on;
    at.is_some_and(|at| row.opened_at.is_some_and(|opened| opened <= at) && by_its_end(at))
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
        summary: "Its result is kept as evidence of 8.2; with a risk at the top level that is for management",
    };

    async fn run(caller: &Caller, row: &mut campaign::Model, _input: Nothing) -> Outcome<()> {
        refuse_authors(caller, &row.common(), &row.author_ids, row.owner_id)?;
        // Its register is of the whole organisation (8.2).
        if !caller.sees_every::<Risk>(Action::List)? {
            return Err(Error::Denied("an assessment is approved by somebody who sees every risk in it".into()));
        }
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
