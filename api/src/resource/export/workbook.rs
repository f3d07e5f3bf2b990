//! Workbooks: text is written as text, whatever it begins with.

use super::Value;
use crate::resource::{Error, Outcome};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// One sheet of a workbook.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name, up to 31 characters.
    pub name: String,
    /// The heading of each column; none for a front sheet.
    pub headings: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Value>>,
}

/// The most that the rows of a workbook take up in memory, bytes.
pub const HEAVIEST: usize = 24 << 20;

/// What rows take up in memory, bytes.
pub fn weight(rows: &[Vec<Value>]) -> usize {
    let text = |value: &Value| if let Value::Text(text) = value { text.len() } else { 0 };
    let cell = |value: &Value| size_of::<Value>() + text(value);
    rows.iter().map(|row| size_of::<Vec<Value>>() + row.iter().map(cell).sum::<usize>()).sum()
}

/// A workbook of these sheets. Its rows are packed as they are written: beside them and the finished file there is little
/// in memory.
///
/// # Errors
/// When a text is longer than a cell takes (32,767 characters), or there is more than a workbook is made of.
pub fn workbook(sheets: &[Sheet]) -> Outcome<Vec<u8>> {
    if sheets.iter().map(|sheet| weight(&sheet.rows)).sum::<usize>() > HEAVIEST {
        return Err(Error::Conflict("there is more than a workbook is made of; take it out as CSV".into()));
    }
    let mut book = Workbook::new();
    // The same records are the same bytes: when a file was written stands in no file.
    let born = ExcelDateTime::from_ymd(2000, 1, 1).map_err(told)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&born));
    for sheet in sheets {
        write(book.add_worksheet_with_constant_memory(), sheet).map_err(told)?;
    }
    book.save_to_buffer().map_err(told)
}

fn told(error: XlsxError) -> Error {
    match error {
        XlsxError::MaxStringLengthExceeded => {
            Error::Conflict("a text is longer than a cell of a workbook takes; take it out as CSV".into())
        }
        other => Error::Internal(other.to_string()),
    }
}

fn write(target: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    target.set_name(&sheet.name)?;
    let bold = Format::new().set_bold();
    let top = Format::new().set_align(FormatAlign::Top);
    for (column, heading) in (0_u16..).zip(&sheet.headings) {
        target.write_string_with_format(0, column, heading, &bold)?;
        target.set_column_width(column, 22)?;
    }
    let first = u32::from(!sheet.headings.is_empty());
    if sheet.headings.is_empty() {
        target.set_column_width(0, 28)?;
        target.set_column_width(1, 60)?;
    } else {
        target.set_freeze_panes(1, 0)?;
    }
    for (row, cells) in (first..).zip(&sheet.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Value::Empty => {}
                Value::Text(text) => drop(target.write_string_with_format(row, column, text, &top)?),
                #[expect(clippy::cast_precision_loss, reason = "a workbook holds floats; ours are far below 2^53")]
                Value::Number(number) => drop(target.write_number_with_format(row, column, *number as f64, &top)?),
                Value::Flag(flag) => drop(target.write_boolean_with_format(row, column, *flag, &top)?),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};

    #[test]
    fn formulas_are_written_as_texts() {
        let sheet = Sheet {
            name: "x".into(),
            headings: vec!["a".into(), "b".into()],
            rows: vec![vec!["=1+1".into(), Value::Number(-3)]],
        };
        let bytes = workbook(&[sheet]).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        assert!(book.worksheet_formula("x").unwrap().is_empty());
        let range = book.worksheet_range("x").unwrap();
        assert_eq!(range.get_value((1, 0)), Some(&Data::String("=1+1".into())));
        assert_eq!(range.get_value((1, 1)), Some(&Data::Float(-3.0)));
    }
}
