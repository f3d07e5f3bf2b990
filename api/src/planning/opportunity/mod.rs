//! Opportunities for the ISMS (clause 6.1.1).

use crate::resource::{Reference, Resource, Spec, Upkeep, record_of, step, word};
use isms_authz::{Attribute, Kind};
use isms_entity::planning::opportunity::{self, OpportunityState};

/// An opportunity.
pub struct Opportunity;

impl Resource for Opportunity {
    record_of!(opportunity, Upkeep; Plan, Realise, Drop);

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
        computed: Upkeep::COMPUTED_WHILE_OPEN,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &opportunity::Model) -> Option<String> {
        Some(word(&row.state))
    }
}

step! {
    /// Identified → planned.
    Plan of Opportunity: "plan" Update ["identified"] => OpportunityState::Planned, "It is to be taken"
}
step! {
    /// → realised.
    Realise of Opportunity: "realise" Update ["identified", "planned"] => OpportunityState::Realised, because outcome,
    "It was taken; say what it brought (6.1.1 e 2)"
}
step! {
    /// → dropped.
    Drop of Opportunity: "drop" Update ["identified", "planned"] => OpportunityState::Dropped, because outcome,
    "It is left, for a reason"
}
