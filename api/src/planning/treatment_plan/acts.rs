//! The path of a plan: submitted, approved by each risk owner, carried out, completed.

use super::TreatmentPlan;
use crate::caller::Caller;
use crate::planning::action::Action;
use crate::planning::control::Control;
use crate::planning::risk::Risk;
use crate::resource::{Act, ActSpec, Because, Error, Faults, Nothing, Outcome, step};
use crate::store::{Query, Test};
use isms_authz::Action as Verb;
use isms_entity::Ids;
use isms_entity::planning::action::{self, ActionState};
use isms_entity::planning::control::Applicability;
use isms_entity::planning::risk::{self, RiskState, Treatment};
use isms_entity::planning::treatment_plan::{self, PlanApproval, PlanApprovals, PlanState};

async fn risks(caller: &Caller, plan: &treatment_plan::Model) -> Outcome<Vec<risk::Model>> {
    let ids = plan.risk_ids.0.iter().map(|id| (*id).into()).collect();
    caller.for_rules::<Risk>(&Query::of([Test::OneOf("id", ids)])).await
}

async fn actions(caller: &Caller, plan: &treatment_plan::Model) -> Outcome<Vec<action::Model>> {
    caller.for_rules::<Action>(&Query::of([Test::is("plan_id", plan.id)])).await
}

/// Draft → in review.
pub struct Submit;

impl Act for Submit {
    type Of = TreatmentPlan;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "submit",
        verb: Verb::Update,
        from: &["draft"],
        summary: "Ask the owners of all risks in the plan to approve it",
    };

    async fn run(caller: &Caller, row: &mut treatment_plan::Model, _input: Nothing) -> Outcome<()> {
        let risks = risks(caller, row).await?;
        let mut faults = faults(caller, row, &risks).await?;
        let planned = actions(caller, row).await?;
        let modified = risks.iter().any(|found| found.treatment != Some(Treatment::Retain));
        if modified && planned.iter().all(|a| a.state == ActionState::Cancelled) {
            faults.add("actions", "a plan that changes anything has an action");
        }
        faults.settle()?;
        let mut owners: Vec<_> = risks.iter().filter_map(|found| found.owner_id).collect();
        owners.sort_unstable();
        owners.dedup();
        row.risk_owner_ids = Ids(owners);
        row.approvals = PlanApprovals::default();
        row.state = PlanState::InReview;
        Ok(())
    }
}

/// What stands in the way of approval: undecided or unowned risks, and controls that the statement excludes (I-40).
async fn faults(caller: &Caller, row: &treatment_plan::Model, risks: &[risk::Model]) -> Outcome<Faults> {
    let mut faults = Faults::default();
    if row.risk_ids.0.is_empty() {
        faults.add("riskIds", "a plan treats at least one risk");
    }
    let chosen = risks.iter().flat_map(|found| &found.planned_control_ids.0).map(|id| (*id).into()).collect();
    let excluded = Query::of([Test::OneOf("id", chosen), Test::is("applicability", "excluded")]);
    let excluded = caller.for_rules::<Control>(&excluded).await?;
    for (i, id) in row.risk_ids.0.iter().enumerate() {
        let Some(found) = risks.iter().find(|found| found.id == *id) else {
            faults.add(&format!("riskIds/{i}"), "is not there any more");
            continue;
        };
        let reference = &found.reference;
        if found.owner_id.is_none() || found.treatment.is_none() {
            let detail = format!("{reference} needs an owner who has decided on its treatment");
            faults.add(&format!("riskIds/{i}"), detail);
        }
        for control in excluded.iter().filter(|c| found.planned_control_ids.0.contains(&c.id)) {
            debug_assert_eq!(control.applicability, Applicability::Excluded);
            let detail = format!("{reference} chooses {}, which is excluded (I-40)", control.code);
            faults.add(&format!("riskIds/{i}"), detail);
        }
    }
    Ok(faults)
}

/// In review → approved, once every risk owner has approved.
pub struct Approve;

impl Act for Approve {
    type Of = TreatmentPlan;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Verb::Approve,
        from: &["inReview"],
        summary: "Approve for one's own risks; the plan is approved when all owners have (6.1.3 f)",
    };

    async fn run(caller: &Caller, row: &mut treatment_plan::Model, _input: Nothing) -> Outcome<()> {
        let me = caller.id();
        if row.approvals.0.iter().any(|approval| approval.user_id == me) {
            return Err(Error::Conflict("you have approved this plan already".into()));
        }
        row.approvals.0.push(PlanApproval { user_id: me, at: caller.now().into() });
        for found in risks(caller, row).await? {
            if found.owner_id == Some(me) && found.state == RiskState::TreatmentDecided {
                let permit = caller.permit::<Risk>(Verb::Approve, &found)?;
                let after = risk::Model { state: RiskState::InTreatment, ..found.clone() };
                caller.update(permit, &found, after, "treat").await?;
            }
        }
        let approved = |owner: &uuid::Uuid| row.approvals.0.iter().any(|approval| approval.user_id == *owner);
        if row.risk_owner_ids.0.iter().all(approved) {
            row.state = PlanState::Approved;
            row.approved_at = Some(caller.now());
        }
        Ok(())
    }
}

/// In review → draft.
pub struct Reject;

impl Act for Reject {
    type Of = TreatmentPlan;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "reject",
        verb: Verb::Approve,
        from: &["inReview"],
        summary: "Send the plan back with a reason",
    };

    async fn run(_caller: &Caller, row: &mut treatment_plan::Model, input: Because) -> Outcome<()> {
        let reason = input.given()?;
        row.summary = Some(match row.summary.take() {
            Some(summary) => format!("{summary}\n\nSent back: {reason}"),
            None => format!("Sent back: {reason}"),
        });
        row.approvals = PlanApprovals::default();
        row.state = PlanState::Draft;
        Ok(())
    }
}

/// Approved → completed.
pub struct Complete;

impl Act for Complete {
    type Of = TreatmentPlan;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "complete",
        verb: Verb::Update,
        from: &["approved"],
        summary: "All actions are verified or cancelled (8.3)",
    };

    async fn run(caller: &Caller, row: &mut treatment_plan::Model, _input: Nothing) -> Outcome<()> {
        let actions = actions(caller, row).await?;
        if actions.iter().any(|a| !matches!(a.state, ActionState::Verified | ActionState::Cancelled)) {
            return Err(Error::Conflict("an action of this plan is not verified yet".into()));
        }
        row.state = PlanState::Completed;
        Ok(())
    }
}

step! {
    /// In review or approved → superseded.
    Supersede of TreatmentPlan: "supersede" Approve ["inReview", "approved"] => PlanState::Superseded,
    "An owner of its risks gives the plan up, or replaces it by another; a draft is retired"
}
