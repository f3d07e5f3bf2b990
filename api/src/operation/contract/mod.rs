//! What is agreed with suppliers about security (control A.5.20).

use crate::authz::{Attribute, Kind};
use crate::resource::{Reference, Resource, Spec, Upkeep, record_of};
use isms_entity::operation::contract;

/// A contract.
pub struct Contract;

impl Resource for Contract {
    record_of!(contract, Upkeep);

    const SPEC: Spec = Spec {
        name: "Contract",
        policy_type: "Contract",
        plural: "contracts",
        noun: "contract",
        table: "contract",
        prefix: "CON",
        clause: "8 Operation",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[Reference::one("supplierId", "Supplier", "supplier"), Reference::one("ownerId", "User", "owner")],
        search: &["title"],
        sorts: &["title"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
