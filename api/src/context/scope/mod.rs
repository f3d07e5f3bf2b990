//! The scope of the ISMS in editions, each approved by top management (clause 4.3).

mod acts;

pub use acts::{Approve, Reject, Submit};

use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, authors, edition, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::context::scope;

/// A scope.
pub struct Scope;

impl Resource for Scope {
    record_of!(scope, NothingComputed; Submit, Approve, Reject);

    const SPEC: Spec = Spec {
        name: "Scope",
        policy_type: "Scope",
        plural: "scopes",
        noun: "scope",
        table: "scope",
        prefix: "SCO",
        clause: "4 Context",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::many("unitIds", "Unit", "units"),
            Reference::many("siteIds", "Asset", "sites"),
            Reference::many("serviceIds", "Asset", "services"),
            Reference::many("processIds", "Process", "processes"),
            Reference::many("issueIds", "Issue", "issues"),
            Reference::many("requirementIds", "PartyRequirement", "requirements"),
            Reference::many("authorIds", "User", "authors"),
        ],
        search: &["title", "statement"],
        sorts: &["edition"],
        acts: Self::ACTS,
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &scope::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&scope::Model>, row: &mut scope::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        for (i, exclusion) in row.exclusions.0.iter().enumerate() {
            faults.told(&format!("exclusions/{i}/why"), Some(&exclusion.why), "an exclusion has a reason");
        }
        for (i, interface) in row.interfaces.0.iter().enumerate() {
            let detail = "says who answers for which part (4.3 c)";
            faults.told(&format!("interfaces/{i}/responsibilities"), Some(&interface.responsibilities), detail);
        }
        faults.settle()?;
        if old.is_none() {
            row.edition = edition::next::<Self>(caller, row.unit_id, |row| row.edition).await?;
        }
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        Ok(())
    }
}
