//! Notices of incidents that are due by law or contract, with the clock that runs.

mod acts;

pub use acts::{Send, Waive};

use crate::resource::{Computed, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::operation::notification;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A notification.
pub struct Notification;

/// How a notice stands to its clock (I-08).
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Timeliness {
    /// Its clock ran out before it was given, or has run out now.
    pub late: bool,
    /// It was given in time.
    pub met: bool,
    /// While it waits: whole hours until its clock runs out, negative once it has.
    pub hours_left: Option<i32>,
}

impl Resource for Notification {
    record_of!(notification, Timeliness; Send, Waive);

    const SPEC: Spec = Spec {
        name: "Notification",
        policy_type: "Notification",
        plural: "notifications",
        noun: "notification",
        table: "notification",
        prefix: "NOT",
        clause: "8 Operation",
        attributes: &[
            Attribute::new("team", "team_ids", Kind::Entities("User")),
            Attribute::new("confidential", "confidential", Kind::Bool),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("incidentId", "Incident", "incident"),
            Reference::one("ruleId", "NotificationRule", "rule"),
            Reference::many("teamIds", "User", "team").copied(),
        ],
        sensitive: &["note"],
        search: &["title"],
        sorts: &["dueAt"],
        computed: &[
            Computed {
                name: "late",
                sql: "({self}.\"due_at\" IS NOT NULL AND {self}.\"state\" IN ('pending', 'sent') \
                    AND COALESCE({self}.\"sent_at\", {now}) > {self}.\"due_at\")",
            },
            Computed {
                name: "met",
                sql: "({self}.\"sent_at\" IS NOT NULL AND ({self}.\"due_at\" IS NULL OR {self}.\"sent_at\" <= {self}.\"due_at\"))",
            },
            Computed {
                name: "hours_left",
                sql: "CAST(CASE WHEN {self}.\"state\" <> 'pending' OR {self}.\"due_at\" IS NULL THEN NULL \
                    WHEN {self}.\"due_at\" >= {now} THEN ({self}.\"due_at\" - {now}) / 3600000000 \
                    ELSE 0 - (({now} - {self}.\"due_at\" + 3599999999) / 3600000000) END AS integer)",
            },
        ],
        acts: Self::ACTS,
        creatable: false,
        ..Spec::PLAIN
    };

    fn state(row: &notification::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
