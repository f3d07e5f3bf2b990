//! Who takes which course until when, and how it went (clauses 7.2 c and 7.3).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::support::training_assignment;

/// A training assignment.
pub struct TrainingAssignment;

impl Resource for TrainingAssignment {
    record_of!(training_assignment, NothingComputed);

    const SPEC: Spec = Spec {
        name: "TrainingAssignment",
        policy_type: "TrainingAssignment",
        plural: "training-assignments",
        noun: "training assignment",
        table: "training_assignment",
        prefix: "TRA",
        clause: "7 Support",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[
            Reference::one("trainingId", "Training", "training"),
            Reference::one("personId", "User", "person"),
            Reference::one("sessionId", "TrainingSession", "session"),
        ],
        sorts: &["dueOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &training_assignment::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
