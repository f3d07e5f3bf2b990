//! What auditors look at, and what they found (clause 9.2); for those who audit alone (I-54).

mod sample;

pub use sample::Sample;

use crate::caller::Caller;
use crate::evaluation::audit::Audit;
use crate::planning::control::Control;
use crate::resource::{Error, Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of};
use crate::store::{Query, Test};
use isms_authz::{Attribute, Kind};
use isms_entity::Recorded;
use isms_entity::SUBCLAUSES;
use isms_entity::evaluation::audit::{self, AuditState};
use isms_entity::evaluation::checklist_item::{self, ChecklistResult};

/// A checklist item.
pub struct ChecklistItem;

impl Resource for ChecklistItem {
    record_of!(checklist_item, NothingComputed; Sample);

    const SPEC: Spec = Spec {
        name: "ChecklistItem",
        policy_type: "ChecklistItem",
        plural: "checklist-items",
        noun: "checklist item",
        table: "checklist_item",
        prefix: "CHK",
        clause: "9 Evaluation",
        attributes: &[Attribute::new("auditors", "auditor_ids", Kind::Entities("User"))],
        references: &[
            Reference::one("auditId", "Audit", "audit"),
            Reference::many("auditorIds", "User", "auditors").copied(),
        ],
        sensitive: &["notes"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(
        caller: &Caller,
        old: Option<&checklist_item::Model>,
        row: &mut checklist_item::Model,
    ) -> Outcome<()> {
        let audit = audit_of(caller, row).await?;
        settle(caller, &audit, old, row)?;
        match old {
            Some(old) if old.requirement == row.requirement => Ok(()),
            _ => known(caller, std::slice::from_ref(row)).await?.into_iter().collect(),
        }
    }

    async fn settle_new(caller: &Caller, rows: &mut [checklist_item::Model]) -> Outcome<Vec<Outcome<()>>> {
        let ids = rows.iter().map(|row| row.audit_id.into()).collect();
        let audits = caller.for_rules::<Audit>(&Query::of([Test::OneOf("id", ids)])).await?;
        let known = known(caller, rows).await?;
        let settled = rows.iter_mut().zip(known).map(|(row, known)| {
            let audit = audits.iter().find(|audit| audit.id == row.audit_id).ok_or_else(|| missing(row))?;
            settle(caller, audit, None, row).and(known)
        });
        Ok(settled.collect())
    }
}

fn missing(row: &checklist_item::Model) -> Error {
    Error::field("/auditId", format!("there is no audit {}", row.audit_id))
}

/// The item's audit, whether the caller may read it or not.
async fn audit_of(caller: &Caller, row: &checklist_item::Model) -> Outcome<audit::Model> {
    let query = Query::of([Test::is("id", row.audit_id)]).with_retired();
    caller.for_rules::<Audit>(&query).await?.into_iter().next().ok_or_else(|| missing(row))
}

/// Items may be made and changed until the report is issued.
fn open(audit: &audit::Model) -> Outcome<()> {
    match audit.state {
        AuditState::Planned | AuditState::Announced | AuditState::InProgress => Ok(()),
        _ => Err(Error::Conflict("the audit is reported or given up: its checklist stays (I-01)".into())),
    }
}

fn settle(
    caller: &Caller,
    audit: &audit::Model,
    old: Option<&checklist_item::Model>,
    row: &mut checklist_item::Model,
) -> Outcome<()> {
    open(audit)?;
    let mut faults = Faults::default();
    faults.when(old.is_some_and(|old| old.audit_id != row.audit_id), "auditId", "an item stays with its audit");
    let drawn = |row: &checklist_item::Model| (row.population.clone(), row.sample_size, row.seed.clone());
    let redrawn = old.is_some_and(|old| old.drawn_at.is_some() && drawn(old) != drawn(row));
    faults.when(redrawn, "seed", "is what the sample was drawn with: draw it anew (I-58)");
    let found = matches!(row.result, ChecklistResult::Nonconform | ChecklistResult::Conform);
    if found {
        faults.told("evidence", row.evidence.as_ref(), "says what was seen, good or bad");
    }
    faults.settle()?;
    row.auditor_ids = audit.auditor_ids.clone();
    if old.is_none() && row.common().unit_id == caller.access.root {
        row.unit_id = audit.unit_id;
    }
    if row.result == ChecklistResult::NotChecked {
        (row.checked_by, row.checked_at) = (None, None);
    } else if old.is_none_or(|old| old.result != row.result || old.evidence != row.evidence) {
        (row.checked_by, row.checked_at) = (Some(caller.id()), Some(caller.now()));
    }
    Ok(())
}

/// Whether each item asks for a clause or a control that there is.
async fn known(caller: &Caller, rows: &[checklist_item::Model]) -> Outcome<Vec<Outcome<()>>> {
    let is_clause = |row: &checklist_item::Model| SUBCLAUSES.iter().any(|(clause, _)| *clause == row.requirement);
    let codes: Vec<_> = rows.iter().filter(|row| !is_clause(row)).map(|row| row.requirement.clone().into()).collect();
    let controls = if codes.is_empty() {
        Vec::new()
    } else {
        caller.for_rules::<Control>(&Query::of([Test::OneOf("code", codes)])).await?
    };
    let verdict = |row: &checklist_item::Model| {
        if is_clause(row) || controls.iter().any(|control| control.code == row.requirement) {
            Ok(())
        } else {
            Err(Error::field("/requirement", "is a sub-clause like 6.1.2, or the code of a control like A.5.9"))
        }
    };
    Ok(rows.iter().map(verdict).collect())
}
