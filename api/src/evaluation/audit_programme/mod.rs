//! The programme of internal audits in editions (clause 9.2.2), with the gaps that its audits leave.

mod coverage;
mod rest;

pub use rest::register;

use crate::caller::Caller;
use crate::resource::{
    Act, ActSpec, Faults, Nothing, NothingComputed, Outcome, Reference, Resource, Spec, authors, edition, record_of,
    refuse_authors, word,
};
use isms_authz::{Action as Verb, Attribute, Kind};
use isms_entity::Recorded;
use isms_entity::evaluation::audit_programme::{self, ProgrammeState};
use isms_entity::months_on;

/// An audit programme.
pub struct AuditProgramme;

/// The longest cycle, months.
const CYCLE: i32 = 36;

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
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
        ],
        references: &[Reference::one("ownerId", "User", "owner"), Reference::many("authorIds", "User", "authors")],
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
        faults.when(row.ends_on <= row.starts_on, "endsOn", "comes after the first day");
        let latest = months_on(row.starts_on, CYCLE);
        faults.when(latest.is_some_and(|day| row.ends_on > day), "endsOn", "is three years on at most");
        faults.words("methods", &row.methods, &["onsite", "remote", "hybrid"]);
        faults.settle()?;
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        if old.is_none() {
            row.edition = edition::next::<Self>(caller, row.unit_id, |row| row.edition).await?;
        }
        Ok(())
    }
}

/// Draft → approved.
pub struct Approve;

impl Act for Approve {
    type Of = AuditProgramme;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Verb::Approve,
        from: &["draft"],
        summary: "Put this edition in force; the one before is superseded (9.2.2)",
    };

    async fn run(caller: &Caller, row: &mut audit_programme::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("objectives", row.objectives.as_ref(), "say what the audits are to tell");
        faults.told("riskBasis", row.risk_basis.as_ref(), "says how importance and past results count (9.2.2)");
        faults.when(row.methods.0.is_empty(), "methods", "name at least one way to audit (9.2.2)");
        faults.settle()?;
        refuse_authors(caller, &row.common(), &row.author_ids, None)?;
        edition::supersede::<AuditProgramme>(caller, |before| before.state = ProgrammeState::Superseded).await?;
        row.state = ProgrammeState::Approved;
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        Ok(())
    }
}
