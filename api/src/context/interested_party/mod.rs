//! Parties whose needs bear on the ISMS (clause 4.2 a).

mod import;

use crate::caller::Caller;
use crate::resource::{Faults, Outcome, Reference, Resource, Spec, Upkeep, record_of};
use isms_authz::{Attribute, Kind};
use isms_entity::context::interested_party;

/// An interested party.
pub struct InterestedParty;

impl Resource for InterestedParty {
    record_of!(interested_party, Upkeep);

    const SPEC: Spec = Spec {
        name: "InterestedParty",
        policy_type: "InterestedParty",
        plural: "interested-parties",
        noun: "interested party",
        table: "interested_party",
        prefix: "PTY",
        clause: "4 Context",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[Reference::one("ownerId", "User", "owner")],
        personal: &["contact"],
        sensitive: &["contact"],
        search: &["name", "description"],
        sorts: &["name"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(
        _caller: &Caller,
        _old: Option<&interested_party::Model>,
        row: &mut interested_party::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("influence", row.influence, 1..=3);
        faults.settle()
    }
}
