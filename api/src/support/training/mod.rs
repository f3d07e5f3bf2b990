//! Courses that give competence or awareness (clauses 7.2 c and 7.3, control A.6.3).

use crate::authz::{Attribute, Kind};
use crate::resource::{Reference, Resource, Spec, Upkeep, record_of};
use isms_entity::support::training;

/// A training.
pub struct Training;

impl Resource for Training {
    record_of!(training, Upkeep);

    const SPEC: Spec = Spec {
        name: "Training",
        policy_type: "Training",
        plural: "trainings",
        noun: "training",
        table: "training",
        prefix: "TRN",
        clause: "7 Support",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[
            Reference::many("audienceIds", "Unit", "audiences"),
            Reference::many("requirementIds", "CompetenceRequirement", "requirements"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title", "description"],
        sorts: &["title"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
