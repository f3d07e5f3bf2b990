//! Clause 10: nonconformities and improvements.

#[expect(clippy::module_inception, reason = "clause 10 is called improvement, and so is what 10.1 asks for")]
pub mod improvement;
pub mod nonconformity;

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    crate::resource::import::register::<nonconformity::Nonconformity>(registry);
}
