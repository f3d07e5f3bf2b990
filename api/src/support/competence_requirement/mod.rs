//! What people in a role must be able to do (clause 7.2 a).

use crate::authz::{Attribute, Kind};
use crate::resource::{Reference, Resource, Spec, Upkeep, record_of};
use isms_entity::support::competence_requirement;

/// A competence requirement.
pub struct CompetenceRequirement;

impl Resource for CompetenceRequirement {
    record_of!(competence_requirement, Upkeep);

    const SPEC: Spec = Spec {
        name: "CompetenceRequirement",
        policy_type: "CompetenceRequirement",
        plural: "competence-requirements",
        noun: "competence requirement",
        table: "competence_requirement",
        prefix: "CRQ",
        clause: "7 Support",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[Reference::one("ownerId", "User", "owner")],
        search: &["skill"],
        sorts: &["skill"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
