//! Clause 4: the organisation and its units.

pub mod organisation;
pub mod unit;

/// Operations beyond what every record has.
pub fn register(_registry: &mut crate::resource::Registry) {}
