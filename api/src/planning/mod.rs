//! Clause 6: the risk path, from methodology and assets to the Statement of Applicability.

pub mod acceptance;
pub mod action;
pub mod asset;
pub mod catalogue;
pub mod change;
pub mod control;
pub mod methodology;
pub mod objective;
pub mod opportunity;
pub mod risk;
pub mod statement;
pub mod threat;
pub mod treatment_plan;
pub mod vulnerability;

/// Confidentiality, integrity, availability.
pub const PROPERTIES: &[&str] = &["confidentiality", "integrity", "availability"];

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    use crate::resource::import;
    import::register::<asset::Asset>(registry);
    import::register::<risk::Risk>(registry);
    import::register::<vulnerability::Vulnerability>(registry);
    catalogue::register::<control::Control>(registry);
    catalogue::register::<threat::Threat>(registry);
    catalogue::register::<vulnerability::Vulnerability>(registry);
    statement::register(registry);
}
