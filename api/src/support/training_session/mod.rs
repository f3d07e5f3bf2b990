//! Dates on which a course is held (clause 7.3).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::support::training_session;

/// A training session.
pub struct TrainingSession;

impl Resource for TrainingSession {
    record_of!(training_session, NothingComputed);

    const SPEC: Spec = Spec {
        name: "TrainingSession",
        policy_type: "TrainingSession",
        plural: "training-sessions",
        noun: "training session",
        table: "training_session",
        prefix: "TRS",
        clause: "7 Support",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[Reference::one("trainingId", "Training", "training")],
        search: &["title"],
        sorts: &["heldOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &training_session::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
