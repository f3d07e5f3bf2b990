//! What is measured, how and by whom (clause 9.1).

use crate::authz::{Attribute, Kind};
use crate::resource::{Reference, Resource, Spec, Upkeep, record_of, word};
use isms_entity::evaluation::metric;

/// A metric.
pub struct Metric;

impl Resource for Metric {
    record_of!(metric, Upkeep);

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
        ..Spec::PLAIN
    };

    fn state(row: &metric::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
