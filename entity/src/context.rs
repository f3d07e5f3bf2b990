//! Clause 4: the organisation and its units.

pub mod issue;
pub mod organisation;
pub mod unit;
