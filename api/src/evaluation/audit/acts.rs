//! The path of an audit beside its report: announced, begun, closed, given up.

use super::Audit;
use super::independence::conflicts;
use crate::caller::Caller;
use crate::evaluation::finding::Finding;
use crate::improvement::nonconformity::Nonconformity;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, digest, step};
use crate::store::{Query, Test};
use isms_authz::Action as Verb;
use isms_entity::evaluation::audit::{self, AuditState};
use isms_entity::evaluation::finding::{FindingGrade, FindingState};

/// Planned → announced.
pub struct Announce;

impl Act for Announce {
    type Of = Audit;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "announce",
        verb: Verb::Update,
        from: &["planned"],
        summary: "Tell those who are asked; criteria and scope are settled (9.2.2 a)",
    };

    async fn run(caller: &Caller, row: &mut audit::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = settled(row);
        faults.when(row.auditee_ids.0.is_empty(), "auditeeIds", "name who is asked");
        faults.settle()?;
        conflicts(caller, row).await?.settle()?;
        row.state = AuditState::Announced;
        Ok(())
    }
}

/// What is missing of criteria and scope (9.2.2 a).
fn settled(row: &audit::Model) -> Faults {
    let mut faults = Faults::default();
    faults.told("criteria", row.criteria.as_ref(), "say what is audited against (9.2.2 a)");
    faults.told("scope", row.scope.as_ref(), "says what is looked at (9.2.2 a)");
    let nothing = row.clauses.0.is_empty() && row.control_ids.0.is_empty() && row.supplier_id.is_none();
    faults.when(nothing, "clauses", "name clauses, controls or a supplier that the audit covers");
    faults
}

/// Planned or announced → in progress.
pub struct Start;

impl Act for Start {
    type Of = Audit;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "start",
        verb: Verb::Update,
        from: &["planned", "announced"],
        summary: "Begin to audit; criteria and scope are settled (9.2.2 a)",
    };

    async fn run(caller: &Caller, row: &mut audit::Model, _input: Nothing) -> Outcome<()> {
        settled(row).settle()?;
        conflicts(caller, row).await?.settle()?;
        row.state = AuditState::InProgress;
        Ok(())
    }
}

/// Reported → closed.
pub struct Close;

impl Act for Close {
    type Of = Audit;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "close",
        verb: Verb::Close,
        from: &["reported"],
        summary: "Each nonconformity is closed, or carried on in a record of its own",
    };

    async fn run(caller: &Caller, row: &mut audit::Model, _input: Nothing) -> Outcome<()> {
        if digest(&row.report.0) != row.report_hash {
            return Err(Error::Conflict("the report is not the one that was issued (I-01)".into()));
        }
        let findings = caller.for_rules::<Finding>(&Query::of([Test::is("audit_id", row.id)])).await?;
        let open: Vec<_> = findings
            .into_iter()
            .filter(|finding| matches!(finding.grade, FindingGrade::Minor | FindingGrade::Major))
            .filter(|finding| finding.state != FindingState::Closed)
            .collect();
        let ids = open.iter().map(|finding| finding.id.into()).collect();
        let carried = caller.for_rules::<Nonconformity>(&Query::of([Test::OneOf("finding_id", ids)])).await?;
        let left = open.iter().find(|finding| carried.iter().all(|nc| nc.finding_id != Some(finding.id)));
        if let Some(finding) = left {
            let name = caller.name_of::<Finding>(finding)?;
            return Err(Error::Conflict(format!("{name} is neither closed nor carried on by a nonconformity")));
        }
        row.state = AuditState::Closed;
        Ok(())
    }
}

step! {
    /// Planned, announced or in progress → cancelled.
    Cancel of Audit: "cancel" Close ["planned", "announced", "inProgress"] => AuditState::Cancelled, because cancelled_reason,
    "Give it up, with a reason"
}
