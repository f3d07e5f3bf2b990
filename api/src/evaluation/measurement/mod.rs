//! Values of metrics, each for one period, and what they mean (clause 9.1). A value stays; what is wrong is replaced
//! (I-51).

mod import;
mod settle;

use crate::caller::Caller;
use crate::resource::{
    Act, ActSpec, Error, Faults, NothingComputed, Outcome, Reference, Resource, Spec, is_blank, is_told, record_of,
};
use crate::store::Writing;
use futures::future::BoxFuture;
use isms_authz::{Action as Verb, Attribute, Kind};
use isms_entity::evaluation::measurement::{self, MeasurementVerdict};
use serde::Deserialize;
use settle::Said;
use utoipa::ToSchema;
use uuid::Uuid;

/// A measurement.
pub struct Measurement;

impl Resource for Measurement {
    record_of!(measurement, NothingComputed; Evaluate);

    const SPEC: Spec = Spec {
        name: "Measurement",
        policy_type: "Measurement",
        plural: "measurements",
        noun: "measurement",
        table: "measurement",
        prefix: "MEA",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::optional("measurer", "measurer_id", Kind::Entity("User")),
            Attribute::optional("analyst", "analyst_id", Kind::Entity("User")),
        ],
        references: &[
            Reference::one("metricId", "Metric", "metric"),
            Reference::one("correctsId", "Measurement", "corrects"),
            Reference::one("actionId", "Action", "action"),
            Reference::one("measurerId", "User", "measurer").copied(),
            Reference::one("analystId", "User", "analyst").copied(),
        ],
        sensitive: &["note"],
        sorts: &["periodTo"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(caller: &Caller, old: Option<&measurement::Model>, row: &mut measurement::Model) -> Outcome<()> {
        if old.is_some() {
            return Err(Error::Conflict("a value stays as it was measured: replace it by another (I-51)".into()));
        }
        let mut verdicts = settle::settle_new(caller, std::slice::from_mut(row), Said::ByHand).await?;
        verdicts.pop().unwrap_or(Ok(()))
    }

    async fn settle_new(caller: &Caller, rows: &mut [measurement::Model]) -> Outcome<Vec<Outcome<()>>> {
        settle::settle_new(caller, rows, Said::ByHand).await
    }

    fn stored(
        caller: &Writing<'_>,
        old: Option<&measurement::Model>,
        row: &measurement::Model,
    ) -> impl Future<Output = Outcome<()>> + Send {
        replace(caller, row.corrects_id.filter(|_| old.is_none()))
    }
}

/// Stores a value that the service has drawn for a computed metric: nobody else says one for it (I-51).
///
/// # Errors
/// A period that is not over or measured already, or no leave.
pub async fn store_drawn(caller: &Caller, mut row: measurement::Model) -> Outcome<()> {
    let mut verdicts = settle::settle_new(caller, std::slice::from_mut(&mut row), Said::Drawn).await?;
    verdicts.pop().unwrap_or(Ok(()))?;
    let permit = caller.permit::<Measurement>(Verb::Create, &row)?;
    caller.insert(permit, row).await.map(drop)
}

/// The value that a new one replaces is marked, in the same transaction. Boxed, for it stores a measurement in turn.
fn replace(caller: &Caller, corrected: Option<Uuid>) -> BoxFuture<'_, Outcome<()>> {
    Box::pin(async move {
        let Some(id) = corrected else { return Ok(()) };
        let before = caller.fetch::<Measurement>(id).await?.row;
        let permit = caller.permit::<Measurement>(Verb::Close, &before)?;
        let after = measurement::Model { replaced: true, ..before.clone() };
        caller.update(permit, &before, after, "replace").await.map(drop)
    })
}

/// Say what a value means.
pub struct Evaluate;

/// What was concluded from a value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evaluation {
    /// What it means.
    pub conclusion: String,
    /// What is done about it.
    pub action_id: Option<Uuid>,
    /// Why nothing is done about a red one.
    pub no_action_reason: Option<String>,
}

impl Act for Evaluate {
    type Of = Measurement;
    type Input = Evaluation;
    const SPEC: ActSpec = ActSpec {
        name: "evaluate",
        verb: Verb::Accept,
        from: &[],
        summary: "Say what it means; a red one leads to an action, or to a reason for none (I-52)",
    };

    async fn run(caller: &Caller, row: &mut measurement::Model, input: Evaluation) -> Outcome<()> {
        if row.replaced {
            return Err(Error::Conflict("another measurement has replaced this one".into()));
        }
        let mut faults = Faults::default();
        faults.when(is_blank(&input.conclusion), "conclusion", "says what it means");
        let idle = input.action_id.is_none() && !is_told(input.no_action_reason.as_ref());
        let red = row.verdict == MeasurementVerdict::Red;
        faults.when(
            red && idle,
            "actionId",
            "names what is done about it, or noActionReason says why nothing is (I-52)",
        );
        faults.settle()?;
        row.conclusion = Some(input.conclusion);
        row.action_id = input.action_id;
        row.no_action_reason = input.no_action_reason;
        row.evaluated_by = Some(caller.id());
        row.evaluated_at = Some(caller.now());
        Ok(())
    }
}
