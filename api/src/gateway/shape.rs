//! What the limits know of the schema: which field leads to which type, and to how many of it.

use std::collections::HashMap;

/// How many values a field leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// One at most, or a short list within a record.
    One,
    /// As many as `first` says, or so many.
    First(u64),
    /// So many reads, whatever comes back.
    Reads(u64),
    /// About so many groups, for which every record is looked at.
    Groups(u64),
}

/// Fields of object types that lead to other object types.
#[derive(Debug, Default)]
pub struct Shape {
    fields: HashMap<String, HashMap<String, (String, Size)>>,
}

impl Shape {
    /// The field of `owner` leads to `target`.
    pub fn note(&mut self, owner: &str, field: &str, target: &str, size: Size) {
        self.fields.entry(owner.to_owned()).or_default().insert(field.to_owned(), (target.to_owned(), size));
    }

    /// Where the field of `owner` leads; nothing for plain and unknown fields.
    pub fn of(&self, owner: &str, field: &str) -> Option<(&str, Size)> {
        self.fields.get(owner)?.get(field).map(|(target, size)| (target.as_str(), *size))
    }
}
