//! Versions of documents: written, reviewed, approved by somebody else, published (clauses 7.5.2 and 7.5.3).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::support::document_version;

/// A document version.
pub struct DocumentVersion;

impl Resource for DocumentVersion {
    record_of!(document_version, NothingComputed);

    const SPEC: Spec = Spec {
        name: "DocumentVersion",
        policy_type: "DocumentVersion",
        plural: "document-versions",
        noun: "document version",
        table: "document_version",
        prefix: "DOV",
        clause: "7 Support",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[
            Reference::one("documentId", "Document", "document"),
            Reference::many("authorIds", "User", "authors"),
            Reference::one("documentOwnerId", "User", "documentOwner"),
            Reference::many("audienceIds", "Unit", "audiences"),
        ],
        search: &["title"],
        sorts: &["title"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &document_version::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
