//! Ideas to make the ISMS better, and what came of them (clause 10.1).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, step, word};
use isms_entity::improvement::improvement::{self, ImprovementState};

/// An improvement.
pub struct Improvement;

impl Resource for Improvement {
    record_of!(improvement, NothingComputed; Accept, Reject, Implement);

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

step! {
    /// Proposed → accepted.
    Accept of Improvement: "accept" Approve ["proposed"] => ImprovementState::Accepted, "It will be done"
}
step! {
    /// Proposed → rejected.
    Reject of Improvement: "reject" Approve ["proposed"] => ImprovementState::Rejected, because outcome,
    "It will not be done, and why"
}
step! {
    /// Accepted → implemented.
    Implement of Improvement: "implement" Update ["accepted"] => ImprovementState::Implemented, because outcome,
    "It was done; say what it brought"
}
