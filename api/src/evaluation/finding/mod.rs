//! Findings of audits, graded, answered and followed up (clauses 9.2 and 10.2).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::evaluation::finding;

/// A finding.
pub struct Finding;

impl Resource for Finding {
    record_of!(finding, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Finding",
        policy_type: "Finding",
        plural: "findings",
        noun: "finding",
        table: "finding",
        prefix: "FND",
        clause: "9 Evaluation",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[
            Reference::one("auditId", "Audit", "audit"),
            Reference::one("certificationAuditId", "CertificationAudit", "certificationAudit"),
            Reference::one("checklistItemId", "ChecklistItem", "checklistItem"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::one("auditeeId", "User", "auditee"),
            Reference::many("auditorIds", "User", "auditors"),
        ],
        search: &["title"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &finding::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
