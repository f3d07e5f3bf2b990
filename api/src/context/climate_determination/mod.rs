//! Whether climate change is a relevant issue (clause 4.1, Amendment 1:2024).

mod approve;

pub use approve::Approve;

use crate::caller::Caller;
use crate::resource::{NothingComputed, Outcome, Reference, Resource, Spec, authors, edition, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::context::climate_determination;

/// A climate determination.
pub struct ClimateDetermination;

impl Resource for ClimateDetermination {
    record_of!(climate_determination, NothingComputed; Approve);

    const SPEC: Spec = Spec {
        name: "ClimateDetermination",
        policy_type: "ClimateDetermination",
        plural: "climate-determinations",
        noun: "climate determination",
        table: "climate_determination",
        prefix: "CLI",
        clause: "4 Context",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::many("issueIds", "Issue", "issues"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("authorIds", "User", "authors"),
        ],
        sorts: &["edition"],
        acts: Self::ACTS,
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &climate_determination::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&climate_determination::Model>,
        row: &mut climate_determination::Model,
    ) -> Outcome<()> {
        if old.is_none() {
            row.edition = edition::next::<Self>(caller, row.unit_id, |row| row.edition).await?;
        }
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        Ok(())
    }
}
