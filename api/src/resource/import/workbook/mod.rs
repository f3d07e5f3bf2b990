//! Workbooks (Office Open XML), read as they are unpacked: one sheet, the texts that its cells name, and how its numbers
//! are shown. The crates that read workbooks keep all texts, copy them for each cell and build the groups that formulas
//! claim before anything can be bounded; here everything is taken out of a budget first, and no formula is more than a
//! fault of its cell.

mod format;
mod parts;
mod sheet;
mod texts;
mod xml;

use super::budget::Budget;
use super::table::{Judge, Row, Rows};
use crate::resource::zipped::{Unpacked, Zipped};
use crate::resource::{Error, Outcome};
use parts::{Book, Kind};
use sheet::Found;
use std::fmt::Display;
use std::io::{BufReader, Read, Seek, Take};
use xml::Xml;

/// The most files in a workbook.
const MOST_FILES: usize = 10_000;
/// So much is unpacked at once, bytes.
const CHUNK: usize = 16 << 10;

/// A part of a workbook as XML.
type Part<'a, F> = Xml<BufReader<Unpacked<BufReader<Take<&'a mut F>>>>>;

fn broken(why: impl Display) -> Error {
    Error::Malformed(format!("the workbook cannot be read: {why}"))
}

/// Reads one sheet: the first, or that of this name.
///
/// # Errors
/// When the workbook is broken or too large, or has no such sheet.
pub fn read<F: Read + Seek>(file: F, sheet: Option<&str>, judge: Judge<'_>, mut budget: Budget) -> Outcome<Vec<Row>> {
    let mut parts = Parts { zip: Zipped::open(file, MOST_FILES).map_err(broken)? };
    let book = Book::read(&mut parts, &mut budget)?;
    let sheet = book.sheet(sheet)?;
    let formats = match book.part(Kind::Styles) {
        Some(path) if parts.has(path) => format::read(parts.open(path)?, &mut budget)?,
        _ => Vec::new(),
    };
    let found = sheet::read(parts.open(sheet)?, &formats, book.from_1904, &mut budget)?;
    drop(formats);
    let mut texts = texts::Texts::named(&found, &mut budget)?;
    if !texts.is_empty() {
        let path = book.part(Kind::Texts).ok_or_else(|| broken("it has no texts, and a cell names one"))?;
        texts.read(parts.open(path)?, &mut budget)?;
    }
    let mut rows = Rows::new(judge);
    for (number, cells) in found {
        let cells = cells.into_iter().map(|cell| match cell {
            Found::Cell(cell) => cell,
            Found::Named(text) => texts.cell(text),
        });
        rows.push(Row { number, cells: cells.collect() })?;
    }
    rows.judged()
}

/// The files in a workbook by their paths.
struct Parts<F> {
    zip: Zipped<F>,
}

impl<F: Read + Seek> Parts<F> {
    fn places(&self, path: &str) -> impl Iterator<Item = usize> {
        let is_it = move |(_, entry): &(usize, &crate::resource::zipped::Entry)| entry.name.eq_ignore_ascii_case(path);
        self.zip.entries().iter().enumerate().filter(is_it).map(|(place, _)| place)
    }

    fn has(&self, path: &str) -> bool {
        self.places(path).next().is_some()
    }

    fn open(&mut self, path: &str) -> Outcome<Part<'_, F>> {
        let mut places = self.places(path);
        let place = places.next().ok_or_else(|| broken(format!("it has no {}", told(path))))?;
        if places.next().is_some() {
            return Err(broken(format!("{} is there twice", told(path))));
        }
        drop(places);
        let unpacked = self.zip.unpack(place).map_err(broken)?;
        Ok(Xml::new(BufReader::with_capacity(CHUNK, unpacked)))
    }
}

/// What somebody else has named, cut so that it can be told.
fn told(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests;
