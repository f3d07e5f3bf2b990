//! Assessments of all risks at planned intervals or upon a change (clause 8.2).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::operation::campaign;

/// A campaign.
pub struct Campaign;

impl Resource for Campaign {
    record_of!(campaign, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Campaign",
        policy_type: "Campaign",
        plural: "campaigns",
        noun: "campaign",
        table: "campaign",
        prefix: "CAM",
        clause: "8 Operation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::many("participantIds", "User", "participants"),
            Reference::one("ownerId", "User", "owner"),
            Reference::one("methodologyId", "Methodology", "methodology"),
            Reference::one("scopeId", "Scope", "scope"),
        ],
        search: &["title"],
        sorts: &["startsOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &campaign::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
