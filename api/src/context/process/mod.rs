//! The processes of the ISMS and of the business it covers (clauses 4.4 and 8.1).

use crate::resource::{Reference, Resource, Spec, Upkeep, record_of};
use isms_authz::{Attribute, Kind};
use isms_entity::context::process;

/// A process.
pub struct Process;

impl Resource for Process {
    record_of!(process, Upkeep);

    const SPEC: Spec = Spec {
        name: "Process",
        policy_type: "Process",
        plural: "processes",
        noun: "process",
        table: "process",
        prefix: "PRC",
        clause: "4 Context",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[
            Reference::many("interactsWithIds", "Process", "interactsWith"),
            Reference::many("assetIds", "Asset", "assets"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["name"],
        sorts: &["name"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
