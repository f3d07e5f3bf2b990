//! Names in GraphQL, made from the names in the specs.

use crate::resource::Spec;
use crate::resource::name::camel;
pub use crate::resource::name::upper;

/// `treatment-plans` → `treatmentPlans`.
pub fn plural(spec: &Spec) -> String {
    camel(spec.plural)
}

/// `TreatmentPlan` → `treatmentPlan`.
pub fn single(spec: &Spec) -> String {
    let mut letters = spec.name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}
