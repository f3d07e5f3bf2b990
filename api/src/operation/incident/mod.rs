//! Events that anyone reports, and the incidents they turn out to be (controls A.5.24 to A.5.28 and A.6.8).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::operation::incident;

/// An incident.
pub struct Incident;

impl Resource for Incident {
    record_of!(incident, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Incident",
        policy_type: "Incident",
        plural: "incidents",
        noun: "incident",
        table: "incident",
        prefix: "INC",
        clause: "8 Operation",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[
            Reference::many("assetIds", "Asset", "assets"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("supplierIds", "Supplier", "suppliers"),
            Reference::one("managerId", "User", "manager"),
            Reference::many("teamIds", "User", "teams"),
        ],
        search: &["title", "description"],
        sorts: &["detectedAt"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &incident::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
