//! Activating a metric, having it measured from live records, and taking it out of use.

use super::{Metric, derive, missing};
use crate::authz::Action as Verb;
use crate::caller::Caller;
use crate::evaluation::measurement::Measurement;
use crate::planning::risk::months_on;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, service, step};
use chrono::NaiveDate;
use isms_entity::evaluation::metric::{self, MetricSource, MetricState};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

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
    /// Last day.
    pub period_to: NaiveDate,
}

impl Act for Measure {
    type Of = Metric;
    type Input = MeasuredPeriod;
    const SPEC: ActSpec = ActSpec {
        name: "measure",
        verb: Verb::Accept,
        from: &["active"],
        summary: "Draw the value of a computed metric from the records as they are now",
    };

    async fn run(caller: &Caller, row: &mut metric::Model, input: MeasuredPeriod) -> Outcome<()> {
        let derivation = row.derivation.filter(|_| row.source == MetricSource::Computed);
        let Some(derivation) = derivation else {
            return Err(Error::Conflict("the service draws only metrics whose source is computed".into()));
        };
        let Some(drawn) = derive::derive(caller, derivation).await? else {
            return Err(Error::Conflict("there is nothing to measure yet: no data is not zero (I-52)".into()));
        };
        let draft = json!({
            "metricId": row.id, "unitId": row.unit_id, "periodFrom": input.period_from, "periodTo": input.period_to,
            "value": drawn.value, "sample": drawn.of,
        });
        service::create::<Measurement>(caller, draft).await.map(drop)
    }
}

step! {
    /// Active → withdrawn.
    Withdraw of Metric: "withdraw" Update ["draft", "active"] => MetricState::Withdrawn,
    "Measure it no more"
}
