//! How risks are assessed and accepted (clause 6.1.2 a): versions, of which management approves one.

mod approve;
mod rating;

pub use approve::Approve;
pub use rating::{in_force, level};

use super::{check_range, refuse_if_any};
use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Act, FieldError, NothingComputed, Outcome, Resource, Spec, record_of, word};
use crate::store::Query;
use isms_entity::planning::methodology;

/// The methodology in one of its versions.
pub struct Methodology;

impl Resource for Methodology {
    record_of!(methodology, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Methodology",
        policy_type: "Methodology",
        plural: "methodologies",
        noun: "methodology",
        table: "methodology",
        prefix: "MET",
        clause: "6 Planning",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        search: &["title", "approach"],
        sorts: &["edition"],
        acts: &[Approve::SPEC],
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &methodology::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&methodology::Model>, row: &mut methodology::Model) -> Outcome<()> {
        if old.is_none() {
            let all = caller.for_rules::<Self>(&Query::default().with_retired()).await?;
            row.edition = all.iter().map(|row| row.edition).max().unwrap_or_default() + 1;
        }
        refuse_if_any(faults(row))
    }
}

/// What is wrong with the scales, the matrix or the criteria (I-23).
fn faults(row: &methodology::Model) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (field, scale, range) in
        [("likelihood", &row.likelihood, 3..=10), ("impact", &row.impact, 3..=10), ("levels", &row.levels, 2..=10)]
    {
        if !range.contains(&scale.0.len()) {
            errors
                .push(FieldError::new(format!("/{field}"), format!("has {} to {} levels", range.start(), range.end())));
        }
        for (i, level) in scale.0.iter().enumerate() {
            if level.label.trim().is_empty() {
                errors.push(FieldError::new(format!("/{field}/{i}/label"), "cannot be empty"));
            }
            let hex = level
                .colour
                .strip_prefix('#')
                .is_some_and(|c| c.len() == 6 && c.chars().all(|c| c.is_ascii_hexdigit()));
            if !level.colour.is_empty() && !hex {
                errors.push(FieldError::new(format!("/{field}/{i}/colour"), "is a colour like #2e7d32"));
            }
        }
    }
    matrix_faults(row, &mut errors);
    let levels = i64::try_from(row.levels.0.len()).unwrap_or_default();
    check_range("acceptanceLevel", row.acceptance_level.into(), 0..=levels, &mut errors);
    check_range("acceptanceMonths", row.acceptance_months.into(), 1..=60, &mut errors);
    check_range("reviewMonths", row.review_months.into(), 1..=60, &mut errors);
    errors
}

fn matrix_faults(row: &methodology::Model, errors: &mut Vec<FieldError>) {
    let (rows, columns) = (row.likelihood.0.len(), row.impact.0.len());
    if row.matrix.0.len() != rows {
        errors.push(FieldError::new("/matrix", format!("has a row for each of the {rows} levels of likelihood")));
    }
    let levels = 1..=i32::try_from(row.levels.0.len()).unwrap_or(i32::MAX);
    let mut above: Option<&Vec<i32>> = None;
    for (i, cells) in row.matrix.0.iter().enumerate() {
        let pointer = format!("/matrix/{i}");
        if cells.len() != columns {
            errors.push(FieldError::new(&pointer, format!("has a cell for each of the {columns} levels of impact")));
        }
        if cells.iter().any(|cell| !levels.contains(cell)) {
            errors.push(FieldError::new(&pointer, "names a level that is not there; levels count from 1"));
        }
        let falls_along = cells.windows(2).any(|pair| pair.first() > pair.last());
        let falls_down = above.is_some_and(|above| above.iter().zip(cells).any(|(before, now)| before > now));
        if falls_along || falls_down {
            errors.push(FieldError::new(&pointer, "falls where likelihood or impact rises"));
        }
        above = Some(cells);
    }
}
