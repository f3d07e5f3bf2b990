//! Nonconformities and what is done about them (clause 10.2).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::improvement::nonconformity;

/// A nonconformity.
pub struct Nonconformity;

impl Resource for Nonconformity {
    record_of!(nonconformity, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Nonconformity",
        policy_type: "Nonconformity",
        plural: "nonconformities",
        noun: "nonconformity",
        table: "nonconformity",
        prefix: "NCR",
        clause: "10 Improvement",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::one("findingId", "Finding", "finding"),
            Reference::one("incidentId", "Incident", "incident"),
            Reference::one("supplierId", "Supplier", "supplier"),
            Reference::one("metricId", "Metric", "metric"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::one("repeatsId", "Nonconformity", "repeats"),
            Reference::many("auditorIds", "User", "auditors"),
        ],
        search: &["title", "description"],
        sorts: &["dueOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &nonconformity::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
