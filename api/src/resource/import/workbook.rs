//! Workbooks (Office Open XML), read cell by cell, so that a sheet's claimed size costs nothing.

use super::table::{Cell, MOST_COLUMNS, MOST_ROWS, Row, too_long};
use crate::resource::{Error, Outcome};
use calamine::{DataRef, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, copy, sink};
use zip::ZipArchive;

/// The most that a workbook may unpack to, bytes: far more than the rows that one file brings in.
const UNPACKED: u64 = 128 << 20;

/// Reads one sheet: the first, or that of this name.
///
/// # Errors
/// When the workbook is broken or too large, or has no such sheet.
pub fn read(bytes: &[u8], sheet: Option<&str>) -> Outcome<Vec<Row>> {
    let broken = |error: &dyn std::fmt::Display| Error::Malformed(format!("the workbook cannot be read: {error}"));
    weigh(bytes).map_err(|error| broken(&error))?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(wanted) => names.iter().find(|name| *name == wanted).cloned().ok_or_else(|| {
            Error::Malformed(format!("sheet: there is none of this name; there are: {}", names.join(", ")))
        })?,
        None => names.first().cloned().ok_or_else(|| broken(&"it has no sheet"))?,
    };
    let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
    let mut reader = book.worksheet_cells_reader(&name).map_err(|error| broken(&error))?;
    while let Some(found) = reader.next_cell().map_err(|error| broken(&error))? {
        let cell = cell(found.get_value());
        if cell != Cell::Empty {
            keep(&mut cells, found.get_position(), cell)?;
        }
    }
    drop(reader);
    let mut reader = book.worksheet_cells_reader(&name).map_err(|error| broken(&error))?;
    while let Some(found) = reader.next_formula().map_err(|error| broken(&error))? {
        if !found.get_value().is_empty() {
            let fault = Cell::Fault("is a formula; paste its value instead".into());
            keep(&mut cells, found.get_position(), fault)?;
        }
    }
    Ok(rows(cells))
}

/// Unpacks everything once and keeps nothing, for what a file says of its sizes is only its word.
fn weigh(bytes: &[u8]) -> Result<(), String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut left = UNPACKED;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|error| error.to_string())?;
        let size = copy(&mut entry.take(left + 1), &mut sink()).map_err(|error| error.to_string())?;
        left = left.checked_sub(size).ok_or_else(|| format!("it unpacks to more than {} MiB", UNPACKED >> 20))?;
    }
    Ok(())
}

fn keep(cells: &mut BTreeMap<(u32, u32), Cell>, at: (u32, u32), cell: Cell) -> Outcome<()> {
    let beyond = usize::try_from(at.1).map_or(true, |column| column >= MOST_COLUMNS);
    if beyond || cells.len() > MOST_ROWS * 64 {
        return Err(too_long());
    }
    cells.insert(at, cell);
    Ok(())
}

fn rows(cells: BTreeMap<(u32, u32), Cell>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for ((row, column), cell) in cells {
        let (number, place) = (row as usize + 1, column as usize);
        if rows.last().is_none_or(|row| row.number != number) {
            rows.push(Row { number, cells: Vec::new() });
        }
        if let Some(row) = rows.last_mut() {
            row.cells.resize(place, Cell::Empty);
            row.cells.push(cell);
        }
    }
    rows
}

fn cell(value: &DataRef<'_>) -> Cell {
    let text = |text: &str| if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(value) => text(value),
        DataRef::SharedString(value) => text(value),
        DataRef::DateTimeIso(value) => text(value),
        #[expect(clippy::cast_precision_loss, reason = "a cell's number is a float in the file")]
        DataRef::Int(value) => Cell::Number(*value as f64),
        DataRef::Float(value) => Cell::Number(*value),
        DataRef::Bool(value) => Cell::Flag(*value),
        DataRef::DateTime(value) => {
            let (year, month, day, ..) = value.to_ymd_hms_milli();
            let day = chrono::NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
            day.filter(|_| value.is_datetime()).map_or_else(|| Cell::Fault("is no day".into()), Cell::Day)
        }
        DataRef::DurationIso(_) => Cell::Fault("is a length of time".into()),
        DataRef::Error(error) => Cell::Fault(format!("holds the error {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

    #[test]
    fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() {
        use std::io::Write;
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let zeros = vec![0_u8; 1 << 20];
        for sheet in 0..3 {
            archive
                .start_file(format!("xl/worksheets/sheet{sheet}.xml"), zip::write::SimpleFileOptions::default())
                .unwrap();
            for _ in 0..50 {
                archive.write_all(&zeros).unwrap();
            }
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 1 << 20, "{}", bytes.len());
        let Err(Error::Malformed(why)) = read(&bytes, None) else { panic!("it is refused") };
        assert!(why.contains("128 MiB"), "{why}");
    }

    #[test]
    fn a_sheet_is_read_with_days_and_numbers_and_its_formulas_are_refused() {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("Notes").unwrap();
        let sheet = book.add_worksheet().set_name("Assets").unwrap();
        let day = ExcelDateTime::parse_from_str("2026-03-31").unwrap();
        sheet.write_string(0, 0, "name").unwrap();
        sheet.write_string(2, 0, "=1+1").unwrap();
        sheet.write_number(2, 1, 3).unwrap();
        sheet.write_datetime_with_format(2, 3, &day, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        sheet.write_formula(3, 1, Formula::new("=1+1")).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        assert!(read(&bytes, None).unwrap().is_empty(), "the first sheet");
        assert!(read(&bytes, Some("Else")).is_err());
        let rows = read(&bytes, Some("Assets")).unwrap();
        let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
        let cells = vec![Cell::Text("=1+1".into()), Cell::Number(3.0), Cell::Empty, Cell::Day(day)];
        assert_eq!(rows[1], Row { number: 3, cells });
        assert_eq!(rows[2].number, 4);
        assert!(matches!(rows[2].cells[1], Cell::Fault(_)));
    }
}
