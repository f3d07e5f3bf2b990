//! Clause 6: the risk path, from methodology and assets to the Statement of Applicability.

pub mod acceptance;
pub mod action;
pub mod asset;
pub mod catalogue;
pub mod control;
pub mod methodology;
pub mod risk;
pub mod statement;
pub mod threat;
pub mod treatment_plan;
pub mod vulnerability;

use crate::resource::{FieldError, Outcome};
use isms_entity::Words;

/// Nobody, or nobody active, answers for the record (I-04).
const ORPHANED: &str =
    "(NOT EXISTS (SELECT 1 FROM {User} u WHERE u.id = {self}.\"owner_id\" AND u.active AND u.retired_at IS NULL))";

/// Confidentiality, integrity, availability.
pub const PROPERTIES: &[&str] = &["confidentiality", "integrity", "availability"];

/// Each word is one of these and stands there once.
fn check_words(field: &str, words: &Words, known: &[&str], errors: &mut Vec<FieldError>) {
    for (i, word) in words.0.iter().enumerate() {
        if !known.contains(&word.as_str()) {
            errors.push(FieldError::new(format!("/{field}/{i}"), format!("is not among {}", known.join(", "))));
        } else if words.0.iter().take(i).any(|earlier| earlier == word) {
            errors.push(FieldError::new(format!("/{field}/{i}"), "stands there twice"));
        }
    }
}

/// The number lies in this range.
fn check_range(field: &str, value: i64, range: std::ops::RangeInclusive<i64>, errors: &mut Vec<FieldError>) {
    if !range.contains(&value) {
        errors.push(FieldError::new(
            format!("/{field}"),
            format!("is a number from {} to {}", range.start(), range.end()),
        ));
    }
}

/// Nothing is wrong, or all of it is told.
fn refuse_if_any(errors: Vec<FieldError>) -> Outcome<()> {
    if errors.is_empty() { Ok(()) } else { Err(crate::resource::Error::Invalid(errors)) }
}

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    use crate::resource::{import, register_act};
    import::register::<asset::Asset>(registry);
    import::register::<risk::Risk>(registry);
    catalogue::register::<control::Control>(registry);
    catalogue::register::<threat::Threat>(registry);
    catalogue::register::<vulnerability::Vulnerability>(registry);
    statement::register(registry);
    register_act::<methodology::Approve>(registry);
    register_act::<risk::Analyse>(registry);
    register_act::<risk::Evaluate>(registry);
    register_act::<risk::Decide>(registry);
    register_act::<risk::Monitor>(registry);
    register_act::<risk::ProposeClosure>(registry);
    register_act::<risk::Close>(registry);
    register_act::<risk::Reopen>(registry);
    register_act::<risk::Rerate>(registry);
    register_act::<treatment_plan::Submit>(registry);
    register_act::<treatment_plan::Approve>(registry);
    register_act::<treatment_plan::Reject>(registry);
    register_act::<treatment_plan::Complete>(registry);
    register_act::<treatment_plan::Supersede>(registry);
    register_act::<action::Start>(registry);
    register_act::<action::Block>(registry);
    register_act::<action::Finish>(registry);
    register_act::<action::Verify>(registry);
    register_act::<action::Cancel>(registry);
    register_act::<acceptance::Accept>(registry);
    register_act::<acceptance::Reject>(registry);
    register_act::<acceptance::Revoke>(registry);
    register_act::<statement::Approve>(registry);
    register_act::<statement::Reject>(registry);
}
