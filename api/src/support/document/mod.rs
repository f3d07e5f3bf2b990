//! Documented information: policies, procedures, plans, records and documents from outside (clauses 5.2 and 7.5).

use crate::authz::{Attribute, Kind};
use crate::resource::{Reference, Resource, Spec, Upkeep, record_of, word};
use isms_entity::support::document;

/// A document.
pub struct Document;

impl Resource for Document {
    record_of!(document, Upkeep);

    const SPEC: Spec = Spec {
        name: "Document",
        policy_type: "Document",
        plural: "documents",
        noun: "document",
        table: "document",
        prefix: "DOC",
        clause: "7 Support",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("audienceIds", "Unit", "audiences"),
        ],
        search: &["title", "description"],
        sorts: &["title", "reviewOn"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &document::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
