//! What interested parties require, and what of it the ISMS addresses (clause 4.2 b and c).

use crate::authz::{Attribute, Kind};
use crate::resource::{Reference, Resource, Spec, Upkeep, record_of};
use isms_entity::context::party_requirement;

/// A party requirement.
pub struct PartyRequirement;

impl Resource for PartyRequirement {
    record_of!(party_requirement, Upkeep);

    const SPEC: Spec = Spec {
        name: "PartyRequirement",
        policy_type: "PartyRequirement",
        plural: "party-requirements",
        noun: "party requirement",
        table: "party_requirement",
        prefix: "PRQ",
        clause: "4 Context",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[
            Reference::one("partyId", "InterestedParty", "party"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("processIds", "Process", "processes"),
            Reference::many("legalRequirementIds", "LegalRequirement", "legalRequirements"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title", "description"],
        sorts: &["title"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
