//! Certificates and the cycle of three years that they stand in.

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::evaluation::certificate;

/// A certificate.
pub struct Certificate;

impl Resource for Certificate {
    record_of!(certificate, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Certificate",
        policy_type: "Certificate",
        plural: "certificates",
        noun: "certificate",
        table: "certificate",
        prefix: "CRT",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("scopeId", "Scope", "scope"),
            Reference::one("statementId", "Statement", "statement"),
            Reference::many("siteIds", "Asset", "sites"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title"],
        sorts: &["expiresOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &certificate::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
