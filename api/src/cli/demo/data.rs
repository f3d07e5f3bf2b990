//! The company's data: small tables with a heading, fields apart by `|`, lists by blanks.

use crate::resource::{Error, Outcome};
use std::collections::HashMap;

/// One line of a table.
pub(super) struct Line(HashMap<&'static str, &'static str>);

impl Line {
    /// A field; empty when the line has none.
    pub(super) fn text(&self, field: &str) -> &'static str {
        self.0.get(field).copied().unwrap_or_default()
    }

    /// A field that may be missing.
    pub(super) fn given(&self, field: &str) -> Option<&'static str> {
        Some(self.text(field)).filter(|text| !text.is_empty())
    }

    /// A field that holds a list.
    pub(super) fn list(&self, field: &str) -> impl Iterator<Item = &'static str> {
        self.text(field).split(' ').filter(|word| !word.is_empty())
    }

    /// A number; 0 when there is none.
    pub(super) fn number(&self, field: &str) -> i64 {
        self.text(field).parse().unwrap_or_default()
    }

    /// Likelihood and impact as two digits.
    pub(super) fn rating(&self, field: &str) -> Option<(u32, u32)> {
        let mut digits = self.text(field).chars().map(|c| c.to_digit(10));
        Some((digits.next()??, digits.next()??))
    }
}

/// The lines of a table.
///
/// # Errors
/// When a line has more or fewer fields than the heading.
pub(super) fn table(text: &'static str) -> Outcome<Vec<Line>> {
    let mut lines = text.lines();
    let heading: Vec<_> = lines.next().unwrap_or_default().split('|').collect();
    lines
        .map(|line| {
            let fields: Vec<_> = line.split('|').collect();
            if fields.len() == heading.len() {
                Ok(Line(heading.iter().copied().zip(fields).collect()))
            } else {
                Err(Error::Internal(format!("the demo's data has a broken line: {line}")))
            }
        })
        .collect()
}
