//! Where a finding comes from, and what of it stays once it is told.

use crate::caller::Caller;
use crate::evaluation::audit::Audit;
use crate::evaluation::certification_audit::CertificationAudit;
use crate::evaluation::checklist_item::ChecklistItem;
use crate::resource::{Error, Faults, Outcome, if_found};
use crate::store::{Query, Test};
use isms_entity::Ids;
use isms_entity::evaluation::audit::{self, AuditState};
use isms_entity::evaluation::finding::{self, FindingState};

/// Checks what was written and takes over who found it.
pub(super) async fn settle(caller: &Caller, old: Option<&finding::Model>, row: &mut finding::Model) -> Outcome<()> {
    if let Some(old) = old {
        if let Some(audit) = audit_of(caller, row).await?.filter(|_| old.state == FindingState::Draft) {
            take_team(row, &audit);
        }
        return settle_old(old, row);
    }
    match (row.audit_id, row.certification_audit_id) {
        (Some(_), None) => of_audit(caller, row).await,
        (None, Some(id)) => of_body(caller, row, id).await,
        _ => Err(Error::field(
            "/auditId",
            "a finding comes from an internal audit, or from one of the certification body",
        )),
    }
}

/// Grade and wording stay once a finding is told, and from the beginning when they are the body's (I-57, I-83).
fn settle_old(old: &finding::Model, row: &finding::Model) -> Outcome<()> {
    let mut faults = Faults::default();
    let source = |row: &finding::Model| (row.audit_id, row.certification_audit_id);
    faults.when(source(old) != source(row), "auditId", "a finding stays with its audit");
    faults.when(old.checklist_item_id != row.checklist_item_id, "checklistItemId", "stays as it was");
    if old.state != FindingState::Draft {
        let told = "stays as it was told (I-57, I-83)";
        faults.when(old.title != row.title, "title", told);
        faults.when(old.grade != row.grade, "grade", told);
        faults.when(old.requirement != row.requirement, "requirement", told);
        faults.when(old.evidence != row.evidence, "evidence", told);
        faults.when(old.gap != row.gap, "gap", told);
        faults.when(old.control_ids != row.control_ids, "controlIds", told);
    }
    not_by_the_auditee(row, &mut faults);
    faults.settle()
}

fn not_by_the_auditee(row: &finding::Model, faults: &mut Faults) {
    let own = row.auditee_id.is_some_and(|auditee| row.auditor_ids.0.contains(&auditee));
    faults.when(own, "auditeeId", "audits here, and answers for nothing here (I-53)");
}

async fn audit_of(caller: &Caller, row: &finding::Model) -> Outcome<Option<audit::Model>> {
    let Some(id) = row.audit_id else { return Ok(None) };
    Ok(caller.for_rules::<Audit>(&Query::of([Test::is("id", id)])).await?.into_iter().next())
}

/// Who audits keeps the finding (I-53, I-54).
fn take_team(row: &mut finding::Model, audit: &audit::Model) {
    row.auditor_ids = audit.auditor_ids.clone();
    row.lead_id = Some(audit.lead_id);
}

async fn of_audit(caller: &Caller, row: &mut finding::Model) -> Outcome<()> {
    let found = audit_of(caller, row).await?;
    let Some(audit) = found else { return Err(Error::field("/auditId", "there is no such audit")) };
    if audit.state != AuditState::InProgress {
        return Err(Error::field("/auditId", "findings are written while the audit is under way"));
    }
    let mut faults = Faults::default();
    if let Some(id) = row.checklist_item_id {
        let item = if_found(caller.fetch::<ChecklistItem>(id).await)?;
        let its = item.is_some_and(|item| item.row.audit_id == audit.id);
        faults.when(!its, "checklistItemId", "is no item of this audit's checklist");
    }
    take_team(row, &audit);
    not_by_the_auditee(row, &mut faults);
    if row.unit_id == caller.access.root {
        row.unit_id = audit.unit_id;
    }
    row.state = FindingState::Draft;
    faults.settle()
}

/// A finding of the certification body is told from the beginning.
async fn of_body(caller: &Caller, row: &mut finding::Model, audit: uuid::Uuid) -> Outcome<()> {
    caller.named::<CertificationAudit>("/certificationAuditId", audit).await?;
    row.auditor_ids = Ids::default();
    row.state = FindingState::Issued;
    row.issued_at = Some(caller.now());
    Ok(())
}
