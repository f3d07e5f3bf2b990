//! Documented information: policies, procedures, plans, records and documents from outside (clauses 5.2 and 7.5).

mod acts;
mod import;
mod settle;

pub use acts::{Review, Withdraw};
pub(crate) use settle::is_for_too_many;

use crate::caller::Caller;
use crate::resource::{Computed, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::Writing;
use isms_authz::{Attribute, Kind};
use isms_entity::support::document;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A document.
pub struct Document;

/// What is in force, who it is for and who has acknowledged it.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// The number of the version that was published last and is in force.
    pub published_number: Option<String>,
    /// Active people of the units that it is published to (I-19).
    pub readers: i64,
    /// Those of them who have acknowledged the edition in force (I-17).
    pub acknowledged: i64,
    /// Those who have not, though the day has passed; joiners have as many days from when they join (I-19).
    pub acknowledgements_overdue: i64,
    /// Whether it is in use and its review date has passed.
    pub overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

macro_rules! in_force {
    ($which:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM {DocumentVersion} v WHERE v.document_id = {self}.\"id\" AND v.state = 'published' ",
            "AND v.acknowledgement_required AND v.retired_at IS NULL AND ",
            $which,
            ")"
        )
    };
}

macro_rules! acknowledgers {
    ($before:literal) => {
        concat!(
            $before,
            "EXISTS (SELECT 1 FROM {DocumentVersion} v JOIN {Acknowledgement} a ON a.document_id = v.document_id ",
            "AND a.edition = v.edition AND a.language = v.language WHERE v.document_id = {self}.\"id\" AND v.state = 'published' ",
            "AND v.acknowledgement_required AND v.retired_at IS NULL AND a.person_id = u.id)"
        )
    };
}

macro_rules! readers_who {
    ($($which:expr),+) => {
        concat!(
            "(SELECT COUNT(*) FROM {User} u WHERE u.organisation_id = {self}.\"organisation_id\" AND u.active ",
            "AND u.retired_at IS NULL AND u.kind = 'person' AND EXISTS (SELECT 1 FROM {Document.publishedToIds} l ",
            "JOIN {unit_closure} c ON c.ancestor_id = l.target_id ",
            "WHERE l.source_id = {self}.\"id\" AND c.descendant_id = u.unit_id)",
            $($which,)+
            ")"
        )
    };
}

impl Resource for Document {
    record_of!(document, Coverage; Review, Withdraw);

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
            Attribute::new("classification", "classification", Kind::Text),
            Attribute::new("publishedTo", "published_to_ids", Kind::Entities("Unit")),
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("audienceIds", "Unit", "audiences"),
            Reference::many("publishedToIds", "Unit", "publishedTo"),
        ],
        sensitive: &["review_note"],
        search: &["title", "description"],
        sorts: &["title", "reviewOn"],
        computed: &[
            Computed {
                name: "published_number",
                sql: "(SELECT v.number FROM {DocumentVersion} v WHERE v.document_id = {self}.\"id\" \
                      AND v.state = 'published' AND v.retired_at IS NULL ORDER BY v.published_at DESC, v.id DESC LIMIT 1)",
            },
            Computed { name: "readers", sql: readers_who!("") },
            Computed { name: "acknowledged", sql: readers_who!(acknowledgers!(" AND ")) },
            Computed {
                name: "acknowledgements_overdue",
                sql: readers_who!(
                    acknowledgers!(" AND NOT "),
                    " AND ",
                    in_force!("v.acknowledge_by IS NOT NULL AND v.acknowledge_by < {today}"),
                    " AND u.created_at + {self}.\"acknowledge_within_days\" * 86400000000 < {now}"
                ),
            },
            Computed {
                name: "overdue",
                sql: "({self}.\"state\" = 'active' AND {self}.\"review_on\" IS NOT NULL AND {self}.\"review_on\" < {today})",
            },
            Computed::ORPHANED,
        ],
        acts: Self::ACTS,
        editable_in: &["active"],
        ..Spec::PLAIN
    };

    fn state(row: &document::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&document::Model>, row: &mut document::Model) -> Outcome<()> {
        settle::settle(caller, old, row).await
    }

    async fn retiring(_caller: &Caller, old: &document::Model, row: &mut document::Model) -> Outcome<()> {
        settle::retiring(old, row)
    }

    async fn stored(caller: &Writing<'_>, old: Option<&document::Model>, row: &document::Model) -> Outcome<()> {
        settle::tell_versions(caller, old, row).await
    }
}
