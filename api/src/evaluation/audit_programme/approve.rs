//! Management approves a programme; the one before gives way.

use super::AuditProgramme;
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Nothing, Outcome, edition};
use isms_entity::evaluation::audit_programme::{self, ProgrammeState};

/// Draft → approved.
pub struct Approve;

impl Act for Approve {
    type Of = AuditProgramme;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Action::Approve,
        from: &["draft"],
        summary: "Put this programme in force; the one before gives way",
    };

    async fn run(caller: &Caller, row: &mut audit_programme::Model, _input: Nothing) -> Outcome<()> {
        edition::supersede::<AuditProgramme>(caller, |before| before.state = ProgrammeState::Superseded).await?;
        row.state = ProgrammeState::Approved;
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        Ok(())
    }
}
