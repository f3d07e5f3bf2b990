//! Bringing registers in from files: columns understood by their usual names, all rows or none.

mod budget;
mod cell;
mod delimited;
mod directory;
mod faults;
mod header;
mod plan;
mod rest;
mod rows;
mod spool;
mod table;
mod workbook;

pub use rest::register;
pub use rows::Report;

use super::{Outcome, Resource};
use crate::caller::Caller;
use std::collections::HashMap;
use std::future::Future;

/// What people call a field in their registers, beside the field's own name.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The field (`ownerId`).
    pub field: &'static str,
    /// Usual headings, in any case and with any spaces.
    pub names: &'static [&'static str],
    /// Usual words for its values and what they stand for; an empty one stands for nothing.
    pub words: &'static [(&'static str, &'static str)],
}

/// A field with its usual headings and words.
pub const fn column(
    field: &'static str,
    names: &'static [&'static str],
    words: &'static [(&'static str, &'static str)],
) -> Column {
    Column { field, names, words }
}

/// Words for numbers, for each field.
pub type Scales = HashMap<&'static str, Vec<(String, i64)>>;

/// A record type that can be brought in from a file.
pub trait Import: Resource {
    /// Headings and words beyond those that follow from the fields.
    const COLUMNS: &'static [Column];

    /// What words stand for which numbers, where the organisation has set that itself.
    ///
    /// # Errors
    /// When the database does not answer.
    fn scales(_caller: &Caller) -> impl Future<Output = Outcome<Scales>> + Send {
        async { Ok(Scales::new()) }
    }
}

/// Letters and digits in lower case: what remains of a heading or word when people's habits are taken away.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            c if c.is_alphanumeric() => folded.push(c),
            _ => {}
        }
    }
    folded
}
