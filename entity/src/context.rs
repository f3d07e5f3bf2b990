//! Clause 4: the organisation and its units.

pub mod organisation;
pub mod unit;
