//! Values of metrics, each for one period, and what they mean (clause 9.1).

use crate::{Figure, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What a value means.
    MeasurementVerdict {
        /// As aimed at.
        Green,
        /// Watch it.
        Amber,
        /// Act.
        Red,
    }
}

record! {
    /// One value of one metric for one period.
    table = "measurement";
    draft {
        /// The metric.
        metric_id: Uuid,
        /// First day of the period.
        period_from: NaiveDate,
        /// Last day.
        period_to: NaiveDate,
        /// The value.
        value: Figure,
        /// How many it was computed from.
        sample: Option<i32>,
        /// What helps to read it.
        note: Option<String>,
        /// The measurement that it replaces (I-51).
        corrects_id: Option<Uuid>,
        /// Why that was wrong.
        reason: Option<String>,
    }
    kept {
        /// What it means by the metric's thresholds.
        verdict: MeasurementVerdict,
        /// Whether a later one replaces it.
        replaced: bool,
        /// What was concluded (9.1).
        conclusion: Option<String>,
        /// What is done about it.
        action_id: Option<Uuid>,
        /// Why nothing is done about a red one (I-52).
        no_action_reason: Option<String>,
        /// Who concluded.
        evaluated_by: Option<Uuid>,
        /// When.
        evaluated_at: Option<Time>,
        /// Who measures.
        measurer_id: Option<Uuid>,
        /// Who analyses.
        analyst_id: Option<Uuid>,
        /// By when the next one is there.
        next_due_on: NaiveDate,
    }
}
