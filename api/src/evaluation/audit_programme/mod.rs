//! The programme of internal audits (clause 9.2.2).

mod approve;

pub use approve::Approve;

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, edition, record_of, word};
use chrono::Months;
use isms_entity::evaluation::audit_programme;

/// An audit programme.
pub struct AuditProgramme;

impl Resource for AuditProgramme {
    record_of!(audit_programme, NothingComputed; Approve);

    const SPEC: Spec = Spec {
        name: "AuditProgramme",
        policy_type: "AuditProgramme",
        plural: "audit-programmes",
        noun: "audit programme",
        table: "audit_programme",
        prefix: "AUP",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[Reference::one("ownerId", "User", "owner")],
        search: &["title"],
        sorts: &["edition"],
        acts: Self::ACTS,
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &audit_programme::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&audit_programme::Model>,
        row: &mut audit_programme::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(row.ends_on < row.starts_on, "endsOn", "is before startsOn");
        let longest = row.starts_on.checked_add_months(Months::new(36));
        faults.when(longest.is_none_or(|longest| row.ends_on > longest), "endsOn", "is three years on at most");
        faults.words("methods", &row.methods, &["onsite", "remote"]);
        faults.settle()?;
        if old.is_none() {
            row.edition = edition::next::<Self>(caller, row.unit_id, |row| row.edition).await?;
        }
        Ok(())
    }
}
