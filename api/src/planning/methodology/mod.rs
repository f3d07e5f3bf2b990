//! How risks are assessed and accepted (clause 6.1.2 a): versions, of which management approves one.

mod approve;
mod rating;

pub use approve::Approve;
pub use rating::{in_force, level};

use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, authors, edition, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::planning::methodology;

/// The methodology in one of its versions.
pub struct Methodology;

impl Resource for Methodology {
    record_of!(methodology, NothingComputed; Approve);

    const SPEC: Spec = Spec {
        name: "Methodology",
        policy_type: "Methodology",
        plural: "methodologies",
        noun: "methodology",
        table: "methodology",
        prefix: "MET",
        clause: "6 Planning",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
        ],
        references: &[Reference::many("authorIds", "User", "authors")],
        search: &["title", "approach"],
        sorts: &["edition"],
        acts: Self::ACTS,
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &methodology::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&methodology::Model>, row: &mut methodology::Model) -> Outcome<()> {
        if old.is_none() {
            row.edition = edition::next::<Self>(caller, row.unit_id, |row| row.edition).await?;
        }
        faults(row).settle()?;
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        Ok(())
    }
}

/// What is wrong with the scales, the matrix or the criteria (I-23).
fn faults(row: &methodology::Model) -> Faults {
    let mut faults = Faults::default();
    for (field, scale, range) in
        [("likelihood", &row.likelihood, 3..=10), ("impact", &row.impact, 3..=10), ("levels", &row.levels, 2..=10)]
    {
        if !range.contains(&scale.0.len()) {
            faults.add(field, format!("has {} to {} levels", range.start(), range.end()));
        }
        for (i, level) in scale.0.iter().enumerate() {
            if level.label.trim().is_empty() {
                faults.add(&format!("{field}/{i}/label"), "cannot be empty");
            }
            let hex = level
                .colour
                .strip_prefix('#')
                .is_some_and(|c| c.len() == 6 && c.chars().all(|c| c.is_ascii_hexdigit()));
            if !level.colour.is_empty() && !hex {
                faults.add(&format!("{field}/{i}/colour"), "is a colour like #2e7d32");
            }
            let days = format!("{field}/{i}/treatWithinDays");
            match level.treat_within_days {
                Some(_) if field != "levels" => faults.add(&days, "is said of levels of risk"),
                Some(limit) => faults.range(&days, limit, 1..=3_650),
                None => {}
            }
        }
    }
    matrix_faults(row, &mut faults);
    let levels = i64::try_from(row.levels.0.len()).unwrap_or_default();
    faults.range("acceptanceLevel", row.acceptance_level, 0..=levels);
    faults.range("acceptanceMonths", row.acceptance_months, 1..=60);
    faults.range("reviewMonths", row.review_months, 1..=60);
    faults
}

fn matrix_faults(row: &methodology::Model, faults: &mut Faults) {
    let (rows, columns) = (row.likelihood.0.len(), row.impact.0.len());
    if row.matrix.0.len() != rows {
        faults.add("matrix", format!("has a row for each of the {rows} levels of likelihood"));
    }
    let levels = 1..=i32::try_from(row.levels.0.len()).unwrap_or(i32::MAX);
    let mut above: Option<&Vec<i32>> = None;
    for (i, cells) in row.matrix.0.iter().enumerate() {
        let pointer = format!("matrix/{i}");
        if cells.len() != columns {
            faults.add(&pointer, format!("has a cell for each of the {columns} levels of impact"));
        }
        if cells.iter().any(|cell| !levels.contains(cell)) {
            faults.add(&pointer, "names a level that is not there; levels count from 1");
        }
        let falls_along = cells.windows(2).any(|pair| pair.first() > pair.last());
        let falls_down = above.is_some_and(|above| above.iter().zip(cells).any(|(before, now)| before > now));
        if falls_along || falls_down {
            faults.add(&pointer, "falls where likelihood or impact rises");
        }
        above = Some(cells);
    }
}
