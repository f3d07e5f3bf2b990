//! Clause 4: the organisation, its units and its context.

pub mod issue;
pub mod organisation;
pub mod unit;

/// Operations beyond what every record has.
pub fn register(_registry: &mut crate::resource::Registry) {}
