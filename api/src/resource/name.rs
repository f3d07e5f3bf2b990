//! How names of one place are written in another.

/// `owner` → `Owner`.
pub fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// `treatment-plans`, `treatment_plans` → `treatmentPlans`.
pub fn camel(text: &str) -> String {
    let mut parts = text.split(['-', '_']);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + &upper(part))
}
