//! Clause 4: the organisation, its units and its context.

pub mod climate_determination;
pub mod interested_party;
pub mod issue;
pub mod legal_requirement;
pub mod organisation;
pub mod party_requirement;
pub mod process;
pub mod scope;
pub mod unit;

use crate::resource::import;

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    import::register::<interested_party::InterestedParty>(registry);
    import::register::<party_requirement::PartyRequirement>(registry);
    import::register::<legal_requirement::LegalRequirement>(registry);
}
