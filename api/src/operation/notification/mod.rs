//! Notices of incidents that are due by law or contract, with the clock that runs.

mod acts;

pub use acts::{Send, Waive};

use crate::authz::{Attribute, Kind};
use crate::resource::{Computed, Reference, Resource, Spec, record_of, word};
use isms_entity::operation::notification;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A notification.
pub struct Notification;

/// Whether a notice was given in time.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Timeliness {
    /// It was given after its clock had run out.
    pub late: bool,
    /// It was given in time.
    pub met: bool,
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
            Reference::many("teamIds", "User", "teams"),
        ],
        search: &["title"],
        sorts: &["dueAt"],
        computed: &[
            Computed {
                name: "late",
                sql: "({self}.\"sent_at\" IS NOT NULL AND {self}.\"due_at\" IS NOT NULL AND {self}.\"sent_at\" > {self}.\"due_at\")",
            },
            Computed {
                name: "met",
                sql: "({self}.\"sent_at\" IS NOT NULL AND ({self}.\"due_at\" IS NULL OR {self}.\"sent_at\" <= {self}.\"due_at\"))",
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
