//! The path of a metric: complete before it is active, measured, withdrawn (I-50).

use super::{Metric, derive};
use crate::authz::Action;
use crate::caller::Caller;
use crate::evaluation::measurement::Measurement;
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
        verb: Action::Update,
        from: &["draft"],
        summary: "All of 9.1 a to f is settled; it is measured from now on (I-50)",
    };

    async fn run(caller: &Caller, row: &mut metric::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("need", row.need.as_ref(), "what is to be known (9.1 a)");
        faults.told("formula", row.formula.as_ref(), "how it is computed (9.1 b)");
        faults.told("measuredIn", row.measured_in.as_ref(), "in which unit (9.1 b)");
        faults.when(row.measurer_id.is_none(), "measurerId", "who measures (9.1 d)");
        faults.told("analysed", row.analysed.as_ref(), "when results are analysed (9.1 e)");
        faults.when(row.analyst_id.is_none(), "analystId", "who analyses (9.1 f)");
        faults.when(row.target.is_none(), "target", "what is aimed at");
        let derived = row.source == MetricSource::Computed;
        faults.when(derived && row.derivation.is_none(), "derivation", "which live figure it draws");
        faults.settle()?;
        row.activated_at = Some(caller.now());
        row.state = MetricState::Active;
        Ok(())
    }
}

step! {
    /// → withdrawn.
    Withdraw of Metric: "withdraw" Update ["draft", "active"] => MetricState::Withdrawn, "It is not measured any more"
}

/// A value drawn from live records.
pub struct Measure;

/// For which period.
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
        verb: Action::Update,
        from: &["active"],
        summary: "Draw its value from the live records and keep it for a period",
    };

    async fn run(caller: &Caller, row: &mut metric::Model, input: MeasuredPeriod) -> Outcome<()> {
        let Some(derivation) = row.derivation.filter(|_| row.source == MetricSource::Computed) else {
            return Err(Error::Conflict("only a computed metric is drawn from live records".into()));
        };
        let (value, sample) = derive::figure(caller, derivation).await?;
        let draft = json!({
            "metricId": row.id, "unitId": row.unit_id, "periodFrom": input.period_from, "periodTo": input.period_to,
            "value": value, "sample": sample,
        });
        service::create::<Measurement>(caller, draft).await.map(drop)
    }
}
