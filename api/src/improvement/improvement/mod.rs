//! Ideas to make the ISMS better, and what came of them (clause 10.1).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::improvement::improvement;

/// An improvement.
pub struct Improvement;

impl Resource for Improvement {
    record_of!(improvement, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Improvement",
        policy_type: "Improvement",
        plural: "improvements",
        noun: "improvement",
        table: "improvement",
        prefix: "IMP",
        clause: "10 Improvement",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[Reference::one("findingId", "Finding", "finding"), Reference::one("ownerId", "User", "owner")],
        search: &["title", "idea"],
        sorts: &["title"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &improvement::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
