//! Changes of the ISMS, and of what it protects, made in a planned way (clauses 6.3 and 8.1, control A.8.32).

mod acts;

pub use acts::{Approve, Assess, BackOut, Close, Reject, Review, Start};

use crate::caller::Caller;
use crate::resource::{Computed, Outcome, Reference, Resource, Spec, authors, record_of, word};
use isms_authz::{Attribute, Kind};
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
    /// An emergency that was begun and on which nobody has decided yet (I-78).
    pub unapproved_emergency: bool,
    /// An emergency that was not, or is not yet, approved within two days after it began (I-78).
    pub approved_late: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

macro_rules! begun {
    ($which:literal) => {
        concat!(
            "({self}.\"emergency\" AND {self}.\"started_at\" IS NOT NULL AND {self}.\"state\" <> 'rejected' AND ",
            $which,
            ")"
        )
    };
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
            Attribute::new("decided", "approved_at", Kind::Presence),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("assetIds", "Asset", "assets"),
            Reference::one("ownerId", "User", "owner"),
            Reference::many("authorIds", "User", "authors"),
        ],
        search: &["title", "description"],
        sorts: &["title", "dueOn"],
        computed: &[
            Computed { name: "unapproved_emergency", sql: begun!("{self}.\"approved_at\" IS NULL") },
            // Two days in microseconds.
            Computed {
                name: "approved_late",
                sql: begun!("COALESCE({self}.\"approved_at\", {now}) > {self}.\"started_at\" + 172800000000"),
            },
            Computed::ORPHANED,
        ],
        acts: Self::ACTS,
        editable_in: &["proposed"],
        ..Spec::PLAIN
    };

    fn state(row: &change::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&change::Model>, row: &mut change::Model) -> Outcome<()> {
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        Ok(())
    }
}
