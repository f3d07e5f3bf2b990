//! Findings of audits, graded, answered and followed up (clauses 9.2 and 10.2).

mod acts;

pub use acts::{Accept, Close, Decide, Dispute, Issue, Verify};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::evaluation::audit::Audit;
use crate::resource::{Error, Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::{Query, Test};
use isms_entity::evaluation::finding::{self, FindingGrade, FindingState};
use isms_entity::{Common, Recorded};

/// A finding.
pub struct Finding;

impl Resource for Finding {
    record_of!(finding, NothingComputed; Issue, Accept, Dispute, Decide, Verify, Close);

    const SPEC: Spec = Spec {
        name: "Finding",
        policy_type: "Finding",
        plural: "findings",
        noun: "finding",
        table: "finding",
        prefix: "FND",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::optional("auditee", "auditee_id", Kind::Entity("User")),
            Attribute::new("auditors", "auditor_ids", Kind::Entities("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
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
        editable_in: &["draft", "issued"],
        ..Spec::PLAIN
    };

    fn state(row: &finding::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&finding::Model>, row: &mut finding::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        let one = row.audit_id.is_some() != row.certification_audit_id.is_some();
        faults.when(!one, "auditId", "is given, or else certificationAuditId");
        if matches!(row.grade, FindingGrade::Minor | FindingGrade::Major) {
            faults.told("requirement", row.requirement.as_ref(), "what is not met (I-55)");
            faults.told("evidence", row.evidence.as_ref(), "what was seen (I-55)");
            faults.told("gap", row.gap.as_ref(), "what is missing (I-55)");
        }
        if let Some(old) = old.filter(|old| old.certification_audit_id.is_some()) {
            let words = |r: &finding::Model| (r.grade, r.title.clone(), r.evidence.clone(), r.requirement.clone());
            faults.when(words(old) != words(row), "grade", "the body's wording and grade stay (I-83)");
        }
        faults.settle()?;
        if let (None, Some(audit)) = (old, row.audit_id) {
            let audit = caller.for_rules::<Audit>(&Query::of([Test::is("id", audit)])).await?.pop();
            let Some(audit) = audit else { return Err(Error::field("/auditId", "there is no such audit")) };
            row.auditor_ids = audit.auditor_ids;
            row.set_common(Common { unit_id: audit.unit_id, ..row.common() });
        } else if old.is_none() {
            // What the certification body reports is told already.
            row.state = FindingState::Issued;
            row.issued_at = Some(caller.now());
        }
        Ok(())
    }
}
