//! What auditors look at, and what they found (clause 9.2).

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::evaluation::audit::Audit;
use crate::resource::{Error, Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of};
use crate::store::{Query, Test};
use isms_entity::evaluation::audit::AuditState;
use isms_entity::evaluation::checklist_item::{self, ChecklistResult};
use isms_entity::{Common, Recorded};

/// A checklist item.
pub struct ChecklistItem;

impl Resource for ChecklistItem {
    record_of!(checklist_item, NothingComputed);

    const SPEC: Spec = Spec {
        name: "ChecklistItem",
        policy_type: "ChecklistItem",
        plural: "checklist-items",
        noun: "checklist item",
        table: "checklist_item",
        prefix: "CHK",
        clause: "9 Evaluation",
        attributes: &[Attribute::new("auditors", "auditor_ids", Kind::Entities("User"))],
        references: &[Reference::one("auditId", "Audit", "audit"), Reference::many("auditorIds", "User", "auditors")],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(
        caller: &Caller,
        old: Option<&checklist_item::Model>,
        row: &mut checklist_item::Model,
    ) -> Outcome<()> {
        let Some(audit) = caller.for_rules::<Audit>(&Query::of([Test::is("id", row.audit_id)])).await?.pop() else {
            return Err(Error::field("/auditId", format!("there is no audit {}", row.audit_id)));
        };
        if matches!(audit.state, AuditState::Reported | AuditState::Closed | AuditState::Cancelled) {
            return Err(Error::Conflict("the report is issued, or the audit given up: its checklist stays".into()));
        }
        row.auditor_ids = audit.auditor_ids;
        row.set_common(Common { unit_id: audit.unit_id, ..row.common() });
        let mut faults = Faults::default();
        if row.result == ChecklistResult::Nonconform {
            faults.told("evidence", row.evidence.as_ref(), "what was seen (I-55)");
        }
        faults.when(row.sample_size.is_some() && row.seed.is_none(), "seed", "the sample can be drawn again (I-58)");
        faults.settle()?;
        if row.result != ChecklistResult::NotChecked && old.is_none_or(|old| old.result != row.result) {
            row.checked_by = Some(caller.id());
            row.checked_at = Some(caller.now());
        }
        Ok(())
    }
}
