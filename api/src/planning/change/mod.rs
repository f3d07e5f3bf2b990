//! Changes of the ISMS, and of what it protects, made in a planned way (clauses 6.3 and 8.1, control A.8.32).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::planning::change;

/// A change.
pub struct Change;

impl Resource for Change {
    record_of!(change, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Change",
        policy_type: "Change",
        plural: "changes",
        noun: "change",
        table: "change",
        prefix: "CHG",
        clause: "6 Planning",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("assetIds", "Asset", "assets"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title", "description"],
        sorts: &["title", "dueOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &change::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
