//! The path of a risk (domain 3.7): each act is one step of its state machine.

use super::{Risk, settle};
use crate::caller::Caller;
use crate::planning::acceptance::Acceptance;
use crate::planning::action::Action;
use crate::planning::methodology::in_force;
use crate::resource::{Act, ActSpec, Because, Error, Nothing, Outcome, step};
use crate::store::{Query, Test};
use chrono::NaiveDate;
use isms_authz::Action as Verb;
use isms_entity::Ids;
use isms_entity::planning::action::ActionState;
use isms_entity::planning::risk::{self, RiskState, Treatment};
use serde::Deserialize;
use utoipa::ToSchema;

/// Identified → analysed.
pub struct Analyse;

impl Act for Analyse {
    type Of = Risk;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "analyse",
        verb: Verb::Update,
        from: &["identified"],
        summary: "The risk has an owner and a current rating",
    };

    async fn run(caller: &Caller, row: &mut risk::Model, _input: Nothing) -> Outcome<()> {
        settle::check_analysed(caller, None, row).await?;
        row.state = RiskState::Analysed;
        Ok(())
    }
}

step! {
    /// Analysed → evaluated.
    Evaluate of Risk: "evaluate" Update ["analysed"] => RiskState::Evaluated,
    "The level has been compared with the criterion (6.1.2 e)"
}

/// Evaluated → treatment decided.
pub struct Decide;

/// What the owner decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decision {
    /// Modify, retain, avoid or share.
    pub treatment: Treatment,
    /// Who shares it, or which activity stops.
    pub detail: Option<String>,
    /// When the activity stops.
    pub ends_on: Option<NaiveDate>,
    /// Controls that the treatment chooses.
    #[serde(default)]
    pub planned_control_ids: Ids,
    /// Likelihood predicted for after the treatment.
    pub residual_likelihood: Option<i32>,
    /// Impact predicted for after the treatment.
    pub residual_impact: Option<i32>,
}

impl Act for Decide {
    type Of = Risk;
    type Input = Decision;
    const SPEC: ActSpec = ActSpec {
        name: "decide",
        verb: Verb::Approve,
        from: &["evaluated", "treatmentDecided"],
        summary: "The owner chooses what to do (6.1.3 a)",
    };

    async fn run(caller: &Caller, row: &mut risk::Model, input: Decision) -> Outcome<()> {
        let before = row.clone();
        row.treatment = Some(input.treatment);
        row.treatment_detail = input.detail;
        row.treatment_ends_on = input.ends_on;
        row.planned_control_ids = input.planned_control_ids;
        row.residual_likelihood = input.residual_likelihood;
        row.residual_impact = input.residual_impact;
        settle::settle(caller, Some(&before), row).await?;
        if input.treatment == Treatment::Share && row.residual_level.is_none() {
            return Err(Error::field("/residualLikelihood", "a shared risk keeps a residual level (I-34)"));
        }
        row.state = RiskState::TreatmentDecided;
        Ok(())
    }
}

/// In treatment → monitored.
pub struct Monitor;

impl Act for Monitor {
    type Of = Risk;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "monitor",
        verb: Verb::Update,
        from: &["treatmentDecided", "inTreatment"],
        summary: "All actions are verified and the risk has been rated afresh (I-31)",
    };

    async fn run(caller: &Caller, row: &mut risk::Model, _input: Nothing) -> Outcome<()> {
        if row.state == RiskState::TreatmentDecided && row.treatment != Some(Treatment::Retain) {
            return Err(Error::Conflict("only a retained risk is monitored without a plan".into()));
        }
        let actions = caller.for_rules::<Action>(&Query::of([Test::Links("riskIds", vec![row.id])])).await?;
        if actions.iter().any(|a| !matches!(a.state, ActionState::Verified | ActionState::Cancelled)) {
            return Err(Error::Conflict("an action that treats this risk is not verified yet".into()));
        }
        let last_done = actions.iter().filter_map(|a| a.done_at).max();
        if last_done.is_some_and(|done| row.assessed_at.is_none_or(|assessed| assessed <= done)) {
            let why = "a prediction does not become today's rating: rate the risk afresh after the last action (I-31)";
            return Err(Error::Conflict(why.into()));
        }
        if row.treatment == Some(Treatment::Retain) && row.above_criterion && !is_accepted(caller, row).await? {
            let why = "a risk above the criterion is retained only with a valid acceptance (I-38)";
            return Err(Error::Conflict(why.into()));
        }
        row.state = RiskState::Monitored;
        Ok(())
    }
}

/// Whether the risk is accepted as it is.
async fn is_accepted(caller: &Caller, row: &risk::Model) -> Outcome<bool> {
    let query = Query::of([Test::is("risk_id", row.id), Test::Computed("valid", vec![true.into()])]);
    Ok(!caller.for_rules::<Acceptance>(&query).await?.is_empty())
}

/// The owner says that the cause is gone.
pub struct ProposeClosure;

impl Act for ProposeClosure {
    type Of = Risk;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "propose-closure",
        verb: Verb::Approve,
        from: &["evaluated", "treatmentDecided", "inTreatment", "monitored"],
        summary: "The owner says that the cause is gone, and why",
    };

    async fn run(caller: &Caller, row: &mut risk::Model, input: Because) -> Outcome<()> {
        row.closure_reason = Some(input.given()?);
        row.closure_proposed_by = Some(caller.id());
        Ok(())
    }
}

/// → closed.
pub struct Close;

impl Act for Close {
    type Of = Risk;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "close",
        verb: Verb::Close,
        from: &["evaluated", "treatmentDecided", "inTreatment", "monitored"],
        summary: "The manager agrees with the owner that the cause is gone",
    };

    async fn run(_caller: &Caller, row: &mut risk::Model, _input: Nothing) -> Outcome<()> {
        if row.closure_proposed_by.is_none() || row.closure_proposed_by != row.owner_id {
            return Err(Error::Conflict("the owner first says that the cause is gone, and why".into()));
        }
        row.state = RiskState::Closed;
        Ok(())
    }
}

/// Any → analysed, on a trigger.
pub struct Reopen;

impl Act for Reopen {
    type Of = Risk;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "reopen",
        verb: Verb::Update,
        from: &["evaluated", "treatmentDecided", "inTreatment", "monitored", "closed"],
        summary: "A review, incident, change or new weakness calls for another look",
    };

    async fn run(_caller: &Caller, row: &mut risk::Model, input: Because) -> Outcome<()> {
        row.closure_reason = Some(input.given()?);
        row.closure_proposed_by = None;
        row.state = RiskState::Analysed;
        Ok(())
    }
}

/// New ratings under the methodology in force.
pub struct Rerate;

/// The new ratings.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ratings {
    /// Likelihood without controls.
    pub inherent_likelihood: Option<i32>,
    /// Impact without controls.
    pub inherent_impact: Option<i32>,
    /// Likelihood today.
    pub current_likelihood: i32,
    /// Impact today.
    pub current_impact: i32,
    /// Likelihood predicted for after the plan.
    pub residual_likelihood: Option<i32>,
    /// Impact predicted for after the plan.
    pub residual_impact: Option<i32>,
    /// Why.
    pub rationale: String,
}

impl Act for Rerate {
    type Of = Risk;
    type Input = Ratings;
    const SPEC: ActSpec = ActSpec {
        name: "rerate",
        verb: Verb::Update,
        from: &["identified", "analysed", "evaluated", "treatmentDecided", "inTreatment", "monitored"],
        summary: "Rate anew under the methodology in force (I-24)",
    };

    async fn run(caller: &Caller, row: &mut risk::Model, input: Ratings) -> Outcome<()> {
        let Some(methodology) = in_force(caller).await? else {
            return Err(Error::Conflict("there is no approved methodology to rate by".into()));
        };
        if input.rationale.trim().is_empty() {
            return Err(Error::field("/rationale", "cannot be empty"));
        }
        let before = row.clone();
        row.methodology_id = Some(methodology.id);
        row.inherent_likelihood = input.inherent_likelihood;
        row.inherent_impact = input.inherent_impact;
        row.current_likelihood = Some(input.current_likelihood);
        row.current_impact = Some(input.current_impact);
        row.residual_likelihood = input.residual_likelihood;
        row.residual_impact = input.residual_impact;
        row.rationale = Some(input.rationale);
        settle::settle(caller, Some(&before), row).await?;
        row.assessed_at = Some(caller.now());
        Ok(())
    }
}
