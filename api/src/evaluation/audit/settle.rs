//! What an audit has to be: dates that follow, clauses that there are, and a team that audits nothing of its own.
//! Who audits keeps checklist and findings (I-53, I-54).

use super::independence::conflicts;
use crate::caller::Caller;
use crate::evaluation::audit_programme::AuditProgramme;
use crate::evaluation::checklist_item::ChecklistItem;
use crate::evaluation::finding::Finding;
use crate::resource::{Faults, Outcome, Resource};
use crate::store::{Query, Test};
use isms_authz::{Action as Verb, Permit};
use isms_entity::Ids;
use isms_entity::SUBCLAUSES;
use isms_entity::evaluation::audit_programme::ProgrammeState;
use isms_entity::evaluation::finding::FindingState;
use isms_entity::evaluation::{audit, checklist_item, finding};

/// Checks what was written and makes the list of auditors.
pub(super) async fn settle(caller: &Caller, old: Option<&audit::Model>, row: &mut audit::Model) -> Outcome<()> {
    let mut faults = Faults::default();
    faults.when(row.planned_to < row.planned_from, "plannedTo", "does not come before the first day");
    let clauses: Vec<&str> = SUBCLAUSES.iter().map(|(clause, _)| *clause).collect();
    faults.words("clauses", &row.clauses, &clauses);
    for (i, member) in row.team_ids.0.iter().enumerate() {
        faults.when(*member == row.lead_id, &format!("teamIds/{i}"), "leads the audit already");
    }
    for (i, unit) in row.unit_ids.0.iter().enumerate() {
        let outside = !caller.access.units.above(*unit).contains(&row.unit_id);
        faults.when(outside, &format!("unitIds/{i}"), "lies outside the unit of the audit");
    }
    faults.settle()?;
    let mut auditors = vec![row.lead_id];
    auditors.extend(&row.team_ids.0);
    row.auditor_ids = Ids(auditors);
    programme(caller, old, row).await?;
    if old.is_none_or(|old| touches_independence(old, row)) {
        conflicts(caller, row).await?.settle()?;
    }
    Ok(())
}

/// Whether the team or what it looks at has changed.
fn touches_independence(old: &audit::Model, row: &audit::Model) -> bool {
    let area = |row: &audit::Model| {
        (
            row.auditor_ids.clone(),
            row.auditee_ids.clone(),
            row.unit_id,
            row.unit_ids.clone(),
            row.control_ids.clone(),
            row.clauses.clone(),
            row.supplier_id,
        )
    };
    area(old) != area(row)
}

async fn programme(caller: &Caller, old: Option<&audit::Model>, row: &audit::Model) -> Outcome<()> {
    let Some(id) = row.programme_id else { return Ok(()) };
    let unchanged = |old: &audit::Model| {
        (old.programme_id, old.planned_from, old.planned_to) == (row.programme_id, row.planned_from, row.planned_to)
    };
    if old.is_some_and(unchanged) {
        return Ok(());
    }
    let programme = caller.named::<AuditProgramme>("/programmeId", id).await?.row;
    let mut faults = Faults::default();
    faults.when(programme.state == ProgrammeState::Superseded, "programmeId", "has been superseded");
    let outside = row.planned_from < programme.starts_on || row.planned_to > programme.ends_on;
    faults.when(outside, "plannedFrom", "lies within the cycle of the programme");
    faults.settle()
}

/// A new team takes over the checklist and every finding that is not closed; whoever has left it does not keep them.
pub(super) async fn hand_on(caller: &Caller, old: &audit::Model, row: &audit::Model) -> Outcome<()> {
    if (&old.auditor_ids, old.lead_id) == (&row.auditor_ids, row.lead_id) {
        return Ok(());
    }
    let of_audit = || Query::of([Test::is("audit_id", row.id)]);
    for item in caller.for_rules::<ChecklistItem>(&of_audit()).await? {
        let after = checklist_item::Model { auditor_ids: row.auditor_ids.clone(), ..item.clone() };
        let permit = leave::<ChecklistItem>(caller, &item)?;
        caller.update(permit, &item, after, "hand-on").await?;
    }
    let findings = caller.for_rules::<Finding>(&of_audit()).await?;
    for before in findings.into_iter().filter(|finding| finding.state != FindingState::Closed) {
        let (auditor_ids, lead_id) = (row.auditor_ids.clone(), Some(row.lead_id));
        let after = finding::Model { auditor_ids, lead_id, ..before.clone() };
        let permit = leave::<Finding>(caller, &before)?;
        caller.update(permit, &before, after, "hand-on").await?;
    }
    Ok(())
}

/// Leave to hand a record on: the team's own, or that of who answers for the programme.
fn leave<R: Resource>(caller: &Caller, before: &R::Row) -> Outcome<Permit<R>> {
    caller.permit::<R>(Verb::Update, before).or_else(|_| caller.permit::<R>(Verb::Approve, before))
}
