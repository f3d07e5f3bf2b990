//! What shows others that the ISMS works.

pub mod oscal;
pub mod package;
pub mod readiness;
mod rules;
