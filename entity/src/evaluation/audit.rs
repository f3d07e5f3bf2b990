//! Internal audits (clause 9.2).

use crate::{Ids, Time, Words, document, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What is audited.
    AuditKind {
        /// The ISMS.
        Internal,
        /// A supplier.
        Supplier,
        /// One matter.
        Special,
    }
}
word! {
    /// Where an audit stands.
    AuditState {
        /// To come.
        Planned,
        /// The auditees know.
        Announced,
        /// Under way.
        InProgress,
        /// Its report is issued.
        Reported,
        /// All findings are closed.
        Closed,
        /// Given up.
        Cancelled,
    }
}

document! {
    /// The report of an audit: nothing before it is issued.
    IssuedReport: Option<Object>
}

record! {
    /// One audit.
    table = "audit";
    draft {
        /// Short name.
        title: String,
        /// What is audited.
        #[serde(default)]
        kind: AuditKind,
        /// The programme it belongs to.
        programme_id: Option<Uuid>,
        /// What is audited against (9.2.2 a).
        criteria: Option<String>,
        /// What is looked at (9.2.2 a).
        scope: Option<String>,
        /// Clauses covered, such as `6.1.2`.
        #[serde(default)]
        clauses: Words,
        /// Controls covered.
        #[serde(default)]
        control_ids: Ids,
        /// Units covered.
        #[serde(default)]
        unit_ids: Ids,
        /// The supplier, when one is audited.
        supplier_id: Option<Uuid>,
        /// Who leads.
        lead_id: Uuid,
        /// Who audits along.
        #[serde(default)]
        team_ids: Ids,
        /// Who is asked.
        #[serde(default)]
        auditee_ids: Ids,
        /// How it is held.
        method: Option<String>,
        /// What happens when.
        plan: Option<String>,
        /// First day.
        planned_from: NaiveDate,
        /// Last day.
        planned_to: NaiveDate,
    }
    kept {
        /// Where it stands.
        state: AuditState,
        /// Lead and team.
        auditor_ids: Ids,
        /// What the audit concludes.
        conclusion: Option<String>,
        /// The report as it was issued: plan, coverage, checklist and findings.
        report: IssuedReport,
        /// SHA-256 of the report; empty before (I-01).
        report_hash: String,
        /// Who the report went to (9.2.2 c).
        distribution_ids: Ids,
        /// Who issued it.
        issued_by: Option<Uuid>,
        /// When.
        issued_at: Option<Time>,
        /// Why it was given up.
        cancelled_reason: Option<String>,
    }
}
