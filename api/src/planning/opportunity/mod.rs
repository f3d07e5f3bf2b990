//! Opportunities for the ISMS (clause 6.1.1).

use crate::authz::{Attribute, Kind};
use crate::resource::{Reference, Resource, Spec, Upkeep, record_of, word};
use isms_entity::planning::opportunity;

/// An opportunity.
pub struct Opportunity;

impl Resource for Opportunity {
    record_of!(opportunity, Upkeep);

    const SPEC: Spec = Spec {
        name: "Opportunity",
        policy_type: "Opportunity",
        plural: "opportunities",
        noun: "opportunity",
        table: "opportunity",
        prefix: "OPP",
        clause: "6 Planning",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::many("issueIds", "Issue", "issues"),
            Reference::many("requirementIds", "PartyRequirement", "requirements"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title", "description"],
        sorts: &["title"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &opportunity::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
