//! Names in GraphQL, made from the names in the specs.

use crate::resource::Spec;

/// `treatment-plans` → `treatmentPlans`.
pub fn plural(spec: &Spec) -> String {
    let mut parts = spec.plural.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + &upper(part))
}

/// `TreatmentPlan` → `treatmentPlan`.
pub fn single(spec: &Spec) -> String {
    let mut letters = spec.name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

/// `owner` → `Owner`.
pub fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
