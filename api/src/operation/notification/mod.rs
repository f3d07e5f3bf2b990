//! Notices of incidents that are due by law or contract, with the clock that runs.

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::operation::notification;

/// A notification.
pub struct Notification;

impl Resource for Notification {
    record_of!(notification, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Notification",
        policy_type: "Notification",
        plural: "notifications",
        noun: "notification",
        table: "notification",
        prefix: "NOT",
        clause: "8 Operation",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[
            Reference::one("incidentId", "Incident", "incident"),
            Reference::one("ruleId", "NotificationRule", "rule"),
            Reference::many("teamIds", "User", "teams"),
        ],
        search: &["title"],
        sorts: &["dueAt"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &notification::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
