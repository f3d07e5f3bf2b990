//! Everything that is wrong with a file, told by row and column, up to a limit and counted beyond.

use super::Import;
use super::header::{self, Header, Heading, Meaning};
use crate::resource::{Error, FieldError, Outcome};

/// The most mistakes that are told one by one.
const MOST: usize = 200;

/// So many characters of each are told: a cell may hold far more.
const LONGEST: usize = 600;

/// What is wrong so far.
#[derive(Default)]
pub struct Faults {
    told: Vec<FieldError>,
    total: usize,
    /// The row from which on nothing was looked at.
    broken_off: Option<usize>,
}

impl Faults {
    /// How many there are.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// One more.
    pub fn push(&mut self, pointer: String, mut detail: String) {
        self.total += 1;
        if self.told.len() < MOST {
            if let Some((end, _)) = detail.char_indices().nth(LONGEST) {
                detail.truncate(end);
                detail.push('…');
            }
            self.told.push(FieldError::new(pointer, detail));
        }
    }

    /// From this row on nothing is looked at.
    pub fn break_off(&mut self, row: usize) {
        self.broken_off = Some(row);
    }

    /// What a row was refused for.
    ///
    /// # Errors
    /// What is no mistake in the file.
    pub fn blame<R: Import>(&mut self, header: &Header, number: usize, error: Error) -> Outcome<()> {
        match error {
            Error::Invalid(list) => {
                for error in list {
                    self.at::<R>(header, number, error.pointer.trim_start_matches('/'), &error.detail);
                }
                Ok(())
            }
            error @ (Error::Denied(_) | Error::Conflict(_) | Error::PreconditionFailed | Error::NotFound) => {
                self.at::<R>(header, number, "", &error.to_string());
                Ok(())
            }
            other => Err(other),
        }
    }

    /// What one of many rows was refused for, as `/{place}/{field}`, in the row that this place stands for.
    pub fn blame_place<R: Import>(
        &mut self,
        header: &Header,
        error: &FieldError,
        number: impl Fn(usize) -> Option<usize>,
    ) {
        let rest = error.pointer.trim_start_matches('/');
        let (place, field) = rest.split_once('/').unwrap_or((rest, ""));
        let number = place.parse().ok().and_then(number).unwrap_or_default();
        self.at::<R>(header, number, field, &error.detail);
    }

    fn at<R: Import>(&mut self, header: &Header, number: usize, field: &str, detail: &str) {
        let name = field.split('/').next().unwrap_or_default();
        let is_it = |heading: &&Heading| matches!(heading.meaning, Meaning::Field(field) if field.name == name);
        let heading = header.headings.iter().find(is_it);
        let named = || R::fields().get(name).map(header::column_name).unwrap_or_default();
        let column = heading.map_or_else(named, Heading::key);
        let told = heading.map(|heading| format!(", {}", heading.told())).unwrap_or_default();
        let slash = if column.is_empty() { "" } else { "/" };
        self.push(format!("/rows/{number}{slash}{column}"), format!("row {number}{told}: {detail}"));
    }

    /// All of it as one problem, in the order of the rows.
    ///
    /// # Errors
    /// [`Error::Invalid`] when anything is wrong.
    pub fn refuse_if_any(mut self) -> Outcome<()> {
        if self.total == 0 {
            return Ok(());
        }
        let row = |error: &FieldError| error.pointer.split('/').nth(2).and_then(|number| number.parse::<usize>().ok());
        self.told.sort_by_key(row);
        if self.total > self.told.len() {
            let rest =
                self.broken_off.map(|row| format!("; from row {row} on nothing was looked at")).unwrap_or_default();
            let detail = format!("{} mistakes in all, of which the first {MOST} are told{rest}", self.total);
            self.told.push(FieldError::new("/rows", detail));
        }
        Err(Error::Invalid(self.told))
    }
}
