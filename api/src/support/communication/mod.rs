//! What is told to whom, when and how (clause 7.4).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of};
use isms_entity::support::communication;

/// A communication.
pub struct Communication;

impl Resource for Communication {
    record_of!(communication, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Communication",
        policy_type: "Communication",
        plural: "communications",
        noun: "communication",
        table: "communication",
        prefix: "COM",
        clause: "7 Support",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[Reference::one("ownerId", "User", "owner")],
        search: &["title"],
        sorts: &["title", "nextOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
