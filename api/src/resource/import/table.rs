//! A file as rows of cells, whatever it was written with.

use super::{delimited, workbook};
use crate::resource::{Error, Outcome};
use chrono::NaiveDate;

/// The most rows that one file brings in.
pub const MOST_ROWS: usize = 100_000;
/// The most columns that are looked at.
pub const MOST_COLUMNS: usize = 256;
/// The type of a workbook.
pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
    /// A day.
    Day(NaiveDate),
    /// What no cell may hold, such as a formula, and why.
    Fault(String),
}

/// One row with its number as a spreadsheet shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// From 1.
    pub number: usize,
    /// Its cells.
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

/// Reads a file, by its content and not only by what it says to be.
///
/// # Errors
/// When it is of no known kind, cannot be read or is too long.
pub fn read(bytes: &[u8], said: &str, sheet: Option<&str>) -> Outcome<Vec<Row>> {
    let is_workbook = bytes.starts_with(b"PK\x03\x04");
    let known =
        ["", "text/csv", "application/csv", "text/plain", "text/tab-separated-values", "application/vnd.ms-excel"];
    let unsupported = |why: &str| Err(Error::UnsupportedMediaType(why.into()));
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return unsupported("this is a workbook of the old kind (.xls); save it as .xlsx or CSV");
    }
    let rows = match said {
        "application/octet-stream" if is_workbook => workbook::read(bytes, sheet)?,
        "application/octet-stream" => delimited::read(bytes)?,
        WORKBOOK if is_workbook => workbook::read(bytes, sheet)?,
        "" | "application/vnd.ms-excel" if is_workbook => workbook::read(bytes, sheet)?,
        WORKBOOK => return unsupported("the body says to be a workbook and is none"),
        said if known.contains(&said) && is_workbook => {
            return unsupported("the body says to be CSV and is a workbook");
        }
        said if known.contains(&said) => delimited::read(bytes)?,
        said => return unsupported(&format!("{said} is not taken here; send text/csv or {WORKBOOK}")),
    };
    if sheet.is_some() && !is_workbook {
        return Err(Error::Malformed("sheet: a CSV file has no sheets".into()));
    }
    let rows: Vec<Row> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    if rows.len() > MOST_ROWS { Err(too_long()) } else { Ok(rows) }
}

/// Too many rows or columns.
pub fn too_long() -> Error {
    Error::Malformed(format!("the file has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns; bring it in in parts"))
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

    #[test]
    fn columns_go_by_their_letters() {
        for (place, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(place), name);
        }
    }

    #[test]
    fn a_file_is_known_by_its_content() {
        assert!(matches!(read(b"PK\x03\x04", "text/csv", None), Err(Error::UnsupportedMediaType(_))));
        assert!(matches!(read(b"name\n", WORKBOOK, None), Err(Error::UnsupportedMediaType(_))));
        assert!(matches!(read(&[0xD0, 0xCF, 0x11, 0xE0], "", None), Err(Error::UnsupportedMediaType(_))));
        assert!(matches!(read(b"name\n", "application/pdf", None), Err(Error::UnsupportedMediaType(_))));
        assert!(matches!(read(b"PK\x03\x04", WORKBOOK, None), Err(Error::Malformed(_))), "a broken workbook");
    }
}
