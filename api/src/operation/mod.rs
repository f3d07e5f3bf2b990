//! Clause 8: assessments, suppliers, exceptions, access reviews, tests and incidents.

pub mod access_review;
pub mod access_right;
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
    use crate::resource::import;
    crate::planning::catalogue::register::<notification_rule::NotificationRule>(registry);
    import::register::<supplier::Supplier>(registry);
    import::register::<incident::Incident>(registry);
    incident::register(registry);
    campaign::routes(registry);
}
