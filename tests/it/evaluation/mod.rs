//! Clause 9.

mod agenda;
pub mod readiness;
