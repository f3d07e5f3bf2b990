//! What auditors look at, and what they found (clause 9.2).

use crate::{Ids, Time, Words, record::record, word};
use uuid::Uuid;

word! {
    /// What was found.
    ChecklistResult {
        /// Nobody has looked.
        NotChecked,
        /// As required.
        Conform,
        /// Not as required.
        Nonconform,
        /// Better could be done.
        Opportunity,
        /// It does not matter here.
        NotApplicable,
    }
}

record! {
    /// One item of one audit's checklist.
    table = "checklist_item";
    draft {
        /// The audit.
        audit_id: Uuid,
        /// What is asked for: a clause (`6.1.2`) or a control (`A.5.9`).
        requirement: String,
        /// What is asked.
        question: String,
        /// How.
        #[serde(default)]
        method: crate::operation::control_test::TestMethod,
        /// What the sample is drawn from.
        population: Option<String>,
        /// How many are looked at.
        sample_size: Option<i32>,
        /// What the sample was drawn with (I-58).
        seed: Option<String>,
        /// What was found.
        #[serde(default)]
        result: ChecklistResult,
        /// What was seen.
        evidence: Option<String>,
        /// The auditors' own notes.
        notes: Option<String>,
    }
    kept {
        /// Lead and team of the audit.
        auditor_ids: Ids,
        /// References of what was drawn (I-58).
        drawn: Words,
        /// How many it was drawn from.
        drawn_from: Option<i32>,
        /// When, so that it can be drawn again as of then.
        drawn_at: Option<Time>,
        /// Who looked.
        checked_by: Option<Uuid>,
        /// When.
        checked_at: Option<Time>,
    }
}
