//! Values of metrics, each for one period, and what they mean (clause 9.1).

mod evaluate;

pub use evaluate::Evaluate;

use crate::authz::Action;
use crate::caller::Caller;
use crate::evaluation::metric::Metric;
use crate::resource::{Error, Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of};
use crate::store::{Query, Test};
use isms_entity::Figure;
use isms_entity::evaluation::measurement::{self, MeasurementVerdict};
use isms_entity::evaluation::metric::{self, MetricDirection};

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
        references: &[
            Reference::one("metricId", "Metric", "metric"),
            Reference::one("correctsId", "Measurement", "corrects"),
            Reference::one("actionId", "Action", "action"),
        ],
        sorts: &["periodTo"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(caller: &Caller, old: Option<&measurement::Model>, row: &mut measurement::Model) -> Outcome<()> {
        if old.is_some_and(|old| {
            (old.metric_id, old.value, old.period_from, old.period_to)
                != (row.metric_id, row.value, row.period_from, row.period_to)
        }) {
            return Err(Error::Conflict("a value stays: another one corrects it, with a reason (I-51)".into()));
        }
        if old.is_some() {
            return Ok(());
        }
        let mut faults = Faults::default();
        faults.when(row.period_to < row.period_from, "periodTo", "is before periodFrom");
        faults.when(row.period_to > caller.today(), "periodTo", "lies in the future (I-51)");
        if row.corrects_id.is_some() {
            faults.told("reason", row.reason.as_ref(), "says why the value before was wrong (I-51)");
        }
        faults.settle()?;
        let Some(metric) = caller.for_rules::<Metric>(&Query::of([Test::is("id", row.metric_id)])).await?.pop() else {
            return Err(Error::field("/metricId", format!("there is no metric {}", row.metric_id)));
        };
        let same = Query::of([
            Test::is("metric_id", row.metric_id),
            Test::is("period_from", row.period_from),
            Test::is("period_to", row.period_to),
            Test::is("replaced", false),
        ]);
        let there = caller.for_rules::<Self>(&same).await?;
        if there.first().map(|before| before.id) != row.corrects_id {
            let detail = "there is a value for this period: name it, and say why it was wrong (I-51)";
            return Err(Error::field("/correctsId", detail));
        }
        row.verdict = verdict(&metric, row.value);
        for before in there {
            let permit = caller.permit::<Self>(Action::Update, &before)?;
            let after = measurement::Model { replaced: true, ..before.clone() };
            caller.update(permit, &before, after, "replace").await?;
        }
        Ok(())
    }
}

/// What a value means by the thresholds of its metric; in a band, thresholds are distances from the target.
fn verdict(metric: &metric::Model, value: Figure) -> MeasurementVerdict {
    let beyond = |limit: Option<Figure>| {
        limit.is_some_and(|limit| match metric.direction {
            MetricDirection::Up => value <= limit,
            MetricDirection::Down => value >= limit,
            MetricDirection::Band => metric.target.is_some_and(|target| (value.0 - target.0).abs() >= limit.0.abs()),
        })
    };
    if beyond(metric.red) {
        MeasurementVerdict::Red
    } else if beyond(metric.amber) {
        MeasurementVerdict::Amber
    } else {
        MeasurementVerdict::Green
    }
}
