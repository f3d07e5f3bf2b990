//! The cells of one sheet, row by row.

use super::super::budget::Budget;
use super::super::table::Cell;
use super::format::{Shown, day, number};
use super::xml::{Node, Tag, Xml};
use super::{broken, told};
use crate::resource::Outcome;
use std::io::BufRead;

/// The last row of a sheet (ISO/IEC 29500-1).
const LAST_ROW: usize = 1 << 20;

/// A cell, or the text that it names.
#[derive(Debug)]
pub enum Found {
    /// A cell.
    Cell(Cell),
    /// A cell with the text at this place of the workbook's texts.
    Named(u32),
}

/// A row's number and its cells.
pub type FoundRow = (usize, Vec<Found>);

/// Reads the rows in which something stands.
///
/// # Errors
/// When the sheet is broken, or too large.
pub fn read<R: BufRead>(
    xml: Xml<R>,
    formats: &[Shown],
    from_1904: bool,
    budget: &mut Budget,
) -> Outcome<Vec<FoundRow>> {
    let mut sheet = Sheet { xml, formats, from_1904 };
    let (mut rows, mut last) = (Vec::new(), 0);
    let cells = loop {
        match sheet.xml.next(budget)? {
            Node::Open(tag) if tag.is("sheetData") => break sheet.xml.depth(),
            Node::End => return Err(broken("it is no sheet with cells")),
            _ => {}
        }
    };
    while sheet.xml.depth() >= cells {
        let number = match sheet.xml.next(budget)? {
            Node::Open(tag) if tag.is("row") => tag.number::<usize>("r")?,
            Node::End => return Err(broken("it ends in the middle")),
            _ => continue,
        };
        let number = number.unwrap_or(last + 1);
        if number <= last || number > LAST_ROW {
            return Err(broken(format!("row {number} stands behind row {last}")));
        }
        last = number;
        let row = sheet.row(number, budget)?;
        if !row.is_empty() {
            budget.row()?;
            rows.push((number, row));
        }
    }
    // To its end, so that its checksum is held against it.
    while !matches!(sheet.xml.next(budget)?, Node::End) {}
    Ok(rows)
}

struct Sheet<'a, R> {
    xml: Xml<R>,
    formats: &'a [Shown],
    from_1904: bool,
}

/// What a cell says of itself.
struct Kind {
    /// What its value is; a number unless said.
    said: Option<String>,
    shown: Shown,
}

impl<R: BufRead> Sheet<'_, R> {
    /// The cells of the row that has just begun, up to the last one that holds something.
    fn row(&mut self, number: usize, budget: &mut Budget) -> Outcome<Vec<Found>> {
        let (own, mut cells) = (self.xml.depth(), Vec::new());
        let mut next = 0;
        while self.xml.depth() >= own {
            let (place, kind) = match self.xml.next(budget)? {
                Node::Open(tag) if tag.is("c") => {
                    let place = tag.attribute("r")?.map(|at| column(&at, number)).transpose()?;
                    (place.unwrap_or(next), Kind::of(&tag, self.formats)?)
                }
                Node::End => return Err(broken("it ends in the middle")),
                _ => continue,
            };
            next = place + 1;
            if let Some(found) = self.cell(&kind, budget)? {
                put(&mut cells, place, found, number, budget)?;
            }
        }
        cells.shrink_to_fit();
        Ok(cells)
    }

    /// What stands in the cell that has just begun.
    fn cell(&mut self, kind: &Kind, budget: &mut Budget) -> Outcome<Option<Found>> {
        let (own, mut value, mut text, mut is_formula) = (self.xml.depth(), None, None, false);
        while self.xml.depth() >= own {
            match self.xml.next(budget)? {
                Node::Open(tag) if tag.is("v") => value = Some(self.xml.own_text(budget)?),
                Node::Open(tag) if tag.is("is") => text = Some(self.xml.rich_text(budget)?),
                Node::Open(tag) if tag.is("f") => {
                    // One of a group has no text of its own.
                    is_formula |= tag.attribute("t")?.is_some();
                    is_formula |= !self.xml.own_text(budget)?.trim().is_empty();
                }
                Node::Open(_) => self.xml.skip(budget)?,
                Node::End => return Err(broken("it ends in the middle")),
                _ => {}
            }
        }
        if is_formula {
            return Ok(Some(Found::Cell(Cell::FORMULA)));
        }
        match (text, value) {
            (Some(text), _) => Ok(written(&text, budget)?.map(Found::Cell)),
            (None, Some(value)) if !value.is_empty() => self.value(kind, &value, budget),
            _ => Ok(None),
        }
    }

    fn value(&self, kind: &Kind, value: &str, budget: &mut Budget) -> Outcome<Option<Found>> {
        let found = match kind.said.as_deref() {
            Some("s") => {
                let place = value.trim().parse();
                return Ok(Some(Found::Named(place.map_err(|_| broken("a cell names a text that is not there"))?)));
            }
            Some("str" | "d" | "inlineStr") => return Ok(written(value, budget)?.map(Found::Cell)),
            Some("b") => Cell::Flag(value.trim() != "0"),
            Some("e") => {
                let fault = format!("holds the error {}", told(value));
                budget.hold_text(fault.len())?;
                Cell::Fault(fault.into())
            }
            Some("n") | None => match number(value) {
                Ok(number) => self.number(kind.shown, number),
                // Some programs do not say that it is a text.
                Err(_) if kind.said.is_none() => return Ok(written(value, budget)?.map(Found::Cell)),
                Err(error) => return Err(error),
            },
            Some(other) => return Err(broken(format!("a cell is of the kind {}", told(other)))),
        };
        Ok(Some(Found::Cell(found)))
    }

    fn number(&self, shown: Shown, number: f64) -> Cell {
        match shown {
            Shown::Number => Cell::Number(number),
            Shown::Length => Cell::Fault("is a length of time".into()),
            Shown::Day => day(number, self.from_1904).map_or(Cell::Fault("is no day".into()), Cell::Day),
        }
    }
}

impl Kind {
    fn of(tag: &Tag<'_>, formats: &[Shown]) -> Outcome<Self> {
        let style = tag.number::<usize>("s")?;
        let shown = style.and_then(|style| formats.get(style)).copied().unwrap_or_default();
        Ok(Self { said: tag.attribute("t")?, shown })
    }
}

/// A text that the cell itself holds; none where there is only white space.
fn written(text: &str, budget: &mut Budget) -> Outcome<Option<Cell>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    budget.hold_text(text.len())?;
    Ok(Some(Cell::Text(text.into())))
}

/// Puts a cell in its place; what lies before it is empty.
fn put(cells: &mut Vec<Found>, place: usize, found: Found, row: usize, budget: &mut Budget) -> Outcome<()> {
    if let Some(there) = cells.get_mut(place) {
        if !matches!(there, Found::Cell(Cell::Empty)) {
            return Err(broken(format!("row {row} has a cell twice")));
        }
        *there = found;
        return Ok(());
    }
    budget.cells(cells.len(), place + 1)?;
    cells.resize_with(place, || Found::Cell(Cell::Empty));
    cells.push(found);
    Ok(())
}

/// The place of the column in `AB12`, from 0, in this row.
fn column(at: &str, row: usize) -> Outcome<usize> {
    let wrong = || broken(format!("{} is no cell of row {row}", told(at)));
    let digits = at.find(|c: char| c.is_ascii_digit()).ok_or_else(wrong)?;
    let (letters, number) = at.split_at(digits);
    if number.parse() != Ok(row) || !(1..=3).contains(&letters.len()) {
        return Err(wrong());
    }
    let place = letters.bytes().try_fold(0, |place, letter| {
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_uppercase().then(|| place * 26 + usize::from(letter - b'A') + 1)
    });
    place.and_then(|place| place.checked_sub(1)).ok_or_else(wrong)
}
