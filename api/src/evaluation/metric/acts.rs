//! Activating a metric, having it measured from live records, and taking it out of use.

use super::{Metric, derive, missing};
use crate::caller::Caller;
use crate::context::organisation::Organisation;
use crate::evaluation::measurement::store_drawn;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, step};
use crate::store::Query;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use isms_authz::Action as Verb;
use isms_entity::evaluation::measurement;
use isms_entity::evaluation::metric::{self, MetricSource, MetricState};
use isms_entity::months_on;
use isms_entity::{Common, Recorded};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Draft → active.
pub struct Activate;

impl Act for Activate {
    type Of = Metric;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "activate",
        verb: Verb::Update,
        from: &["draft"],
        summary: "Measure it from now on: all of 9.1 a to f is settled",
    };

    async fn run(caller: &Caller, row: &mut metric::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        missing(row, &mut faults);
        faults.settle()?;
        row.first_due_on = months_on(caller.today(), row.every_months);
        row.activated_at = Some(caller.now());
        row.state = MetricState::Active;
        Ok(())
    }
}

/// Draw a computed metric's value.
pub struct Measure;

/// The period that a value is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MeasuredPeriod {
    /// First day.
    pub period_from: NaiveDate,
    /// Last day; the value is drawn from the records as they stood at its end.
    pub period_to: NaiveDate,
    /// The measurement that it replaces (I-51).
    pub corrects_id: Option<Uuid>,
    /// Why that was wrong.
    pub reason: Option<String>,
}

impl Act for Measure {
    type Of = Metric;
    type Input = MeasuredPeriod;
    const SPEC: ActSpec = ActSpec {
        name: "measure",
        verb: Verb::Accept,
        from: &["active"],
        summary: "Draw the value of a computed metric from the records as they stood at the period's end",
    };

    async fn run(caller: &Caller, row: &mut metric::Model, input: MeasuredPeriod) -> Outcome<()> {
        let derivation = row.derivation.filter(|_| row.source == MetricSource::Computed);
        let Some(derivation) = derivation else {
            return Err(Error::Conflict("the service draws only metrics whose source is computed".into()));
        };
        let then = at_the_end(caller, input.period_to);
        let drawn = if then.for_rules::<Organisation>(&Query::default()).await?.is_empty() {
            None
        } else {
            derive::derive(&then, derivation).await?
        };
        let Some(drawn) = drawn else {
            return Err(Error::Conflict("there was nothing to measure yet: no data is not zero (I-52)".into()));
        };
        let mut value = measurement::Model {
            metric_id: row.id,
            period_from: input.period_from,
            period_to: input.period_to,
            value: drawn.value,
            sample: i32::try_from(drawn.of).ok(),
            corrects_id: input.corrects_id,
            reason: input.reason,
            ..Default::default()
        };
        value.set_common(Common { unit_id: row.unit_id, ..caller.new_common() });
        store_drawn(caller, value).await
    }
}

/// The caller as of the last instant of a day that is over: a period's figure is not today's (I-06).
fn at_the_end(caller: &Caller, day: NaiveDate) -> Caller {
    let next = day.checked_add_days(Days::new(1)).map(|next| next.and_time(NaiveTime::MIN).and_utc());
    let end = next.and_then(|next| next.checked_sub_signed(TimeDelta::microseconds(1)));
    caller.at(end.filter(|end| *end < DateTime::<Utc>::from(caller.now())).map(Into::into))
}

step! {
    /// Active → withdrawn.
    Withdraw of Metric: "withdraw" Update ["draft", "active"] => MetricState::Withdrawn,
    "Measure it no more"
}
