//! How numbers are shown, as far as that makes days of them.

use super::super::budget::Budget;
use super::broken;
use super::xml::{Node, Xml};
use crate::resource::Outcome;
use chrono::{Days, NaiveDate};
use std::collections::HashMap;
use std::io::BufRead;

/// What a number is shown as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// A number.
    #[default]
    Number,
    /// A day, or a time on a day.
    Day,
    /// A length of time.
    Length,
}

/// What the numbers of each style are shown as, in the order of the styles.
pub fn read(mut xml: Xml<impl BufRead>, budget: &mut Budget) -> Outcome<Vec<Shown>> {
    let (mut own, mut styles, mut cells) = (HashMap::new(), Vec::new(), None);
    loop {
        // Styles of cells alone are named by cells; they lie in a list of their own.
        if cells.is_some_and(|depth| xml.depth() < depth) {
            cells = None;
        }
        let depth = xml.depth() + 1;
        match xml.next(budget)? {
            Node::Open(tag) if tag.is("numFmt") => {
                let (id, code) = (tag.number::<u32>("numFmtId")?, tag.attribute("formatCode")?);
                if let (Some(id), Some(code)) = (id, code) {
                    budget.hold(2 * size_of::<(u32, Shown)>())?;
                    own.insert(id, by_code(&code));
                }
            }
            Node::Open(tag) if tag.is("cellXfs") => cells = Some(depth),
            Node::Open(tag) if cells.is_some() && tag.is("xf") => {
                let id = tag.number::<u32>("numFmtId")?.unwrap_or_default();
                budget.hold(2 * size_of::<Shown>())?;
                styles.push(own.get(&id).copied().unwrap_or_else(|| by_number(id)));
            }
            Node::End => return Ok(styles),
            _ => {}
        }
    }
}

/// Formats that have a number and no code (ISO/IEC 29500-1, 18.8.30), those of East Asia among them.
const fn by_number(id: u32) -> Shown {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shown::Day,
        46 => Shown::Length,
        _ => Shown::Number,
    }
}

/// By the first part of a code: a letter of days or times that is neither quoted nor skipped, or `[h]`.
fn by_code(code: &str) -> Shown {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | '_' | '*' => drop(letters.next()),
            '"' => drop(letters.by_ref().find(|letter| *letter == '"')),
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').take(16).collect();
                let same = inside.chars().next().is_some_and(|first| {
                    matches!(first, 'h' | 'm' | 's' | 'H' | 'M' | 'S') && inside.chars().all(|letter| letter == first)
                });
                if same {
                    return Shown::Length;
                }
            }
            ';' => break,
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return Shown::Day,
            _ => {}
        }
    }
    Shown::Number
}

/// The last day that a workbook knows, 9999-12-31, as a number.
const LAST: f64 = 2_958_465.0;

/// The day that a number stands for; none where it stands for none.
pub fn day(number: f64, from_1904: bool) -> Option<NaiveDate> {
    let whole = number.floor();
    if !(0.0..=LAST).contains(&whole) || (whole < 1.0 && !from_1904) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and within bounds, as just checked"
    )]
    let days = whole as u64;
    let (year, before) = match (from_1904, days) {
        (true, _) => (1904, 0),
        // Workbooks take 1900 for a leap year: the 60th day is one that never was.
        (false, 60) => return None,
        (false, ..60) => (1900, 1),
        (false, _) => (1900, 2),
    };
    NaiveDate::from_ymd_opt(year, 1, 1)?.checked_add_days(Days::new(days - before))
}

/// The number that a text writes.
pub fn number(text: &str) -> Outcome<f64> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| broken(format!("{} is no number", super::told(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_known_by_their_format() {
        for code in
            ["yyyy-mm-dd", "dd.mm.yyyy", "[$-409]d-mmm-yy;@", "m/d/yy h:mm", "\"am\" d", "h:mm AM/PM", "[Red]yyyy"]
        {
            assert_eq!(by_code(code), Shown::Day, "{code}");
        }
        for code in
            ["General", "0.00", "#,##0 \"days\"", "0\\d", "_-* #,##0_-", "[Red]0.0;yyyy", "0_d", "@", "[Magenta]0"]
        {
            assert_eq!(by_code(code), Shown::Number, "{code}");
        }
        assert_eq!((by_code("[h]:mm:ss"), by_code("[mm]:ss")), (Shown::Length, Shown::Length));
    }

    #[test]
    fn days_are_counted_from_1900_or_1904() {
        let is = |number, from_1904| day(number, from_1904).map(|day| day.to_string());
        assert_eq!(is(46_112.0, false).as_deref(), Some("2026-03-31"));
        assert_eq!(is(46_112.9, false).as_deref(), Some("2026-03-31"));
        assert_eq!(is(44_650.0, true).as_deref(), Some("2026-03-31"));
        assert_eq!((is(1.0, false).as_deref(), is(61.0, false).as_deref()), (Some("1900-01-01"), Some("1900-03-01")));
        assert_eq!((is(0.0, true).as_deref(), is(LAST, false).as_deref()), (Some("1904-01-01"), Some("9999-12-31")));
        for wrong in [0.5, -1.0, 60.0, 1e9, f64::NAN, f64::INFINITY] {
            assert_eq!(is(wrong, false), None, "{wrong}");
        }
    }
}
