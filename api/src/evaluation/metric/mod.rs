//! What is measured, how and by whom (clause 9.1).

mod acts;
mod derive;

pub use acts::{Activate, Measure, Withdraw};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Faults, Outcome, Reference, Resource, Spec, Upkeep, record_of, word};
use isms_entity::evaluation::metric::{self, MetricDirection};

/// A metric.
pub struct Metric;

impl Resource for Metric {
    record_of!(metric, Upkeep; Activate, Withdraw, Measure);

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
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &metric::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(_caller: &Caller, _old: Option<&metric::Model>, row: &mut metric::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("everyMonths", row.every_months, 1..=36);
        if let (Some(amber), Some(red)) = (row.amber, row.red) {
            let order = match row.direction {
                MetricDirection::Up => amber >= red,
                MetricDirection::Down => amber <= red,
                MetricDirection::Band => amber.0.abs() <= red.0.abs(),
            };
            faults.when(!order, "red", "lies beyond amber");
        }
        faults.settle()
    }
}
