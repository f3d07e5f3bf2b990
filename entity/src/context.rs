//! Clause 4: the organisation and its units.

pub mod climate_determination;
pub mod interested_party;
pub mod issue;
pub mod legal_requirement;
pub mod organisation;
pub mod party_requirement;
pub mod process;
pub mod scope;
pub mod unit;
