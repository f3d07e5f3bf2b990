//! That somebody has read a version of a document and keeps to it (clause 7.3).

use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of};
use isms_entity::support::acknowledgement;

/// An acknowledgement.
pub struct Acknowledgement;

impl Resource for Acknowledgement {
    record_of!(acknowledgement, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Acknowledgement",
        policy_type: "Acknowledgement",
        plural: "acknowledgements",
        noun: "acknowledgement",
        table: "acknowledgement",
        prefix: "ACK",
        clause: "7 Support",
        references: &[
            Reference::one("versionId", "DocumentVersion", "documentVersion"),
            Reference::one("documentId", "Document", "document"),
            Reference::one("personId", "User", "person"),
        ],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
