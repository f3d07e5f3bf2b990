//! What interested parties require, and what of it the ISMS addresses (clause 4.2 b and c).

mod import;

use crate::caller::Caller;
use crate::resource::{Faults, Outcome, Reference, Resource, Spec, Upkeep, record_of};
use isms_authz::{Attribute, Kind};
use isms_entity::context::party_requirement::{self, Addressing, RequirementSource};

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

    async fn settle(
        _caller: &Caller,
        _old: Option<&party_requirement::Model>,
        row: &mut party_requirement::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        if row.addressing == Addressing::NotAddressed {
            faults.told("reason", row.reason.as_ref(), "says why the ISMS does not address it (I-15)");
            let lawful = row.source == RequirementSource::Law;
            faults.when(lawful, "addressing", "law that applies is always addressed (I-15)");
        }
        faults.settle()
    }
}
