//! Findings of audits, graded, answered and followed up (clauses 9.2 and 10.2).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// How grave a finding is.
    FindingGrade {
        /// As required, worth telling.
        Conformity,
        /// Worth watching.
        Observation,
        /// Better could be done.
        Opportunity,
        /// A minor nonconformity.
        Minor,
        /// A major nonconformity.
        Major,
    }
}
word! {
    /// Where a finding stands.
    FindingState {
        /// With the auditors.
        Draft,
        /// Told.
        Issued,
        /// The auditee agrees.
        Accepted,
        /// The auditee does not.
        Disputed,
        /// What was done about it was checked.
        Verified,
        /// Over.
        Closed,
    }
}

record! {
    /// One finding.
    table = "finding";
    draft {
        /// Short name.
        title: String,
        /// The internal audit that found it.
        audit_id: Option<Uuid>,
        /// Or the certification body's audit (I-83).
        certification_audit_id: Option<Uuid>,
        /// The item that it comes from.
        checklist_item_id: Option<Uuid>,
        /// How grave it is.
        grade: FindingGrade,
        /// What is not met: a clause or control.
        requirement: Option<String>,
        /// What was seen.
        evidence: Option<String>,
        /// What is missing.
        gap: Option<String>,
        /// Controls concerned.
        #[serde(default)]
        control_ids: Ids,
        /// Who answers for it.
        auditee_id: Option<Uuid>,
        /// By when they answer.
        respond_by: Option<NaiveDate>,
    }
    kept {
        /// Where it stands.
        state: FindingState,
        /// Who found it.
        auditor_ids: Ids,
        /// Who leads the audit.
        lead_id: Option<Uuid>,
        /// What the auditee says.
        response: Option<String>,
        /// What was decided on a dispute, or checked at the end.
        decision: Option<String>,
        /// When it was told.
        issued_at: Option<Time>,
        /// Who checked.
        verified_by: Option<Uuid>,
        /// When.
        verified_at: Option<Time>,
    }
}
