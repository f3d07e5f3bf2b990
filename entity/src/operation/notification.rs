//! Notices of incidents that are due by law or contract, with the clock that runs.

use crate::{Ids, Time, record::record, word};
use uuid::Uuid;

word! {
    /// Whether a notice was given.
    NotificationState {
        /// Not yet.
        Pending,
        /// It was.
        Sent,
        /// It need not be, for a reason (I-68).
        NotRequired,
    }
}

record! {
    /// One notice about one incident under one rule; made by the service.
    table = "notification";
    draft {
        /// What is to be remembered.
        note: Option<String>,
    }
    kept {
        /// What is told.
        title: String,
        /// The incident.
        incident_id: Uuid,
        /// The rule.
        rule_id: Uuid,
        /// Who is told.
        recipient: String,
        /// When the clock runs out; none while the stage before is open.
        due_at: Option<Time>,
        /// Whether it was given.
        state: NotificationState,
        /// When.
        sent_at: Option<Time>,
        /// What proves it.
        receipt: Option<String>,
        /// Why it was late, or not needed.
        reason: Option<String>,
        /// Who decided.
        decided_by: Option<Uuid>,
        /// When that was written down (I-06).
        decided_at: Option<Time>,
        /// As the incident.
        confidential: bool,
        /// As the incident, its manager among them.
        team_ids: Ids,
    }
}
