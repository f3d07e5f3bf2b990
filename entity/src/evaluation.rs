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
