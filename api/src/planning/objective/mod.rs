//! Information security objectives and the plan to reach them (clause 6.2).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::planning::objective;

/// An objective.
pub struct Objective;

impl Resource for Objective {
    record_of!(objective, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Objective",
        policy_type: "Objective",
        plural: "objectives",
        noun: "objective",
        table: "objective",
        prefix: "OBJ",
        clause: "6 Planning",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::one("documentId", "Document", "document"),
            Reference::many("requirementIds", "PartyRequirement", "requirements"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::one("metricId", "Metric", "metric"),
        ],
        search: &["title", "statement"],
        sorts: &["title", "dueOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &objective::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
