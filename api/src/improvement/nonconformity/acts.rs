//! The path of a nonconformity up to corrective action carried out (10.2 a to c).

use super::Nonconformity;
use super::verify::SHOWS_AFTER;
use crate::caller::Caller;
use crate::planning::action::Action;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, is_told};
use crate::store::{Query, Test};
use isms_authz::Action as Verb;
use isms_entity::Ids;
use isms_entity::improvement::nonconformity::{self, CauseMethod, NonconformityState};
use isms_entity::planning::action::{self, ActionState};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How it was controlled and corrected; what is left out stays as it stands in the record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Containment {
    /// How it was controlled.
    pub containment: Option<String>,
    /// How it was corrected.
    pub correction: Option<String>,
    /// How its consequences were dealt with.
    pub consequences: Option<String>,
}

/// Notes who had a part in what is done about it: they neither approve the plan nor check its effect (I-02, I-59).
pub(super) fn took_part(row: &mut nonconformity::Model, people: impl IntoIterator<Item = Uuid>) {
    let mut executors: Vec<Uuid> = row.executor_ids.0.clone();
    executors.extend(people);
    executors.sort_unstable();
    executors.dedup();
    row.executor_ids = Ids(executors);
}

/// Open → contained.
pub struct Contain;

impl Act for Contain {
    type Of = Nonconformity;
    type Input = Containment;
    const SPEC: ActSpec = ActSpec {
        name: "contain",
        verb: Verb::Update,
        from: &["open"],
        summary: "It is under control, and its consequences are dealt with (10.2 a)",
    };

    async fn run(caller: &Caller, row: &mut nonconformity::Model, input: Containment) -> Outcome<()> {
        row.containment = input.containment.or(row.containment.take());
        row.correction = input.correction.or(row.correction.take());
        row.consequences = input.consequences.or(row.consequences.take());
        let mut faults = Faults::default();
        let told = is_told(row.containment.as_ref()) || is_told(row.correction.as_ref());
        faults.when(!told, "containment", "or correction says how it was controlled or corrected (10.2 a)");
        faults.when(row.owner_id.is_none(), "ownerId", "names who answers for it");
        faults.settle()?;
        took_part(row, [caller.id()]);
        row.state = NonconformityState::Contained;
        Ok(())
    }
}

/// Its cause; what is left out stays as it stands in the record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CauseFound {
    /// How it was looked for.
    pub cause_method: Option<CauseMethod>,
    /// What it is.
    pub cause: Option<String>,
    /// Whether similar ones were looked for.
    pub similar_searched: Option<bool>,
    /// What that found.
    pub similar_result: Option<String>,
}

/// Contained → cause found.
pub struct FindCause;

impl Act for FindCause {
    type Of = Nonconformity;
    type Input = CauseFound;
    const SPEC: ActSpec = ActSpec {
        name: "find-cause",
        verb: Verb::Update,
        from: &["contained"],
        summary: "Its cause is known, and similar ones were looked for (10.2 b)",
    };

    async fn run(caller: &Caller, row: &mut nonconformity::Model, input: CauseFound) -> Outcome<()> {
        row.cause_method = input.cause_method.or(row.cause_method);
        row.cause = input.cause.or(row.cause.take());
        row.similar_searched = input.similar_searched.unwrap_or(row.similar_searched);
        row.similar_result = input.similar_result.or(row.similar_result.take());
        cause(row).settle()?;
        took_part(row, [caller.id()]);
        row.state = NonconformityState::CauseFound;
        Ok(())
    }
}

/// What is missing of the cause.
fn cause(row: &nonconformity::Model) -> Faults {
    let mut faults = Faults::default();
    faults.when(row.cause_method.is_none(), "causeMethod", "says how the cause was looked for");
    faults.told("cause", row.cause.as_ref(), "says why it happened (10.2 b 2)");
    faults.when(!row.similar_searched, "similarSearched", "similar ones are looked for (10.2 b 3)");
    faults
}

/// The actions against it that were not given up.
async fn actions(caller: &Caller, row: &nonconformity::Model) -> Outcome<Vec<action::Model>> {
    let query = Query::of([Test::is("nonconformity_id", row.id)]);
    let all = caller.for_rules::<Action>(&query).await?;
    Ok(all.into_iter().filter(|action| action.state != ActionState::Cancelled).collect())
}

/// Whoever found it neither plans nor carries out what is done about it (I-57).
fn no_auditors(caller: &Caller, row: &nonconformity::Model, actions: &[action::Model]) -> Outcome<()> {
    let auditor = |id: &Uuid| row.auditor_ids.0.contains(id);
    let one = |action: &&action::Model| auditor(&action.owner_id) || action.done_by.as_ref().is_some_and(auditor);
    match actions.iter().find(one) {
        Some(action) => {
            let name = caller.name_of::<Action>(action)?;
            Err(Error::Conflict(format!("{name} is in the hands of who found it (I-57)")))
        }
        None => Ok(()),
    }
}

/// Cause found → plan approved.
pub struct ApprovePlan;

impl Act for ApprovePlan {
    type Of = Nonconformity;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve-plan",
        verb: Verb::Approve,
        from: &["causeFound"],
        summary: "What will be done about the cause is right, by the manager or who found it in an audit (10.2 c)",
    };

    async fn run(caller: &Caller, row: &mut nonconformity::Model, _input: Nothing) -> Outcome<()> {
        if row.owner_id == Some(caller.id()) || row.executor_ids.0.contains(&caller.id()) {
            return Err(Error::Conflict("nobody approves a plan that they answer for or had a part in (I-02)".into()));
        }
        let actions = actions(caller, row).await?;
        no_auditors(caller, row, &actions)?;
        let mut faults = cause(row);
        let nothing = actions.is_empty() && !is_told(row.correction_enough.as_ref());
        faults.when(nothing, "correctionEnough", "an action removes the cause, or this says why none is needed");
        let criteria = row.effectiveness_criteria.as_ref();
        faults.told("effectivenessCriteria", criteria, "says what will tell that it worked (10.2 d)");
        faults.settle()?;
        row.plan_approved_by = Some(caller.id());
        row.plan_approved_at = Some(caller.now());
        row.state = NonconformityState::PlanApproved;
        Ok(())
    }
}

/// Plan approved → implemented.
pub struct Implement;

impl Act for Implement {
    type Of = Nonconformity;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "implement",
        verb: Verb::Update,
        from: &["planApproved"],
        summary: "What was planned is done and verified (10.2 c)",
    };

    async fn run(caller: &Caller, row: &mut nonconformity::Model, _input: Nothing) -> Outcome<()> {
        let actions = actions(caller, row).await?;
        no_auditors(caller, row, &actions)?;
        if let Some(open) = actions.iter().find(|action| action.state != ActionState::Verified) {
            let name = caller.name_of::<Action>(open)?;
            return Err(Error::Conflict(format!("{name} is not verified yet (I-60)")));
        }
        if actions.is_empty() && !is_told(row.correction_enough.as_ref()) {
            let detail = "no action is verified, and nothing says why correction is enough (I-60)";
            return Err(Error::Conflict(detail.into()));
        }
        let executors = actions.iter().flat_map(|action| [Some(action.owner_id), action.done_by]).flatten();
        took_part(row, executors.chain([caller.id()]));
        row.implemented_at = Some(caller.now());
        row.effectiveness_due_on = row.effectiveness_due_on.or_else(|| caller.today().checked_add_days(SHOWS_AFTER));
        row.state = NonconformityState::Implemented;
        Ok(())
    }
}
