//! What controls and clauses are called in the catalogue, so that the other files can name them.

use super::form::{called, token};
use crate::planning::control::Control;
use crate::store::Found;
use isms_entity::SUBCLAUSES;
use isms_entity::planning::control::{self, ControlOrigin};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The management system as a whole, for what names no requirement that is told here.
pub const WHOLE: &str = "isms";

/// A control with its id in the catalogue.
pub struct Known {
    /// `a.5.10` for Annex A, `own.…` for one's own.
    pub id: String,
    /// The control as the reader sees it.
    pub row: control::Model,
}

/// The controls that the reader sees.
pub struct Controls {
    /// In the order of the Statement of Applicability.
    pub list: Vec<Known>,
    by_id: HashMap<Uuid, String>,
    by_requirement: HashMap<String, String>,
}

/// What a clause is called: `clause.6.1.2`.
pub fn clause(number: &str) -> String {
    format!("clause.{number}")
}

/// What the statement of a control or clause is called, which is what findings are about.
pub fn statement(id: &str) -> String {
    format!("{id}_smt")
}

impl Controls {
    /// Names them.
    pub fn of(found: Vec<Found<Control>>) -> Self {
        let mut rows: Vec<control::Model> = found.iter().map(|found| found.shown().clone()).collect();
        rows.sort_by(|a, b| (a.ordinal, &a.code, a.id).cmp(&(b.ordinal, &b.code, b.id)));
        let mut taken = BTreeSet::new();
        let mut controls = Self { list: Vec::new(), by_id: HashMap::new(), by_requirement: HashMap::new() };
        for (number, _) in SUBCLAUSES {
            controls.by_requirement.insert(number.to_owned(), clause(number));
        }
        for row in rows {
            let mut id = match row.origin {
                ControlOrigin::AnnexA => token(&row.code),
                ControlOrigin::Own => format!("own.{}", token(&row.code)),
            };
            // Codes of one's own are any text: two of them may be the same token.
            while !taken.insert(id.clone()) {
                id = format!("{id}-{}", token(&row.reference));
            }
            controls.by_id.insert(row.id, id.clone());
            controls.by_requirement.insert(row.code.clone(), id.clone());
            controls.list.push(Known { id, row });
        }
        controls
    }

    /// What these are called, as far as they are seen.
    pub fn ids<'a>(&'a self, controls: &[Uuid]) -> impl Iterator<Item = &'a str> {
        controls.iter().filter_map(|id| self.by_id.get(id).map(String::as_str))
    }

    /// What a requirement is called that is a clause or the code of a control, or begins with it.
    pub fn required(&self, requirement: &str) -> Option<&str> {
        let first = requirement.split_whitespace().next().unwrap_or_default().trim_end_matches([':', ',', ';']);
        let known = self.by_requirement.get(requirement.trim()).or_else(|| self.by_requirement.get(first));
        known.map(String::as_str)
    }

    /// What something is about: its requirement, or else the first of its controls, or else the whole.
    pub fn about(&self, requirement: Option<&str>, controls: &[Uuid]) -> &str {
        let required = requirement.and_then(|requirement| self.required(requirement));
        required.or_else(|| self.ids(controls).next()).unwrap_or(WHOLE)
    }
}

impl Known {
    /// Its title on one line.
    pub fn title(&self) -> String {
        called(&self.row.title, &self.row.code)
    }
}
