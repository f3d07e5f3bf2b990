//! What is measured, how and by whom (clause 9.1).

use crate::{Figure, Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Which values are good.
    MetricDirection {
        /// High ones.
        Up,
        /// Low ones.
        Down,
        /// Those near the target.
        Band,
    }
}
word! {
    /// Where values come from.
    MetricSource {
        /// Somebody enters them.
        Manual,
        /// A system sends them.
        Api,
        /// The service draws them from its records.
        Computed,
    }
}
word! {
    /// Which live figure a computed metric draws.
    Derivation {
        /// Risks above the criterion that nothing is done about.
        RisksAboveCriterionUnhandled,
        /// Open actions past their day, percent of open ones.
        ActionsOverduePercent,
        /// Applicable controls implemented, percent.
        ControlsImplementedPercent,
        /// Published versions acknowledged, percent of readers.
        AcknowledgedPercent,
        /// Awareness trainings done, percent of assigned.
        AwarenessPercent,
        /// Incidents not closed.
        IncidentsOpen,
        /// Nonconformities past their day.
        NonconformitiesOverdue,
        /// Suppliers of tier 3 and 4 with a valid assessment, percent.
        SuppliersAssessedPercent,
    }
}
word! {
    /// Whether a metric is in use.
    MetricState {
        /// Being written.
        Draft,
        /// Measured.
        Active,
        /// Not measured any more.
        Withdrawn,
    }
}

record! {
    /// One metric.
    table = "metric";
    draft {
        /// Short name.
        title: String,
        /// What is to be known (9.1 a).
        need: Option<String>,
        /// How it is computed (9.1 b).
        formula: Option<String>,
        /// Unit of its values, such as percent.
        measured_in: Option<String>,
        /// Which values are good.
        #[serde(default)]
        direction: MetricDirection,
        /// Where values come from.
        #[serde(default)]
        source: MetricSource,
        /// Which live figure, when it is computed.
        derivation: Option<Derivation>,
        /// Months between two measurements (9.1 c).
        #[serde(default = "crate::one")]
        every_months: i32,
        /// Who measures (9.1 d).
        measurer_id: Option<Uuid>,
        /// Who analyses (9.1 f).
        analyst_id: Option<Uuid>,
        /// When results are analysed (9.1 e).
        analysed: Option<String>,
        /// The value aimed at.
        target: Option<Figure>,
        /// Where amber begins.
        amber: Option<Figure>,
        /// Where red begins.
        red: Option<Figure>,
        /// Controls that it measures.
        #[serde(default)]
        control_ids: Ids,
        /// Risks that it watches.
        #[serde(default)]
        risk_ids: Ids,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
        /// Whether it is in use.
        state: MetricState,
        /// Since when.
        activated_at: Option<Time>,
        /// By when the first measurement is there.
        first_due_on: Option<NaiveDate>,
    }
}
