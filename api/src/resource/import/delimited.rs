//! Text with separators (RFC 4180 and what spreadsheets make of it).

use super::table::{Cell, MOST_COLUMNS, MOST_ROWS, Row, too_long};
use crate::resource::export::FORMULA_STARTS;
use crate::resource::{Error, Outcome};

/// Reads text separated by commas, semicolons or tabs.
///
/// # Errors
/// When it is not UTF-8, or too long.
pub fn read(bytes: &[u8]) -> Outcome<Vec<Row>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        Error::Malformed(format!("the file is not UTF-8 (line {line}); save it as “CSV UTF-8”"))
    })?;
    let (text, said, skipped) = separator_line(text);
    // Every line ends, so that lines and rows can be counted alike.
    let whole = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(said.unwrap_or_else(|| separator(text)))
        .from_reader(whole.as_bytes());
    let (mut rows, mut record, mut number, mut next_line) = (Vec::new(), csv::StringRecord::new(), skipped, 1_u64);
    while reader.read_record(&mut record).map_err(|error| Error::Malformed(format!("the file: {error}")))? {
        if rows.len() > MOST_ROWS || record.len() > MOST_COLUMNS {
            return Err(too_long());
        }
        // The reader passes over empty lines, which a spreadsheet counts as rows.
        let breaks = record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>() as u64;
        let end = reader.position().line();
        let empty = end.saturating_sub(1 + breaks).saturating_sub(next_line);
        number += 1 + usize::try_from(empty).unwrap_or_default();
        next_line = end;
        rows.push(Row { number, cells: record.iter().map(cell).collect() });
    }
    Ok(rows)
}

/// A formula is refused; the apostrophe that keeps a text from being one is taken away again.
fn cell(text: &str) -> Cell {
    match text.strip_prefix('\'') {
        _ if text.trim().is_empty() => Cell::Empty,
        _ if text.starts_with('=') => Cell::Fault("is a formula; paste its value instead".into()),
        Some(rest) if rest.starts_with(FORMULA_STARTS) => Cell::Text(rest.to_owned()),
        _ => Cell::Text(text.to_owned()),
    }
}

/// Excel's own first line `sep=;`.
fn separator_line(text: &str) -> (&str, Option<u8>, usize) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim_end_matches('\r').strip_prefix("sep=").map(str::as_bytes) {
        Some(&[separator]) if separator.is_ascii() => (rest, Some(separator), 1),
        _ => (text, None, 0),
    }
}

/// The separator that the first line with any has most of, outside quotes.
fn separator(text: &str) -> u8 {
    for line in text.lines().take(20) {
        let mut quoted = false;
        let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
        for byte in line.bytes() {
            quoted ^= byte == b'"';
            for (separator, count) in &mut counts {
                *count += usize::from(!quoted && byte == *separator);
            }
        }
        let most = counts.iter().rev().max_by_key(|(_, count)| *count);
        if let Some((separator, 1..)) = most {
            return *separator;
        }
    }
    b','
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(file: &[u8]) -> Vec<(usize, Vec<String>)> {
        let cell = |cell: &Cell| match cell {
            Cell::Text(text) => text.clone(),
            _ => String::new(),
        };
        read(file).unwrap().iter().map(|row| (row.number, row.cells.iter().map(cell).collect())).collect()
    }

    #[test]
    fn separators_quotes_and_byte_order_marks_are_understood() {
        let expected = vec![(1, vec!["name".to_owned(), "owner".into()]), (2, vec!["A; \"B\",\tC".into(), "x".into()])];
        assert_eq!(texts(b"name,owner\r\n\"A; \"\"B\"\",\tC\",x\r\n"), expected);
        assert_eq!(texts(b"\xEF\xBB\xBFname;owner\n\"A; \"\"B\"\",\tC\";x"), expected);
        assert_eq!(texts(b"name\towner\n\"A; \"\"B\"\",\tC\"\tx\n"), expected);
        assert_eq!(texts(b"sep=;\nname;owner\n")[0], (2, vec!["name".to_owned(), "owner".into()]));
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let numbers: Vec<usize> =
            texts(b"name,owner\n\na,\"two\nlines\"\n\n\nb,x").into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 3, 6]);
    }

    #[test]
    fn formulas_are_refused_and_neutralised_ones_are_texts() {
        let rows = read(b"=1+1,'=1+1,'tis,-,'-\n").unwrap();
        assert!(matches!(rows[0].cells[0], Cell::Fault(_)));
        let text = |text: &str| Cell::Text(text.into());
        assert_eq!(rows[0].cells[1..], [text("=1+1"), text("'tis"), text("-"), text("-")]);
    }

    #[test]
    fn what_is_not_utf_8_is_refused_with_its_line() {
        let error = read(b"name\nB\xFCro\n").unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }
}
