//! What shows others that the ISMS works: readiness against every demand, and the package that auditors take home.

pub mod package;
pub mod readiness;
