//! Clause 4: the organisation, its units and its context.

pub mod climate_determination;
pub mod interested_party;
pub mod issue;
pub mod legal_requirement;
pub mod organisation;
pub mod party_requirement;
pub mod process;
pub mod scope;
pub mod setup;
pub mod unit;

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    setup::register(registry);
}
