//! Clause 8: assessments, suppliers, exceptions, tests and incidents.

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
