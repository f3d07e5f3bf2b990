//! What auditors look at, and what they found (clause 9.2).

use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of};
use isms_entity::evaluation::checklist_item;

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
        references: &[Reference::one("auditId", "Audit", "audit"), Reference::many("auditorIds", "User", "auditors")],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
