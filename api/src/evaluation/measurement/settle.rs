//! Values are for periods that are over, one for each metric and period, and are judged by the metric's thresholds.

use super::Measurement;
use crate::caller::Caller;
use crate::evaluation::metric::Metric;
use crate::resource::{Faults, Outcome, is_told};
use crate::store::{Query, Test};
use isms_entity::Figure;
use isms_entity::evaluation::measurement::{self, MeasurementVerdict};
use isms_entity::evaluation::metric::{self, MetricDirection, MetricSource, MetricState};
use isms_entity::months_on;

/// Who says a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Somebody who measures.
    ByHand,
    /// The service, which has drawn it from the records.
    Drawn,
}

/// Checks and judges many new values, in two statements, and two more for each correction.
pub(super) async fn settle_new(
    caller: &Caller,
    rows: &mut [measurement::Model],
    said: Said,
) -> Outcome<Vec<Outcome<()>>> {
    let mut ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.metric_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let ids: Vec<_> = ids.into_iter().map(Into::into).collect();
    let metrics = caller.for_rules::<Metric>(&Query::of([Test::OneOf("id", ids.clone())])).await?;
    let standing = Query::of([Test::OneOf("metric_id", ids), Test::is("replaced", false)]);
    let mut there = caller.for_rules::<Measurement>(&standing).await?;
    let mut verdicts = Vec::with_capacity(rows.len());
    for row in rows {
        let metric = metrics.iter().find(|metric| metric.id == row.metric_id);
        let mut faults = faults(caller, row, metric, &there);
        let computed = metric.is_some_and(|metric| metric.source == MetricSource::Computed);
        faults.when(computed && said == Said::ByHand, "metricId", "is computed: its values are drawn, not entered");
        let verdict = faults.settle();
        if let (Some(metric), Ok(())) = (metric, &verdict) {
            take_over(row, metric);
            if row.corrects_id.is_some() {
                row.verdict = self::verdict(&as_it_stood(caller, row, metric).await?, row.value);
            }
            there.push(row.clone());
        }
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

fn faults(
    caller: &Caller,
    row: &measurement::Model,
    metric: Option<&metric::Model>,
    there: &[measurement::Model],
) -> Faults {
    let mut faults = Faults::default();
    let active = metric.is_some_and(|metric| metric.state == MetricState::Active);
    faults.when(!active, "metricId", "names no metric that is active");
    faults.when(row.period_to < row.period_from, "periodTo", "does not come before the first day");
    faults.when(row.period_to > caller.today(), "periodTo", "is not over yet: no period lies in the future (I-51)");
    faults.range("sample", row.sample.unwrap_or_default(), 0..=i64::from(i32::MAX));
    let period = |other: &measurement::Model| (other.metric_id, other.period_from, other.period_to);
    if let Some(id) = row.corrects_id {
        let corrected = there.iter().any(|other| other.id == id && period(other) == period(row));
        faults.when(!corrected, "correctsId", "names no measurement of this metric and period that still counts");
        faults.when(!is_told(row.reason.as_ref()), "reason", "says why the earlier one was wrong (I-51)");
    } else {
        let taken = there.iter().find(|other| {
            other.metric_id == row.metric_id && other.period_from <= row.period_to && other.period_to >= row.period_from
        });
        faults.when(taken.is_some(), "periodFrom", "the period is measured already: correct that value (I-51)");
    }
    faults
}

/// The metric as it stood when the period was measured first: a correction is judged by what was aimed at then (I-06).
async fn as_it_stood(caller: &Caller, row: &measurement::Model, metric: &metric::Model) -> Outcome<metric::Model> {
    let same = Query::of([
        Test::is("metric_id", row.metric_id),
        Test::is("period_from", row.period_from),
        Test::is("period_to", row.period_to),
    ]);
    let first = caller.for_rules::<Measurement>(&same).await?.iter().map(|value| value.created_at).min();
    let then = caller.at(first);
    let stood = then.for_rules::<Metric>(&Query::of([Test::is("id", metric.id)])).await?.into_iter().next();
    Ok(stood.unwrap_or_else(|| metric.clone()))
}

/// What follows from the metric as it is now.
fn take_over(row: &mut measurement::Model, metric: &metric::Model) {
    row.verdict = verdict(metric, row.value);
    row.measurer_id = metric.measurer_id;
    row.analyst_id = metric.analyst_id;
    row.unit_id = metric.unit_id;
    row.next_due_on = months_on(row.period_to, metric.every_months).unwrap_or(row.period_to);
}

/// What a value means by the metric's thresholds, by direction.
fn verdict(metric: &metric::Model, value: Figure) -> MeasurementVerdict {
    let (value, target) = (value.0, metric.target.map_or(value.0, |figure| figure.0));
    // Turned so that higher is worse, and counted from the target.
    let worse = |figure: i64| match metric.direction {
        MetricDirection::Up => target - figure,
        MetricDirection::Down => figure - target,
        MetricDirection::Band => (figure - target).abs(),
    };
    let threshold = |figure: Figure| match metric.direction {
        MetricDirection::Band => figure.0,
        _ => worse(figure.0),
    };
    let reaches = |figure: Option<Figure>| figure.is_some_and(|figure| worse(value) >= threshold(figure));
    if worse(value) <= 0 {
        MeasurementVerdict::Green
    } else if reaches(metric.red) {
        MeasurementVerdict::Red
    } else if reaches(metric.amber) {
        MeasurementVerdict::Amber
    } else {
        MeasurementVerdict::Green
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(direction: MetricDirection, [target, amber, red]: [i64; 3]) -> metric::Model {
        let figure = |n| Some(Figure::whole(n));
        metric::Model {
            direction,
            target: figure(target),
            amber: figure(amber),
            red: figure(red),
            ..Default::default()
        }
    }

    #[test]
    fn thresholds_judge_by_direction() {
        use MeasurementVerdict::{Amber, Green, Red};
        let up = metric(MetricDirection::Up, [95, 80, 60]);
        let down = metric(MetricDirection::Down, [0, 1, 3]);
        let band = metric(MetricDirection::Band, [50, 5, 10]);
        for (metric, value, expected) in [
            (&up, 97, Green),
            (&up, 90, Green),
            (&up, 80, Amber),
            (&up, 60, Red),
            (&down, 0, Green),
            (&down, 2, Amber),
            (&down, 3, Red),
            (&band, 53, Green),
            (&band, 44, Amber),
            (&band, 61, Red),
        ] {
            assert_eq!(verdict(metric, Figure::whole(value)), expected, "{:?} {value}", metric.direction);
        }
    }
}
