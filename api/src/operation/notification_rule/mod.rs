//! When law or contract demands that an incident is told, to whom and how soon.

use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of};
use isms_entity::operation::notification_rule;

/// A notification rule.
pub struct NotificationRule;

impl Resource for NotificationRule {
    record_of!(notification_rule, NothingComputed);

    const SPEC: Spec = Spec {
        name: "NotificationRule",
        policy_type: "NotificationRule",
        plural: "notification-rules",
        noun: "notification rule",
        table: "notification_rule",
        prefix: "NRU",
        clause: "8 Operation",
        references: &[Reference::one("previousRuleId", "NotificationRule", "previousRule")],
        search: &["title", "regime"],
        sorts: &["regime"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
