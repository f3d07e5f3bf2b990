//! Exercises of continuity and restores of backups (controls A.5.29, A.5.30 and A.8.13).

mod acts;

pub use acts::{Cancel, Hold};

use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::operation::continuity_exercise;

/// A continuity exercise.
pub struct ContinuityExercise;

impl Resource for ContinuityExercise {
    record_of!(continuity_exercise, NothingComputed; Hold, Cancel);

    const SPEC: Spec = Spec {
        name: "ContinuityExercise",
        policy_type: "ContinuityExercise",
        plural: "continuity-exercises",
        noun: "continuity exercise",
        table: "continuity_exercise",
        prefix: "EXE",
        clause: "8 Operation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[Reference::many("assetIds", "Asset", "assets"), Reference::one("ownerId", "User", "owner")],
        search: &["title"],
        sorts: &["plannedOn"],
        acts: Self::ACTS,
        editable_in: &["planned"],
        ..Spec::PLAIN
    };

    fn state(row: &continuity_exercise::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
