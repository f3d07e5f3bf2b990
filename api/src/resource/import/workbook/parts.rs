//! Which sheets a workbook has, and in which of its files they, their texts and their formats are.

use super::super::budget::Budget;
use super::xml::Node;
use super::{Parts, broken, told};
use crate::resource::{Error, Outcome};
use std::io::{Read, Seek};

/// What a file of a workbook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The workbook itself.
    Book,
    /// A sheet with cells.
    Sheet,
    /// The texts that cells name.
    Texts,
    /// How cells are shown.
    Styles,
}

impl Kind {
    /// By the last word of a relationship's type, the same in all editions of the standard (ISO/IEC 29500-1).
    fn of(relationship: &str) -> Option<Self> {
        match relationship.rsplit('/').next()? {
            "officeDocument" => Some(Self::Book),
            "worksheet" => Some(Self::Sheet),
            "sharedStrings" => Some(Self::Texts),
            "styles" => Some(Self::Styles),
            _ => None,
        }
    }
}

/// A file that another one names.
struct Relation {
    id: String,
    kind: Kind,
    path: String,
}

/// What the workbook says of itself.
pub struct Book {
    /// Days are counted from 1904, as on old Macintoshes.
    pub from_1904: bool,
    /// Sheets by name, with the id of their relationship.
    sheets: Vec<(String, String)>,
    relations: Vec<Relation>,
}

impl Book {
    /// Reads it.
    pub fn read<F: Read + Seek>(parts: &mut Parts<F>, budget: &mut Budget) -> Outcome<Self> {
        let top = if parts.has("_rels/.rels") { relations(parts, "_rels/.rels", "", budget)? } else { Vec::new() };
        let top = top.into_iter().find(|relation| relation.kind == Kind::Book);
        let path = top.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.path);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let related = format!("{folder}/_rels/{name}.rels");
        let relations = relations(parts, related.trim_start_matches('/'), folder, budget)?;
        let mut book = Self { from_1904: false, sheets: Vec::new(), relations };
        let mut xml = parts.open(&path)?;
        loop {
            match xml.next(budget)? {
                Node::Open(tag) if tag.is("workbookPr") => {
                    let said = tag.attribute("date1904")?;
                    book.from_1904 = said.is_some_and(|said| matches!(said.as_str(), "1" | "true" | "on"));
                }
                Node::Open(tag) if tag.is("sheet") => {
                    let (name, id) = (tag.attribute("name")?, tag.attribute("id")?);
                    let (Some(name), Some(id)) = (name, id) else { return Err(broken("a sheet has no name")) };
                    budget.hold_text(name.len())?;
                    budget.hold_text(id.len())?;
                    book.sheets.push((name, id));
                }
                Node::End => return Ok(book),
                _ => {}
            }
        }
    }

    /// The file of the first sheet with cells, or of that of this name.
    pub fn sheet(&self, wanted: Option<&str>) -> Outcome<&str> {
        let with_cells = self.sheets.iter().filter_map(|(name, id)| {
            let relation = self.relations.iter().find(|relation| relation.id == *id && relation.kind == Kind::Sheet)?;
            Some((name.as_str(), relation.path.as_str()))
        });
        let mut with_cells = with_cells.peekable();
        let Some(wanted) = wanted else {
            return with_cells.next().map(|(_, path)| path).ok_or_else(|| broken("it has no sheet"));
        };
        let names: Vec<String> = self.sheets.iter().take(20).map(|(name, _)| told(name)).collect();
        let found = with_cells.find(|(name, _)| *name == wanted).map(|(_, path)| path);
        found.ok_or_else(|| {
            Error::Malformed(format!("sheet: there is none of this name; there are: {}", names.join(", ")))
        })
    }

    /// The one file of this kind.
    pub fn part(&self, kind: Kind) -> Option<&str> {
        self.relations.iter().find(|relation| relation.kind == kind).map(|relation| relation.path.as_str())
    }
}

/// What a list of relationships names, of what matters here.
fn relations<F: Read + Seek>(
    parts: &mut Parts<F>,
    list: &str,
    folder: &str,
    budget: &mut Budget,
) -> Outcome<Vec<Relation>> {
    let (mut found, mut xml) = (Vec::new(), parts.open(list)?);
    loop {
        match xml.next(budget)? {
            Node::Open(tag) if tag.is("Relationship") => {
                let kind = tag.attribute("Type")?.as_deref().and_then(Kind::of);
                let (Some(kind), Some(id), Some(target)) = (kind, tag.attribute("Id")?, tag.attribute("Target")?)
                else {
                    continue;
                };
                budget.hold_text(id.len())?;
                budget.hold_text(folder.len() + target.len())?;
                found.push(Relation { id, kind, path: path(folder, &target) });
            }
            Node::End => return Ok(found),
            _ => {}
        }
    }
}

/// Where a target lies, as seen from a folder.
fn path(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.retain(|step| !step.is_empty());
    steps.join("/")
}
