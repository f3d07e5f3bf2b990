//! One cell as the value of a field.

use super::directory::Directory;
use super::folded;
use super::table::Cell;
use crate::resource::content::{LONGEST, is_no_part_of_a_text};
use crate::resource::{Field, FieldKind};
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Value, json};

/// What is known beside the cell itself.
pub struct Reading<'a> {
    /// The field.
    pub field: &'static Field,
    /// The record type that it points to.
    pub target: Option<&'static str>,
    /// Usual words for its values.
    pub words: &'static [(&'static str, &'static str)],
    /// Words for its numbers.
    pub scale: &'a [(String, i64)],
    /// Records by what people call them.
    pub directory: &'a Directory,
}

/// The text of a cell, refused when it is longer than any field or holds what nobody sees.
pub fn text(cell: &Cell) -> Result<String, String> {
    let text = match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.replace('\u{a0}', " ").trim().to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Fault(why) => return Err(why.clone().into_owned()),
    };
    // What no field takes is not looked at any further, however often it is named.
    if text.len() > LONGEST && text.chars().count() > LONGEST {
        return Err(format!("is longer than {LONGEST} characters"));
    }
    match text.chars().find(|c| is_no_part_of_a_text(*c)) {
        Some(c) => Err(format!("holds the hidden character U+{:04X}", u32::from(c))),
        None => Ok(text),
    }
}

impl Reading<'_> {
    /// The value; none where nothing stands.
    ///
    /// # Errors
    /// What is wrong with the cell, for people.
    pub fn value(&self, cell: &Cell) -> Result<Option<Value>, String> {
        let text = text(cell)?;
        if text.is_empty() {
            return Ok(None);
        }
        Ok(Some(match &self.field.kind {
            FieldKind::Text => Value::String(text),
            FieldKind::Enum(_, known) => return self.word(&text, known),
            FieldKind::Integer => json!(self.number(&text)?),
            FieldKind::Figure => json!(figure(&text)?),
            FieldKind::Flag => json!(flag(&text)?),
            FieldKind::Date => json!(day(&text)?),
            FieldKind::Id => json!(self.directory.find(self.target.unwrap_or_default(), &text)?),
            FieldKind::Ids => json!(self.directory.find_all(self.target.unwrap_or_default(), &text)?),
            FieldKind::Words => json!(self.codes(&text)),
            FieldKind::Time => json!(moment(&text)?),
            FieldKind::Structure => return Err("cannot be brought in from a file".into()),
        }))
    }

    fn usual(&self, text: &str) -> Option<&'static str> {
        let text = folded(text);
        self.words.iter().find(|(from, _)| folded(from) == text).map(|(_, to)| *to)
    }

    fn word(&self, text: &str, known: &[String]) -> Result<Option<Value>, String> {
        let exact = known.iter().find(|word| folded(word) == folded(text)).map(String::as_str);
        match exact.or_else(|| self.usual(text)) {
            Some("") => Ok(None),
            Some(word) => Ok(Some(json!(word))),
            None => Err(format!("{text} is not among {}", known.join(", "))),
        }
    }

    fn number(&self, text: &str) -> Result<i64, String> {
        let plain = text.replace(',', ".");
        if let Ok(number) = plain.parse::<f64>() {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within bounds, as just checked")]
            return if number.fract() == 0.0 && number.abs() < 1e9 {
                Ok(number as i64)
            } else {
                Err(format!("{text} is not a whole number"))
            };
        }
        let label = self.scale.iter().find(|(label, _)| folded(label) == folded(text)).map(|(_, number)| *number);
        label
            .or_else(|| self.usual(text)?.parse().ok())
            .ok_or_else(|| format!("{text} is not a number, nor a word that stands for one"))
    }

    /// A list of codes: `C, I`, `confidentiality|integrity`, or `CIA` where each letter is a usual word.
    fn codes(&self, text: &str) -> Vec<String> {
        let parts = text.split(['|', '\n', ';', ',', '/']).map(str::trim).filter(|part| !part.is_empty());
        let mut codes = Vec::new();
        for part in parts {
            let letters: Option<Vec<_>> = part.chars().map(|c| self.usual(&c.to_string())).collect();
            match (self.usual(part), letters) {
                (Some(word), _) => codes.push(word.to_owned()),
                (None, Some(words)) => codes.extend(words.into_iter().map(str::to_owned)),
                (None, None) => codes.push(part.to_owned()),
            }
        }
        codes
    }
}

/// A number with a point or a comma before its decimals.
fn figure(text: &str) -> Result<f64, String> {
    let plain = text.trim_end_matches('%').trim().replace(',', ".");
    let number = plain.parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| format!("{text} is not a number"))
}

fn flag(text: &str) -> Result<bool, String> {
    match folded(text).as_str() {
        "true" | "yes" | "y" | "ja" | "j" | "x" | "1" | "wahr" => Ok(true),
        "false" | "no" | "n" | "nein" | "0" | "falsch" => Ok(false),
        _ => Err(format!("{text} is neither yes nor no")),
    }
}

/// A day as ISO 8601 or dd.mm.yyyy has it; with slashes nobody knows which is the month.
fn day(text: &str) -> Result<NaiveDate, String> {
    let from = |format: &str| NaiveDate::parse_from_str(text, format).ok();
    let instant = || NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S%.f").ok();
    let german = || {
        if text.rsplit('.').next().is_some_and(|year| year.len() == 2) { from("%d.%m.%y") } else { from("%d.%m.%Y") }
    };
    let found = from("%Y-%m-%d").or_else(german).or_else(|| instant().map(|instant| instant.date()));
    found.ok_or_else(|| format!("{text} is not a day like 2026-03-31 or 31.03.2026"))
}

/// A moment (UTC) as ISO 8601 has it, or a day, which then begins.
fn moment(text: &str) -> Result<String, String> {
    let plain = text.trim_end_matches('Z');
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"];
    let exact = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(plain, format).ok());
    let found = match exact {
        Some(moment) => moment,
        None => day(text)?.and_time(chrono::NaiveTime::MIN),
    };
    Ok(found.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        kind: FieldKind,
        words: &'static [(&'static str, &'static str)],
        cell: Cell,
    ) -> Result<Option<Value>, String> {
        let field = Field {
            name: "field".into(),
            column: None,
            kind,
            nullable: true,
            writable: true,
            required: false,
            schema: Value::Null,
            description: String::new(),
        };
        let directory = Directory::default();
        let scale = [("Fast sicher".to_owned(), 5)];
        Reading { field: Box::leak(Box::new(field)), target: None, words, scale: &scale, directory: &directory }
            .value(&cell)
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.into())
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
        for cell in
            [text("2026-03-31"), text("31.03.2026"), text("31.3.26"), text("2026-03-31T00:00:00"), Cell::Day(day)]
        {
            assert_eq!(read(FieldKind::Date, &[], cell), Ok(Some(json!("2026-03-31"))));
        }
        for cell in ["03/31/2026", "31.02.2026", "soon", "46112"] {
            assert!(read(FieldKind::Date, &[], text(cell)).is_err(), "{cell}");
        }
    }

    #[test]
    fn numbers_are_whole_or_words_that_stand_for_one() {
        const WORDS: &[(&str, &str)] = &[("high", "3"), ("sehr hoch", "4")];
        for (cell, number) in [
            (text("3"), 3),
            (text("3,0"), 3),
            (text("3.00"), 3),
            (Cell::Number(3.0), 3),
            (text("HIGH"), 3),
            (text("Sehr-Hoch"), 4),
            (text("fast sicher"), 5),
        ] {
            assert_eq!(read(FieldKind::Integer, WORDS, cell), Ok(Some(json!(number))));
        }
        for cell in ["2,5", "1e30", "NaN", "inf", "much"] {
            assert!(read(FieldKind::Integer, WORDS, text(cell)).is_err(), "{cell}");
        }
    }

    #[test]
    fn properties_are_read_from_letters_and_lists() {
        const WORDS: &[(&str, &str)] = &[("c", "confidentiality"), ("i", "integrity"), ("v", "confidentiality")];
        let kind = || FieldKind::Words;
        for cell in ["CI", "c, i", "C|I", "C/I", "V;I"] {
            assert_eq!(read(kind(), WORDS, text(cell)), Ok(Some(json!(["confidentiality", "integrity"]))), "{cell}");
        }
        assert_eq!(read(kind(), WORDS, text("other")), Ok(Some(json!(["other"]))));
    }

    #[test]
    fn what_nobody_sees_is_refused() {
        for cell in ["a\0b", "pay\u{202e}load", "a\u{200b}b", "bell\u{7}"] {
            assert!(read(FieldKind::Text, &[], text(cell)).is_err(), "{cell:?}");
        }
        assert_eq!(read(FieldKind::Text, &[], text("\u{a0}Büro ")), Ok(Some(json!("Büro"))));
        assert_eq!(read(FieldKind::Text, &[], text(" \t")), Ok(None));
        assert!(read(FieldKind::Text, &[], Cell::Fault("no".into())).is_err());
    }
}
