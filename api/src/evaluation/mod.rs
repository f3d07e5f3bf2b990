//! Clause 9: metrics, audits, reviews and certification.

pub mod audit;
pub mod audit_package;
pub mod audit_programme;
pub mod audit_request;
pub mod certificate;
pub mod certification_audit;
pub mod checklist_item;
pub mod engagement;
pub mod finding;
pub mod invitation;
pub mod management_review;
pub mod measurement;
pub mod metric;

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    audit_programme::register(registry);
    management_review::register(registry);
    engagement::register(registry);
    invitation::register(registry);
    crate::resource::import::register::<measurement::Measurement>(registry);
}
