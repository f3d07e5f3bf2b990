//! Clause 8: assessments, suppliers, exceptions, tests and incidents.

pub mod campaign;
pub mod continuity_exercise;
pub mod contract;
pub mod control_test;
pub mod exception;
pub mod incident;
pub mod notification;
pub mod notification_rule;
pub mod supplier;
pub mod supplier_assessment;

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    crate::planning::catalogue::register::<notification_rule::NotificationRule>(registry);
}
