//! Changes of the ISMS, and of what it protects, made in a planned way (clauses 6.3 and 8.1, control A.8.32).

mod acts;

pub use acts::{Approve, Assess, BackOut, Close, Reject, Review, Start};

use crate::authz::{Attribute, Kind};
use crate::resource::{Computed, Reference, Resource, Spec, record_of, word};
use isms_entity::planning::change;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A change.
pub struct Change;

/// Whether a change was made before anybody approved it.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Urgency {
    /// An emergency that is under way and not approved yet (I-78).
    pub unapproved_emergency: bool,
}

impl Resource for Change {
    record_of!(change, Urgency; Assess, Approve, Reject, Start, Review, Close, BackOut);

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
            Attribute::new("kind", "kind", Kind::Text),
        ],
        references: &[
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("assetIds", "Asset", "assets"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title", "description"],
        sorts: &["title", "dueOn"],
        computed: &[Computed {
            name: "unapproved_emergency",
            sql: "({self}.\"emergency\" AND {self}.\"started_at\" IS NOT NULL AND {self}.\"approved_at\" IS NULL)",
        }],
        acts: Self::ACTS,
        editable_in: &["proposed"],
        ..Spec::PLAIN
    };

    fn state(row: &change::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
