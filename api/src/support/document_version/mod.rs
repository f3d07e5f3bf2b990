//! Versions of documents: written, reviewed, approved by somebody else, published (clauses 7.5.2 and 7.5.3).

mod acts;
mod publish;
mod settle;

pub use acts::{Approve, Reject, Submit};
pub use publish::{Publish, Withdraw, published};

use crate::caller::Caller;
use crate::resource::{Computed, Outcome, Reference, Resource, Spec, attached, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::support::document_version;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A document version.
pub struct DocumentVersion;

/// Who reads a version that is in force, and who has acknowledged it.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Readership {
    /// Active people of the units that it was published to, joiners from when they join (I-19).
    pub readers: i64,
    /// Those of them who have acknowledged the edition in force, in this language or another (I-17).
    pub acknowledged: i64,
    /// Those who have not, though the day has passed; joiners have as many days from when they join (I-19).
    pub acknowledgements_overdue: i64,
}

macro_rules! readers_who {
    ($when:literal, $($which:literal, $also:literal),*) => {
        concat!(
            "CASE WHEN {self}.\"state\" = 'published'", $when, " THEN (SELECT COUNT(*) FROM {User} u ",
            "WHERE u.organisation_id = {self}.\"organisation_id\" AND u.active AND u.retired_at IS NULL ",
            "AND u.kind = 'person' AND EXISTS (SELECT 1 FROM {DocumentVersion.audienceIds} l ",
            "JOIN {unit_closure} c ON c.ancestor_id = l.target_id ",
            "WHERE l.source_id = {self}.\"id\" AND c.descendant_id = u.unit_id)",
            $($which, "EXISTS (SELECT 1 FROM {DocumentVersion} v JOIN {Acknowledgement} a ",
            "ON a.document_id = v.document_id AND a.edition = v.edition AND a.language = v.language ",
            "WHERE v.document_id = {self}.\"document_id\" AND v.state = 'published' AND v.retired_at IS NULL ",
            "AND a.person_id = u.id)", $also,)*
            ") ELSE 0 END"
        )
    };
}

attached!(DocumentVersion, replaceable: true);

impl Resource for DocumentVersion {
    record_of!(document_version, Readership; Submit, Approve, Reject, Publish, Withdraw);

    const SPEC: Spec = Spec {
        name: "DocumentVersion",
        policy_type: "DocumentVersion",
        plural: "document-versions",
        noun: "document version",
        table: "document_version",
        prefix: "DOV",
        clause: "7 Support",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("classification", "classification", Kind::Text),
            Attribute::new("kind", "kind", Kind::Text),
            Attribute::optional("documentOwner", "document_owner_id", Kind::Entity("User")),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
            Attribute::new("audience", "audience_ids", Kind::Entities("Unit")),
        ],
        references: &[
            Reference::one("documentId", "Document", "document"),
            Reference::many("authorIds", "User", "authors"),
            Reference::one("documentOwnerId", "User", "documentOwner").copied(),
            Reference::many("audienceIds", "Unit", "audiences"),
            Reference::one("approvedBy", "User", "approver"),
        ],
        search: &["title"],
        sorts: &["title"],
        computed: &[
            Computed { name: "readers", sql: readers_who!("",) },
            Computed {
                name: "acknowledged",
                sql: readers_who!(" AND {self}.\"acknowledgement_required\"", " AND ", ""),
            },
            Computed {
                name: "acknowledgements_overdue",
                sql: readers_who!(
                    " AND {self}.\"acknowledgement_required\" AND {self}.\"acknowledge_by\" < {today}",
                    " AND NOT ",
                    " AND EXISTS (SELECT 1 FROM {Document} d WHERE d.id = {self}.\"document_id\" \
                     AND u.created_at + d.acknowledge_within_days * 86400000000 < {now})"
                ),
            },
        ],
        acts: Self::ACTS,
        editable_in: &["draft"],
        follows: true,
        ..Spec::PLAIN
    };

    fn state(row: &document_version::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&document_version::Model>,
        row: &mut document_version::Model,
    ) -> Outcome<()> {
        settle::settle(caller, old, row).await
    }
}
