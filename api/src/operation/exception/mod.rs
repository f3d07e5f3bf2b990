//! Exceptions to policies and controls, each with its risk and its end (control A.5.36).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::operation::exception;

/// An exception.
pub struct Exception;

impl Resource for Exception {
    record_of!(exception, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Exception",
        policy_type: "Exception",
        plural: "exceptions",
        noun: "exception",
        table: "exception",
        prefix: "EXC",
        clause: "8 Operation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("controlId", "Control", "control"),
            Reference::one("documentId", "Document", "document"),
            Reference::one("riskId", "Risk", "risk"),
            Reference::many("compensatingControlIds", "Control", "compensatingControls"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title"],
        sorts: &["expiresOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &exception::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
