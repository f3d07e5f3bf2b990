//! What is measured, how and by whom (clause 9.1), with how it stands: the last value, its verdict, the trend, and
//! whether a value is missing.

mod acts;
mod derive;

pub use acts::{Activate, Measure, Withdraw};

use crate::caller::Caller;
use crate::resource::{Computed, Faults, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::Figure;
use isms_entity::evaluation::measurement::MeasurementVerdict;
use isms_entity::evaluation::metric::{self, MetricDirection, MetricSource, MetricState};
use isms_entity::word as words;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A metric.
pub struct Metric;

words! {
    /// Where the last two values lead.
    MetricTrend {
        /// They are equal.
        Flat,
        /// The later one is higher.
        Up,
        /// The later one is lower.
        Down,
    }
}

/// How a metric stands when it is read. A period without a value has no data: neither zero nor the value before (I-52).
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct MetricStanding {
    /// The value of the latest period measured; none when there is none.
    pub last_value: Option<Figure>,
    /// What it means; none when there is none.
    pub last_verdict: Option<MeasurementVerdict>,
    /// Where the last two values lead; none before there are two.
    pub trend: Option<MetricTrend>,
    /// Whether the value of a period that is over is missing.
    pub late: bool,
    /// Whether its review date has passed.
    pub overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

macro_rules! last {
    ($column:literal, $before:literal) => {
        concat!(
            "(SELECT m.",
            $column,
            " FROM {Measurement} m WHERE m.metric_id = {self}.\"id\" AND NOT m.replaced ",
            "AND m.retired_at IS NULL ORDER BY m.period_to DESC, m.id DESC LIMIT 1 OFFSET ",
            $before,
            ")"
        )
    };
}

const TREND: &str = concat!(
    "CASE WHEN ",
    last!("value", "0"),
    " > ",
    last!("value", "1"),
    " THEN 'up' WHEN ",
    last!("value", "0"),
    " < ",
    last!("value", "1"),
    " THEN 'down' WHEN ",
    last!("value", "1"),
    " IS NOT NULL THEN 'flat' ELSE NULL END"
);

impl Resource for Metric {
    record_of!(metric, MetricStanding; Activate, Measure, Withdraw);

    const SPEC: Spec = Spec {
        name: "Metric",
        policy_type: "Metric",
        plural: "metrics",
        noun: "metric",
        table: "metric",
        prefix: "KPI",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
            Attribute::optional("measurer", "measurer_id", Kind::Entity("User")),
            Attribute::optional("analyst", "analyst_id", Kind::Entity("User")),
        ],
        references: &[
            Reference::one("measurerId", "User", "measurer"),
            Reference::one("analystId", "User", "analyst"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title"],
        sorts: &["title"],
        computed: &[
            Computed { name: "last_value", sql: last!("value", "0") },
            Computed { name: "last_verdict", sql: last!("verdict", "0") },
            Computed { name: "trend", sql: TREND },
            Computed {
                name: "late",
                sql: "({self}.\"state\" = 'active' AND {self}.\"first_due_on\" IS NOT NULL AND {self}.\"first_due_on\" < {today} \
                      AND NOT EXISTS (SELECT 1 FROM {Measurement} m WHERE m.metric_id = {self}.\"id\" AND NOT m.replaced \
                      AND m.retired_at IS NULL AND m.next_due_on >= {today}))",
            },
            Computed::OVERDUE_WHILE_OPEN,
            Computed::ORPHANED,
        ],
        acts: Self::ACTS,
        editable_in: &["draft", "active"],
        ..Spec::PLAIN
    };

    fn state(row: &metric::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(_caller: &Caller, _old: Option<&metric::Model>, row: &mut metric::Model) -> Outcome<()> {
        let mut faults = thresholds(row);
        faults.range("everyMonths", row.every_months, 1..=36);
        if row.state == MetricState::Active {
            missing(row, &mut faults);
        }
        faults.settle()
    }
}

/// What keeps it from being measured: all of 9.1 a to f is settled (I-50).
fn missing(row: &metric::Model, faults: &mut Faults) {
    faults.told("need", row.need.as_ref(), "says what is to be known (9.1 a)");
    faults.told("formula", row.formula.as_ref(), "says how it is computed (9.1 b)");
    faults.told("measuredIn", row.measured_in.as_ref(), "names the unit of its values (9.1 b)");
    faults.when(row.measurer_id.is_none(), "measurerId", "names who measures (9.1 d)");
    faults.told("analysed", row.analysed.as_ref(), "says when results are analysed (9.1 e)");
    faults.when(row.analyst_id.is_none(), "analystId", "names who analyses (9.1 f)");
    faults.when(row.target.is_none(), "target", "says which value is aimed at (9.1 b)");
    faults.when(row.amber.is_none(), "amber", "says where amber begins (9.1 b)");
    faults.when(row.red.is_none(), "red", "says where red begins (9.1 b)");
    let derived = row.source != MetricSource::Computed || row.derivation.is_some();
    faults.when(!derived, "derivation", "names the live figure that is drawn");
}

/// Amber lies between target and red, whichever way is good.
fn thresholds(row: &metric::Model) -> Faults {
    let mut faults = Faults::default();
    if let (Some(target), Some(amber), Some(red)) = (row.target, row.amber, row.red) {
        let ordered = match row.direction {
            MetricDirection::Up => target >= amber && amber >= red,
            MetricDirection::Down => target <= amber && amber <= red,
            MetricDirection::Band => Figure::default() <= amber && amber <= red,
        };
        faults.when(!ordered, "amber", "lies between target and red; of a band, both are distances from the target");
    }
    faults
}
