//! Everything that is wrong with a record, gathered so that it is told at once.

use super::{Error, FieldError, Outcome};
use crate::caller::token;
use isms_entity::Words;
use std::ops::RangeInclusive;

/// What is wrong, each fault with the field that it lies in.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldError>);

impl Faults {
    /// Something is wrong with this field (`ownerId`, or `matrix/2` for a place in it).
    pub fn add(&mut self, field: &str, detail: impl Into<String>) {
        self.0.push(FieldError::new(format!("/{field}"), detail));
    }

    /// Something is wrong with this field when this holds.
    pub fn when(&mut self, wrong: bool, field: &str, detail: impl Into<String>) {
        if wrong {
            self.add(field, detail);
        }
    }

    /// The number lies in this range.
    pub fn range(&mut self, field: &str, value: impl Into<i64>, range: RangeInclusive<i64>) {
        if !range.contains(&value.into()) {
            self.add(field, format!("is a number from {} to {}", range.start(), range.end()));
        }
    }

    /// Each word is one of these and stands there once.
    pub fn words(&mut self, field: &str, words: &Words, known: &[&str]) {
        for (i, word) in words.0.iter().enumerate() {
            if !known.contains(&word.as_str()) {
                self.add(&format!("{field}/{i}"), format!("is not among {}", known.join(", ")));
            } else if words.0.iter().take(i).any(|earlier| earlier == word) {
                self.add(&format!("{field}/{i}"), "stands there twice");
            }
        }
    }

    /// The text says something.
    pub fn told(&mut self, field: &str, text: Option<&String>, detail: &str) {
        self.when(!is_told(text), field, detail);
    }

    /// The text, where there is one, is a SHA-256 in hexadecimal.
    pub fn sha256(&mut self, field: &str, text: Option<&String>) {
        let is_one = |text: &String| token::unhex(text).is_some_and(|hash| hash.len() == 32);
        self.when(text.is_some_and(|text| !is_one(text)), field, "is a SHA-256 in hexadecimal");
    }

    /// Nothing is wrong, or all of it is told.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault.
    pub fn settle(self) -> Outcome<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

impl From<Vec<FieldError>> for Faults {
    fn from(list: Vec<FieldError>) -> Self {
        Self(list)
    }
}

/// Whether a text is there and is more than blanks.
pub fn is_told(text: Option<&String>) -> bool {
    text.is_some_and(|text| !super::is_blank(text))
}
