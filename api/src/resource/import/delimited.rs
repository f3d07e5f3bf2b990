//! Text with separators (RFC 4180 and what spreadsheets make of it), read as it passes.

use super::budget::{Budget, MOST_COLUMNS, too_long};
use super::table::{Cell, Row, Rows};
use crate::resource::export::is_formula_start;
use crate::resource::{Error, Outcome};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::io::Read;

/// So much is read at once, and looked at to find the separator, bytes.
const CHUNK: usize = 64 << 10;
/// The most bytes of one row.
const ROW: usize = 1 << 20;

/// Reads text separated by commas, semicolons or tabs.
///
/// # Errors
/// When it is not UTF-8, or too long.
pub fn read(mut from: impl Read, rows: &mut Rows<'_>, budget: &mut Budget) -> Outcome<()> {
    let mut chunk = vec![0; CHUNK];
    let mut many = fill(&mut from, &mut chunk)?;
    let head = chunk.get(..many).unwrap_or_default();
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Err(Error::Malformed("the file is UTF-16; save it as “CSV UTF-8”".into()));
    }
    let start = if head.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let head = head.get(start..).unwrap_or_default();
    let (skipped, said) = separator_line(head);
    let content = head.get(skipped..).unwrap_or_default();
    let mut lines = Lines::new(said.unwrap_or_else(|| separator(content)), usize::from(said.is_some()));
    let (mut from_here, mut last) = (start + skipped, b'\n');
    while many > 0 {
        lines.take(chunk.get(from_here..many).unwrap_or_default(), rows, budget)?;
        last = chunk.get(many - 1).copied().unwrap_or_default();
        (from_here, many) = (0, fill(&mut from, &mut chunk)?);
    }
    // Every line ends, so that lines and rows can be counted alike.
    if last != b'\n' {
        lines.take(b"\n", rows, budget)?;
    }
    lines.end(rows, budget)
}

/// As much as there is room for.
fn fill(from: &mut impl Read, chunk: &mut [u8]) -> Outcome<usize> {
    let mut many = 0;
    while let Some(rest) = chunk.get_mut(many..).filter(|rest| !rest.is_empty()) {
        match from.read(rest).map_err(|error| Error::Malformed(format!("the file: {error}")))? {
            0 => break,
            read => many += read,
        }
    }
    Ok(many)
}

/// Rows as they come out of the bytes.
struct Lines {
    reader: Reader,
    /// The texts of the row so far, one after the other.
    texts: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    written: usize,
    ended: usize,
    /// The number of the row before.
    number: usize,
    next_line: u64,
}

impl Lines {
    fn new(separator: u8, number: usize) -> Self {
        let reader = ReaderBuilder::new().delimiter(separator).build();
        // Columns with nothing in them cost nothing, within reason.
        let (texts, ends) = (vec![0; ROW], vec![0; MOST_COLUMNS * 64]);
        Self { reader, texts, ends, written: 0, ended: 0, number, next_line: 1 }
    }

    fn take(&mut self, mut bytes: &[u8], rows: &mut Rows<'_>, budget: &mut Budget) -> Outcome<()> {
        while !bytes.is_empty() {
            let taken = self.step(bytes, rows, budget)?;
            bytes = bytes.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    fn end(mut self, rows: &mut Rows<'_>, budget: &mut Budget) -> Outcome<()> {
        // Once for what is left of a row, and once more for the end.
        self.step(&[], rows, budget)?;
        self.step(&[], rows, budget).map(drop)
    }

    /// Takes some of the bytes; a row that ends with them is kept.
    fn step(&mut self, bytes: &[u8], rows: &mut Rows<'_>, budget: &mut Budget) -> Outcome<usize> {
        let texts = self.texts.get_mut(self.written..).unwrap_or_default();
        let ends = self.ends.get_mut(self.ended..).unwrap_or_default();
        let (result, taken, written, ended) = self.reader.read_record(bytes, texts, ends);
        self.written += written;
        self.ended += ended;
        match result {
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            ReadRecordResult::OutputFull => {
                let row = self.number + 1;
                let told = format!("row {row}, or a text in it, is longer than {} KiB: is a quote open?", ROW >> 10);
                return Err(Error::Malformed(format!("the file: {told}")));
            }
            ReadRecordResult::OutputEndsFull => return Err(too_long()),
            ReadRecordResult::Record => {
                // Of a line that ends with two characters, the second one is read with the next row.
                let half = taken.checked_sub(1).and_then(|last| bytes.get(last)) == Some(&b'\r');
                self.row(self.reader.line() + u64::from(half), rows, budget)?;
            }
        }
        Ok(taken)
    }

    /// Keeps a row, behind which this line begins.
    fn row(&mut self, line: u64, rows: &mut Rows<'_>, budget: &mut Budget) -> Outcome<()> {
        budget.step()?;
        let texts = self.texts.get(..self.written).unwrap_or_default();
        // The reader passes over empty lines, which a spreadsheet counts as rows.
        let breaks = texts.split(|byte| *byte == b'\n').skip(1).count() as u64;
        let empty = line.saturating_sub(1 + breaks).saturating_sub(self.next_line);
        self.number += 1 + usize::try_from(empty).unwrap_or_default();
        self.next_line = line;
        let texts = std::str::from_utf8(texts).ok().ok_or_else(|| not_utf8(line.saturating_sub(1)))?;
        let mut from = 0;
        let each = self.ends.get(..self.ended).unwrap_or_default().iter().map(|end| {
            let text = texts.get(from..*end);
            from = *end;
            text
        });
        let each = each.collect::<Option<Vec<&str>>>().ok_or_else(|| not_utf8(line.saturating_sub(1)))?;
        let filled = each.iter().rposition(|text| !text.trim().is_empty()).map_or(0, |last| last + 1);
        budget.cells(0, filled)?;
        let mut cells = Vec::with_capacity(filled);
        for text in each.into_iter().take(filled) {
            cells.push(cell(text, budget)?);
        }
        (self.written, self.ended) = (0, 0);
        if filled == 0 {
            return Ok(());
        }
        budget.row()?;
        rows.push(Row { number: self.number, cells })
    }
}

fn not_utf8(line: u64) -> Error {
    Error::Malformed(format!("the file is not UTF-8 (line {line}); save it as “CSV UTF-8”"))
}

/// A formula is refused; the apostrophe that keeps a text from being one is taken away again.
fn cell(text: &str, budget: &mut Budget) -> Outcome<Cell> {
    if text.trim().is_empty() {
        return Ok(Cell::Empty);
    }
    if text.trim_start().starts_with('=') {
        return Ok(Cell::FORMULA);
    }
    let bare = text.strip_prefix('\'').filter(|rest| is_formula_start(rest)).unwrap_or(text);
    budget.hold_text(bare.len())?;
    Ok(Cell::Text(bare.into()))
}

/// Excel's own first line `sep=;`: how many bytes it takes up, and what it says.
fn separator_line(head: &[u8]) -> (usize, Option<u8>) {
    let first = head.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    match first.trim_ascii_end().strip_prefix(b"sep=") {
        Some(&[separator]) if separator.is_ascii() => (first.len(), Some(separator)),
        // A tab is white space.
        Some(&[]) if first.starts_with(b"sep=\t") => (first.len(), Some(b'\t')),
        _ => (0, None),
    }
}

/// The separator that the first line with any has most of, outside quotes.
fn separator(head: &[u8]) -> u8 {
    for line in head.split(|byte| *byte == b'\n').take(20) {
        let mut quoted = false;
        let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
        for byte in line {
            quoted ^= *byte == b'"';
            for (separator, count) in &mut counts {
                *count += usize::from(!quoted && byte == separator);
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
    use crate::resource::heavy::Leash;

    fn rows(file: &[u8]) -> Outcome<Vec<Row>> {
        let (mut budget, mut rows) = (Budget::whole(&Leash::whole()), Rows::new(&|_| Ok(())));
        read(file, &mut rows, &mut budget)?;
        rows.judged()
    }

    fn texts(file: &[u8]) -> Vec<(usize, Vec<String>)> {
        let cell = |cell: &Cell| match cell {
            Cell::Text(text) => text.to_string(),
            _ => String::new(),
        };
        rows(file).unwrap().iter().map(|row| (row.number, row.cells.iter().map(cell).collect())).collect()
    }

    #[test]
    fn separators_quotes_and_byte_order_marks_are_understood() {
        let expected = vec![(1, vec!["name".to_owned(), "owner".into()]), (2, vec!["A; \"B\",\tC".into(), "x".into()])];
        assert_eq!(texts(b"name,owner\r\n\"A; \"\"B\"\",\tC\",x\r\n"), expected);
        assert_eq!(texts(b"\xEF\xBB\xBFname;owner\n\"A; \"\"B\"\",\tC\";x"), expected);
        assert_eq!(texts(b"name\towner\n\"A; \"\"B\"\",\tC\"\tx\n"), expected);
        assert_eq!(texts(b"sep=;\nname;owner\n")[0], (2, vec!["name".to_owned(), "owner".into()]));
        assert_eq!(texts(b"sep=\t\r\nname\towner\n")[0], (2, vec!["name".to_owned(), "owner".into()]));
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let numbers = |file: &[u8]| texts(file).into_iter().map(|(number, _)| number).collect::<Vec<_>>();
        assert_eq!(numbers(b"name,owner\n\na,\"two\nlines\"\n\n\nb,x"), [1, 3, 6]);
        assert_eq!(numbers(b"name,owner\r\n\r\na,\"two\r\nlines\"\r\n,\r\n\r\nb,x"), [1, 3, 6]);
        let long = format!("name\n{}last", "x\n".repeat(15_000) + &"\n".repeat(CHUNK));
        assert_eq!(texts(long.as_bytes()).last().unwrap().0, 15_002 + CHUNK);
    }

    #[test]
    fn formulas_are_refused_and_neutralised_ones_are_texts() {
        let rows = rows(b"=1+1,'=1+1,'tis,-,'-,' =1,''=x, =1\n").unwrap();
        let text = |text: &str| Cell::Text(text.into());
        let read =
            [Cell::FORMULA, text("=1+1"), text("'tis"), text("-"), text("-"), text(" =1"), text("'=x"), Cell::FORMULA];
        assert_eq!(rows[0].cells, read);
    }

    #[test]
    fn what_is_not_utf_8_is_refused_with_its_line() {
        let error = rows(b"name\nB\xFCro\n").unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
        let wide: Vec<u8> = "name\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let error = rows(&[&[0xFF, 0xFE][..], &wide].concat()).unwrap_err().to_string();
        assert!(error.contains("UTF-16"), "{error}");
    }

    #[test]
    fn an_empty_tail_costs_nothing_and_a_long_row_is_refused() {
        let tail = format!("name{}\nx{}\n", ",".repeat(5_000), ",".repeat(5_000));
        assert_eq!(texts(tail.as_bytes())[1], (2, vec!["x".to_owned()]));
        for wrong in [
            "x,".repeat(MOST_COLUMNS + 1),
            format!("{}x", ",".repeat(MOST_COLUMNS)),
            ",".repeat(1 << 20),
            format!("name\n\"{}", "x\n".repeat(1 << 20)),
            format!("name\n{}", "x".repeat(super::super::budget::LONGEST_TEXT + 1)),
            "x\n".repeat(super::super::budget::MOST_ROWS + 2),
        ] {
            assert!(matches!(rows(wrong.as_bytes()), Err(Error::Malformed(_))), "{}", &wrong[..10]);
        }
    }
}
