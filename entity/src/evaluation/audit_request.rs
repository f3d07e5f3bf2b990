//! What an external auditor asks to see, and what they are given (request list; ISO 19011, 6.4).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where a request stands.
    AuditRequestState {
        /// To be answered.
        Open,
        /// Answered; the auditor has yet to say whether it will do.
        Answered,
        /// It did.
        Accepted,
        /// No longer asked.
        Withdrawn,
    }
}

record! {
    /// One request of an auditor.
    table = "audit_request";
    draft {
        /// What is asked, in short.
        title: String,
        /// What is asked, in full.
        description: Option<String>,
        /// The clause or control that it is about.
        clause: Option<String>,
        /// By when.
        due_on: Option<NaiveDate>,
    }
    kept {
        /// The engagement.
        engagement_id: Uuid,
        /// Where it stands.
        state: AuditRequestState,
        /// Who is to answer.
        owner_id: Option<Uuid>,
        /// The answer.
        answer: Option<String>,
        /// Evidence that answers it.
        evidence_ids: Ids,
        /// Versions of documents that answer it.
        document_version_ids: Ids,
        /// Risks that answer it.
        risk_ids: Ids,
        /// Controls that answer it.
        control_ids: Ids,
        /// Incidents that answer it.
        incident_ids: Ids,
        /// Who answered.
        answered_by: Option<Uuid>,
        /// When.
        answered_at: Option<Time>,
        /// Why the last answer did not do.
        remark: Option<String>,
        /// How often it was asked again.
        rounds: i32,
        /// When the auditor accepted the answer.
        accepted_at: Option<Time>,
    }
}
