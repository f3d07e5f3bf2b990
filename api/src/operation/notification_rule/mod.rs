//! When law or contract demands that an incident is told, to whom and how soon.

mod seed;

use crate::caller::Caller;
use crate::resource::{Error, Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of};
use isms_entity::operation::notification_rule::{self, ClockStart, RuleTrigger};

/// A notification rule.
pub struct NotificationRule;

/// The shipped rules as JSON: drafts. A final stage follows the one before it in the list.
pub const STARTER: &str = include_str!("starter.json");

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

    async fn settle(
        _caller: &Caller,
        _old: Option<&notification_rule::Model>,
        row: &mut notification_rule::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        let one = row.within_hours.is_some() != row.within_months.is_some();
        faults.when(!one, "withinHours", "is given, or else withinMonths");
        faults.range("withinHours", row.within_hours.unwrap_or(1), 1..=10_000);
        faults.range("withinMonths", row.within_months.unwrap_or(1), 1..=120);
        faults.when(row.trigger == RuleTrigger::Severe && row.severity.is_none(), "severity", "goes with severe ones");
        faults.range("severity", row.severity.unwrap_or(1), 1..=4);
        let (previous, counts) = (row.previous_rule_id.is_some(), row.clock_start == ClockStart::Previous);
        faults.when(counts && !previous, "previousRuleId", "is the stage that the clock counts from");
        faults.settle()?;
        let own = row.previous_rule_id == Some(row.id);
        if own {
            return Err(Error::field("/previousRuleId", "is another rule"));
        }
        Ok(())
    }
}
