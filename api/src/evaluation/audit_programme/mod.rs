//! The programme of internal audits (clause 9.2.2).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::evaluation::audit_programme;

/// An audit programme.
pub struct AuditProgramme;

impl Resource for AuditProgramme {
    record_of!(audit_programme, NothingComputed);

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
        ],
        references: &[Reference::one("ownerId", "User", "owner")],
        search: &["title"],
        sorts: &["edition"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &audit_programme::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
