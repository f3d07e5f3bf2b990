//! The path of an objective: approved, evaluated, achieved or missed; revised only as a new edition (I-21, I-22).

use super::Objective;
use crate::caller::Caller;
use crate::evaluation::measurement::Measurement;
use crate::resource::{Act, ActSpec, Because, Error, Faults, Nothing, Outcome, is_told, refuse_authors, step};
use crate::store::{Query, Sort, Test};
use chrono::NaiveDate;
use isms_authz::Action;
use isms_entity::planning::objective::{self, Comparator, ObjectiveEvaluation, ObjectiveState, ObjectiveVerdict};
use isms_entity::{Figure, Recorded};
use serde::Deserialize;
use utoipa::ToSchema;

/// Draft → approved.
pub struct Approve;

impl Act for Approve {
    type Of = Objective;
    type Input = Nothing;
    const SPEC: ActSpec =
        ActSpec { name: "approve", verb: Action::Approve, from: &["draft"], summary: "Management approves it (6.2)" };

    async fn run(caller: &Caller, row: &mut objective::Model, _input: Nothing) -> Outcome<()> {
        refuse_authors(caller, &row.common(), &row.author_ids, None)?;
        let mut faults = Faults::default();
        faults.told("plan", row.plan.as_ref(), "what will be done (6.2 h, I-21)");
        let means = is_told(row.resources.as_ref()) || row.budget.is_some() || row.effort_days.is_some();
        faults.when(!means, "resources", "what it takes (6.2 i, I-21)");
        faults.when(row.owner_id.is_none(), "ownerId", "who is responsible (6.2 j, I-21)");
        faults.when(row.due_on.is_none(), "dueOn", "when it is complete (6.2 k, I-21)");
        faults.told("evaluationMethod", row.evaluation_method.as_ref(), "how results are evaluated (6.2 l, I-21)");
        faults.when(
            row.measurable && row.metric_id.is_none(),
            "metricId",
            "a measurable objective has a metric (I-21)",
        );
        faults.when(row.measurable && row.target.is_none(), "target", "a measurable objective has a target");
        faults.settle()?;
        row.state = ObjectiveState::Approved;
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        Ok(())
    }
}

/// A look at how it goes.
pub struct Evaluate;

/// What was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectiveLook {
    /// The day; today unless given.
    pub on: Option<NaiveDate>,
    /// The value then.
    pub value: Option<Figure>,
    /// What it means.
    pub verdict: ObjectiveVerdict,
    /// In words.
    pub comment: Option<String>,
}

impl Act for Evaluate {
    type Of = Objective;
    type Input = ObjectiveLook;
    const SPEC: ActSpec =
        ActSpec { name: "evaluate", verb: Action::Update, from: &["approved"], summary: "Say how it goes (6.2 d)" };

    async fn run(caller: &Caller, row: &mut objective::Model, input: ObjectiveLook) -> Outcome<()> {
        let on = input.on.unwrap_or_else(|| caller.today());
        if on > caller.latest_day() {
            return Err(Error::field("/on", "lies in the future"));
        }
        let ObjectiveLook { value, verdict, comment, .. } = input;
        row.evaluations.0.push(ObjectiveEvaluation { on, value, verdict, comment, by: caller.id() });
        Ok(())
    }
}

/// Approved → achieved.
pub struct Achieve;

impl Act for Achieve {
    type Of = Objective;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "achieve",
        verb: Action::Update,
        from: &["approved"],
        summary: "The latest measurement meets the target (I-22)",
    };

    async fn run(caller: &Caller, row: &mut objective::Model, _input: Nothing) -> Outcome<()> {
        if row.measurable && !meets(row, latest(caller, row).await?) {
            return Err(Error::Conflict("the latest measurement does not meet the target (I-22)".into()));
        }
        row.state = ObjectiveState::Achieved;
        Ok(())
    }
}

async fn latest(caller: &Caller, row: &objective::Model) -> Outcome<Option<Figure>> {
    let Some(metric) = row.metric_id else { return Ok(None) };
    let newest = Query {
        sort: vec![Sort { column: "period_to", descending: true }],
        limit: Some(1),
        ..Query::of([Test::is("metric_id", metric), Test::is("replaced", false)])
    };
    Ok(caller.for_rules::<Measurement>(&newest).await?.first().map(|measured| measured.value))
}

fn meets(row: &objective::Model, value: Option<Figure>) -> bool {
    let (Some(value), Some(target)) = (value, row.target) else { return false };
    match row.comparator {
        Comparator::AtLeast => value >= target,
        Comparator::AtMost => value <= target,
        Comparator::Equal => value == target,
    }
}

step! {
    /// Approved → missed.
    Miss of Objective: "miss" Update ["approved"] => ObjectiveState::Missed, because revision_reason,
    "It was not reached, and why"
}
step! {
    /// → cancelled.
    Cancel of Objective: "cancel" Approve ["draft", "approved"] => ObjectiveState::Cancelled, because revision_reason,
    "Management gives it up, with a reason"
}

/// Approved → draft of the next edition.
pub struct Revise;

impl Act for Revise {
    type Of = Objective;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "revise",
        verb: Action::Update,
        from: &["approved", "missed"],
        summary: "Begin another edition, to be approved anew, with a reason (I-22)",
    };

    async fn run(_caller: &Caller, row: &mut objective::Model, input: Because) -> Outcome<()> {
        row.revision_reason = Some(input.given()?);
        row.edition += 1;
        row.state = ObjectiveState::Draft;
        (row.approved_by, row.approved_at) = (None, None);
        Ok(())
    }
}
