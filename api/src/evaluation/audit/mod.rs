//! Internal audits (clause 9.2).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::evaluation::audit;

/// An audit.
pub struct Audit;

impl Resource for Audit {
    record_of!(audit, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Audit",
        policy_type: "Audit",
        plural: "audits",
        noun: "audit",
        table: "audit",
        prefix: "AUD",
        clause: "9 Evaluation",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[
            Reference::one("programmeId", "AuditProgramme", "programme"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("unitIds", "Unit", "units"),
            Reference::one("supplierId", "Supplier", "supplier"),
            Reference::one("leadId", "User", "lead"),
            Reference::many("teamIds", "User", "teams"),
            Reference::many("auditeeIds", "User", "auditees"),
            Reference::many("auditorIds", "User", "auditors"),
            Reference::many("distributionIds", "User", "distributions"),
        ],
        search: &["title"],
        sorts: &["plannedFrom"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &audit::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
