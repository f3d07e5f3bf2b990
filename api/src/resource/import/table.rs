//! A file as rows of cells, whatever it was written with.

use super::budget::Budget;
use super::{delimited, workbook};
use crate::resource::heavy::Leash;
use crate::resource::zipped;
use crate::resource::{Error, Outcome};
use chrono::NaiveDate;
use std::borrow::Cow;
use std::io::{Read, Seek};
use std::sync::Arc;

/// The headings stand among so many rows at the beginning.
pub const HEAD: usize = 10;
/// The type of a workbook.
pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, kept once however many cells of a workbook name it.
    Text(Arc<str>),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
    /// A day.
    Day(NaiveDate),
    /// What no cell may hold, such as a formula, and why.
    Fault(Fault),
}

/// Why a cell may not hold what it holds.
pub type Fault = Cow<'static, str>;

impl Cell {
    /// A formula, which nobody evaluates here.
    pub const FORMULA: Self = Self::Fault(Cow::Borrowed("is a formula; paste its value instead"));
}

/// One row with its number as a spreadsheet shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// From 1.
    pub number: usize,
    /// Its cells, up to the last one that holds something.
    pub cells: Vec<Cell>,
}

impl Row {
    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| match cell {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        })
    }
}

/// Looks at the first rows, and says what is wrong with the headings.
pub type Judge<'a> = &'a (dyn Fn(&[Row]) -> Outcome<()> + Send + Sync);

/// Rows as they come, of which the first are judged before there are many.
pub struct Rows<'a> {
    list: Vec<Row>,
    judge: Judge<'a>,
}

impl<'a> Rows<'a> {
    /// None yet.
    pub fn new(judge: Judge<'a>) -> Self {
        Self { list: Vec::new(), judge }
    }

    /// Keeps one, unless nothing stands in it.
    ///
    /// # Errors
    /// When the headings are wrong.
    pub fn push(&mut self, row: Row) -> Outcome<()> {
        if row.is_empty() {
            return Ok(());
        }
        self.list.push(row);
        if self.list.len() == HEAD { (self.judge)(&self.list) } else { Ok(()) }
    }

    /// All of them.
    ///
    /// # Errors
    /// When the headings are wrong.
    pub fn judged(self) -> Outcome<Vec<Row>> {
        if self.list.len() < HEAD {
            (self.judge)(&self.list)?;
        }
        Ok(self.list)
    }
}

/// A file that came in, what it says to be, and the sheet that is meant.
pub struct Given<F> {
    /// Its bytes, from the first.
    pub file: F,
    /// The media type that it says to be of.
    pub said: String,
    /// The name of the sheet; the first unless given.
    pub sheet: Option<String>,
}

impl<F: Read + Seek> Given<F> {
    /// Reads it, by its content and not only by what it says to be, within a budget and as long as somebody waits.
    ///
    /// # Errors
    /// When it is of no known kind, cannot be read or is too long, or the judge refuses its headings.
    pub fn read(mut self, judge: Judge<'_>, leash: &Leash) -> Outcome<Vec<Row>> {
        let is_workbook = self.is_workbook()?;
        if self.sheet.is_some() && !is_workbook {
            return Err(Error::Malformed("sheet: a CSV file has no sheets".into()));
        }
        let mut budget = Budget::whole(leash);
        if is_workbook {
            return workbook::read(self.file, self.sheet.as_deref(), judge, budget);
        }
        let mut rows = Rows::new(judge);
        delimited::read(self.file, &mut rows, &mut budget)?;
        rows.judged()
    }

    /// Whether it is a workbook, as it says.
    fn is_workbook(&mut self) -> Outcome<bool> {
        let mut start = Vec::new();
        let failed = |error: std::io::Error| Error::Unavailable(format!("a file that came in: {error}"));
        Read::by_ref(&mut self.file).take(4).read_to_end(&mut start).map_err(failed)?;
        self.file.rewind().map_err(failed)?;
        let is_workbook = start == zipped::START;
        let known =
            ["", "text/csv", "application/csv", "text/plain", "text/tab-separated-values", "application/vnd.ms-excel"];
        let unsupported = |why: &str| Err(Error::UnsupportedMediaType(why.into()));
        if start == [0xD0, 0xCF, 0x11, 0xE0] {
            return unsupported(
                "this is a workbook of the old kind (.xls), or locked by a password; save it as .xlsx without one, or CSV",
            );
        }
        match self.said.as_str() {
            "application/octet-stream" | "" | "application/vnd.ms-excel" => Ok(is_workbook),
            WORKBOOK if is_workbook => Ok(true),
            WORKBOOK => unsupported("the body says to be a workbook and is none"),
            said if known.contains(&said) && is_workbook => unsupported("the body says to be CSV and is a workbook"),
            said if known.contains(&said) => Ok(false),
            said => unsupported(&format!("{said} is not taken here; send text/csv or {WORKBOOK}")),
        }
    }
}

/// The letters by which a spreadsheet knows a column.
pub fn letters(place: usize) -> String {
    let (mut place, mut letters) = (place + 1, Vec::new());
    while place > 0 {
        letters.push(char::from(b'A' + u8::try_from((place - 1) % 26).unwrap_or_default()));
        place = (place - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], said: &str) -> Outcome<Vec<Row>> {
        let given = Given { file: std::io::Cursor::new(bytes), said: said.into(), sheet: None };
        given.read(&|_| Ok(()), &Leash::whole())
    }

    #[test]
    fn columns_go_by_their_letters() {
        for (place, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(place), name);
        }
    }

    #[test]
    fn a_file_is_known_by_its_content() {
        assert!(matches!(read(b"PK\x03\x04", "text/csv"), Err(Error::UnsupportedMediaType(_))));
        assert!(matches!(read(b"name\n", WORKBOOK), Err(Error::UnsupportedMediaType(_))));
        assert!(matches!(read(&[0xD0, 0xCF, 0x11, 0xE0], ""), Err(Error::UnsupportedMediaType(_))));
        assert!(matches!(read(b"name\n", "application/pdf"), Err(Error::UnsupportedMediaType(_))));
        assert!(matches!(read(b"PK\x03\x04", WORKBOOK), Err(Error::Malformed(_))), "a broken workbook");
    }

    #[test]
    fn headings_are_judged_before_the_rows() {
        let file = "a,b\n".repeat(HEAD) + "\u{0}".repeat(1 << 21).as_str();
        let given = Given { file: std::io::Cursor::new(file), said: "text/csv".into(), sheet: None };
        let wrong = |rows: &[Row]| {
            assert_eq!(rows.len(), HEAD);
            Err(Error::field("/header/A", "is not known"))
        };
        assert!(matches!(given.read(&wrong, &Leash::whole()), Err(Error::Invalid(_))));
    }
}
