//! The heading of each column and what it means.

use super::table::{Cell, Row, letters};
use super::{Column, Import, folded};
use crate::resource::field::snake;
use crate::resource::{Error, Field, FieldError, Outcome};

/// Headings that mean the same in every register.
const USUAL: &[Column] = &[
    Column {
        field: "ownerId",
        names: &[
            "owner email",
            "owner name",
            "responsible",
            "accountable",
            "verantwortlich",
            "verantwortlicher",
            "verantwortliche",
            "verantwortliche person",
            "eigentümer",
            "zuständig",
        ],
        words: &[],
    },
    Column {
        field: "unitId",
        names: &[
            "unit",
            "unit name",
            "department",
            "organisational unit",
            "organizational unit",
            "business unit",
            "division",
            "team",
            "abteilung",
            "bereich",
            "einheit",
            "organisationseinheit",
        ],
        words: &[],
    },
    Column { field: "description", names: &["desc", "details", "comment", "beschreibung"], words: &[] },
    Column {
        field: "reviewOn",
        names: &[
            "review",
            "review due",
            "review date",
            "next review",
            "next review date",
            "nächste prüfung",
            "prüfdatum",
            "überprüfung",
        ],
        words: &[],
    },
];
const REFERENCE: &[&str] = &["reference", "ref", "ref id", "id", "no", "nr", "number", "nummer", "referenz", "kennung"];
/// So many characters of a heading are looked at and told.
const LONGEST_TITLE: usize = 200;
const VERSION: &[&str] = &["version", "rev", "revision"];

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// The record's reference.
    Reference,
    /// The version that the row was taken out at.
    Version,
    /// A field that is written.
    Field(&'static Field),
    /// Something that is not brought in.
    LeftOut,
}

/// One column of the file.
#[derive(Clone, Debug)]
pub struct Heading {
    /// Its place, from 0.
    pub place: usize,
    /// As it stands in the file.
    pub title: String,
    /// What it holds.
    pub meaning: Meaning,
}

impl Heading {
    /// The column's name in pointers.
    pub fn key(&self) -> String {
        match self.meaning {
            Meaning::Reference => "reference".into(),
            Meaning::Version => "version".into(),
            Meaning::Field(field) => column_name(field),
            Meaning::LeftOut => letters(self.place),
        }
    }

    /// For people: its letter and what stands above it.
    pub fn told(&self) -> String {
        format!("column {} ({})", letters(self.place), self.title.trim())
    }
}

/// A field's column name: `owner` for `ownerId`, `review_on` for `reviewOn`.
pub fn column_name(field: &Field) -> String {
    let name = snake(&field.name);
    name.strip_suffix("_id").or_else(|| name.strip_suffix("_ids")).map_or(name.clone(), str::to_owned)
}

/// The heading row and the place of the first row of content.
pub struct Header {
    /// All columns with a heading.
    pub headings: Vec<Heading>,
    /// The row it stands in, as a spreadsheet counts.
    pub number: usize,
    /// How many rows of the file come before the content.
    pub skip: usize,
}

/// Finds the heading row among the first and reads it.
///
/// # Errors
/// Columns that nobody knows, unless they are to be ignored, or that mean the same.
pub fn read<R: Import>(rows: &[Row], map: &[(String, String)], ignore_unknown: bool) -> Outcome<Header> {
    let candidates = rows.iter().take(10).enumerate();
    let best =
        candidates.rev().max_by_key(|(_, row)| titles(row).filter(|t| meaning::<R>(&t.1, map).is_some()).count());
    let Some((skip, row)) = best else { return Err(Error::Malformed("the file is empty".into())) };
    let titles: Vec<(usize, String)> = titles(row).collect();
    let (mut headings, mut errors): (Vec<Heading>, Vec<FieldError>) = (Vec::new(), Vec::new());
    let names_reference = titles.iter().any(|(_, title)| folded(title) == "reference");
    for (place, title) in titles {
        let found = match meaning::<R>(&title, map) {
            // Our own files carry the identifier beside the reference.
            Some(Meaning::Reference) if names_reference && folded(&title) == "id" => Some(Meaning::LeftOut),
            None if ignore_unknown => Some(Meaning::LeftOut),
            other => other,
        };
        let heading = Heading { place, title, meaning: found.unwrap_or(Meaning::LeftOut) };
        let same =
            headings.iter().find(|other| !matches!(other.meaning, Meaning::LeftOut) && other.key() == heading.key());
        if found.is_none() {
            let detail = format!("{} is not known: map it, or leave it out with ignoreUnknown=true", heading.told());
            errors.push(FieldError::new(format!("/header/{}", letters(place)), detail));
        } else if let Some(same) = same {
            let detail = format!("{} means the same as {}", heading.told(), same.told());
            errors.push(FieldError::new(format!("/header/{}", letters(place)), detail));
        }
        headings.push(heading);
    }
    for (from, to) in map.iter().filter(|(from, _)| !headings.iter().any(|h| folded(&h.title) == folded(from))) {
        errors.push(FieldError::new("map", format!("there is no column {from} to take as {to}")));
    }
    if errors.is_empty() {
        Ok(Header { headings, number: row.number, skip: skip + 1 })
    } else {
        Err(Error::Invalid(errors))
    }
}

fn titles(row: &Row) -> impl Iterator<Item = (usize, String)> {
    row.cells.iter().enumerate().filter_map(|(place, cell)| match cell {
        Cell::Text(text) => Some((place, text.chars().take(LONGEST_TITLE).collect())),
        Cell::Number(number) => Some((place, number.to_string())),
        _ => None,
    })
}

/// What a heading means: as it is mapped, else as it is usually meant.
fn meaning<R: Import>(title: &str, map: &[(String, String)]) -> Option<Meaning> {
    let title = folded(title);
    match map.iter().find(|(from, _)| folded(from) == title) {
        Some((_, to)) if to.trim() == "-" => Some(Meaning::LeftOut),
        Some((_, to)) => known::<R>(&folded(to)),
        None => known::<R>(&title),
    }
}

fn known<R: Import>(title: &str) -> Option<Meaning> {
    let is = |name: &str| folded(name) == title;
    let fields = &R::fields().list;
    let edge = |field: &Field| R::SPEC.references.iter().find(|r| r.field == field.name).map(|r| r.edge);
    let named = |field: &&Field| is(&field.name) || is(&column_name(field)) || edge(field).is_some_and(is);
    let aliased = |table: &'static [Column]| {
        let column = table.iter().find(|column| column.names.iter().any(|name| is(name)))?;
        R::fields().get(column.field).filter(|field| field.writable)
    };
    if let Some(field) = fields.iter().filter(|field| field.writable).find(named) {
        return Some(Meaning::Field(field));
    }
    if let Some(field) = aliased(R::COLUMNS).or_else(|| aliased(USUAL)) {
        return Some(Meaning::Field(field));
    }
    let noun = folded(R::SPEC.noun);
    let bare = title.strip_prefix(noun.as_str()).unwrap_or(title);
    if REFERENCE.iter().any(|name| folded(name) == bare) {
        return Some(Meaning::Reference);
    }
    if VERSION.iter().any(|name| is(name)) {
        return Some(Meaning::Version);
    }
    // What only rules and the database write is known and passed over.
    fields.iter().any(|field| named(&field)).then_some(Meaning::LeftOut)
}

/// The words that a field's values usually go by.
pub fn words<R: Import>(field: &str) -> &'static [(&'static str, &'static str)] {
    R::COLUMNS.iter().find(|column| column.field == field).map(|column| column.words).unwrap_or_default()
}
