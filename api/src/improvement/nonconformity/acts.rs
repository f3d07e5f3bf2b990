//! The path of a nonconformity: controlled, its cause found, planned, carried out, its effect checked by somebody else
//! after a set time, and closed only then (10.2, I-59, I-60).

use super::Nonconformity;
use crate::authz::Action;
use crate::caller::Caller;
use crate::planning::action::Action as Task;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, is_told};
use crate::store::{Query, Test};
use isms_entity::improvement::nonconformity::{self, CorrectionEffect, NonconformityState};
use isms_entity::planning::action::{self, ActionState};
use serde::Deserialize;
use utoipa::ToSchema;

/// The least time between carrying out and checking the effect, microseconds: thirty days.
const SETTLING: i64 = 30 * 86_400_000_000;

/// Open → contained.
pub struct Contain;

impl Act for Contain {
    type Of = Nonconformity;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "contain",
        verb: Action::Update,
        from: &["open"],
        summary: "It is controlled and corrected (10.2 a)",
    };

    async fn run(_caller: &Caller, row: &mut nonconformity::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        let told = is_told(row.containment.as_ref()) || is_told(row.correction.as_ref());
        faults.when(!told, "correction", "how it was controlled or corrected (10.2 a)");
        faults.settle()?;
        row.state = NonconformityState::Contained;
        Ok(())
    }
}

/// Contained → cause found.
pub struct FindCause;

impl Act for FindCause {
    type Of = Nonconformity;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "find-cause",
        verb: Action::Update,
        from: &["open", "contained"],
        summary: "Its cause is known, and similar ones were looked for (10.2 b)",
    };

    async fn run(_caller: &Caller, row: &mut nonconformity::Model, _input: Nothing) -> Outcome<()> {
        cause_known(row)?;
        row.state = NonconformityState::CauseFound;
        Ok(())
    }
}

fn cause_known(row: &nonconformity::Model) -> Outcome<()> {
    let mut faults = Faults::default();
    faults.when(row.cause_method.is_none(), "causeMethod", "how the cause was looked for (I-60)");
    faults.told("cause", row.cause.as_ref(), "its cause (10.2 b 2, I-60)");
    faults.when(!row.similar_searched, "similarSearched", "similar ones were looked for (10.2 b 3, I-60)");
    faults.settle()
}

/// Cause found → plan approved.
pub struct ApprovePlan;

impl Act for ApprovePlan {
    type Of = Nonconformity;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve-plan",
        verb: Action::Approve,
        from: &["causeFound"],
        summary: "What will be done is right",
    };

    async fn run(caller: &Caller, row: &mut nonconformity::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("effectivenessCriteria", row.effectiveness_criteria.as_ref(), "what will tell that it worked");
        let planned = !actions(caller, row).await?.is_empty() || is_told(row.correction_enough.as_ref());
        faults.when(!planned, "actions", "an action corrects it, or correctionEnough says why none does");
        faults.settle()?;
        row.plan_approved_by = Some(caller.id());
        row.plan_approved_at = Some(caller.now());
        row.state = NonconformityState::PlanApproved;
        Ok(())
    }
}

async fn actions(caller: &Caller, row: &nonconformity::Model) -> Outcome<Vec<action::Model>> {
    caller.for_rules::<Task>(&Query::of([Test::is("nonconformity_id", row.id)])).await
}

/// Plan approved → implemented.
pub struct Implement;

impl Act for Implement {
    type Of = Nonconformity;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "implement",
        verb: Action::Update,
        from: &["planApproved"],
        summary: "All its actions are verified (10.2 c)",
    };

    async fn run(caller: &Caller, row: &mut nonconformity::Model, _input: Nothing) -> Outcome<()> {
        let actions = actions(caller, row).await?;
        let open = |a: &action::Model| !matches!(a.state, ActionState::Verified | ActionState::Cancelled);
        if actions.iter().any(open) {
            return Err(Error::Conflict("an action that corrects it is not verified yet".into()));
        }
        let verified = actions.iter().any(|a| a.state == ActionState::Verified);
        if !verified && !is_told(row.correction_enough.as_ref()) {
            return Err(Error::Conflict("no action was verified, and nothing says why none is needed (I-60)".into()));
        }
        row.implemented_at = Some(caller.now());
        row.state = NonconformityState::Implemented;
        Ok(())
    }
}

/// Implemented → closed, or back to the cause.
pub struct Verify;

/// Whether it worked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EffectCheck {
    /// Whether it did.
    pub effect: CorrectionEffect,
    /// What shows it.
    pub evidence: String,
}

impl Act for Verify {
    type Of = Nonconformity;
    type Input = EffectCheck;
    const SPEC: ActSpec = ActSpec {
        name: "verify",
        verb: Action::Accept,
        from: &["implemented"],
        summary: "Somebody else has checked the effect a month after; it is closed, or goes back to the cause",
    };

    async fn run(caller: &Caller, row: &mut nonconformity::Model, input: EffectCheck) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("evidence", Some(&input.evidence), "what shows it");
        faults.settle()?;
        cause_known(row)?;
        let me = caller.id();
        let did = actions(caller, row).await?.iter().any(|a| a.owner_id == me || a.done_by == Some(me));
        if row.owner_id == Some(me) || did {
            return Err(Error::Conflict("nobody checks the effect of what they did or answer for (I-59)".into()));
        }
        let settled = row.implemented_at.is_some_and(|done| caller.now().0 - done.0 >= SETTLING);
        if !settled && input.effect == CorrectionEffect::Effective {
            let why = "the effect is checked thirty days after it was carried out, at the earliest (I-60)";
            return Err(Error::Conflict(why.into()));
        }
        row.effect = Some(input.effect);
        row.effect_evidence = Some(input.evidence);
        row.verified_by = Some(me);
        row.verified_at = Some(caller.now());
        row.state = match input.effect {
            CorrectionEffect::Effective => NonconformityState::Closed,
            CorrectionEffect::NotEffective => NonconformityState::CauseFound,
        };
        Ok(())
    }
}
