//! Findings of audits, graded, answered and followed up (clauses 9.2 and 10.2). Those of the certification body stand as
//! the body wrote them (I-83).

mod acts;
mod settle;

pub use acts::{Accept, Close, DecideDispute, Dispute, Issue, Verify, issue};

use crate::caller::Caller;
use crate::resource::{Computed, Lateness, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::evaluation::finding;

/// A finding.
pub struct Finding;

impl Resource for Finding {
    record_of!(finding, Lateness; Issue, Accept, Dispute, DecideDispute, Verify, Close);

    const SPEC: Spec = Spec {
        name: "Finding",
        policy_type: "Finding",
        plural: "findings",
        noun: "finding",
        table: "finding",
        prefix: "FND",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("external", "certification_audit_id", Kind::Presence),
            Attribute::optional("lead", "lead_id", Kind::Entity("User")),
            Attribute::optional("auditee", "auditee_id", Kind::Entity("User")),
            Attribute::new("auditors", "auditor_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::one("auditId", "Audit", "audit"),
            Reference::one("certificationAuditId", "CertificationAudit", "certificationAudit"),
            Reference::one("checklistItemId", "ChecklistItem", "checklistItem"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::one("auditeeId", "User", "auditee"),
            Reference::many("auditorIds", "User", "auditors").copied(),
            Reference::one("leadId", "User", "lead").copied(),
        ],
        search: &["title"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" = 'issued' AND {self}.\"respond_by\" IS NOT NULL AND {self}.\"respond_by\" < {today})",
        }],
        acts: Self::ACTS,
        editable_in: &["draft", "issued"],
        ..Spec::PLAIN
    };

    fn state(row: &finding::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&finding::Model>, row: &mut finding::Model) -> Outcome<()> {
        settle::settle(caller, old, row).await
    }
}
