//! Whether climate change is a relevant issue (clause 4.1, Amendment 1:2024).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where a determination stands.
    DeterminationState {
        /// Being written.
        Draft,
        /// Decided by management.
        Approved,
        /// Replaced by a later one.
        Superseded,
    }
}

record! {
    /// One determination.
    table = "climate_determination";
    draft {
        /// Whether climate change is a relevant issue.
        relevant: bool,
        /// Why, or why not.
        rationale: String,
        /// Issues that follow from it.
        #[serde(default)]
        issue_ids: Ids,
        /// Risks that follow from it.
        #[serde(default)]
        risk_ids: Ids,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
        /// Everybody who has written any of it (I-02).
        author_ids: Ids,
        /// Where it stands.
        state: DeterminationState,
        /// Number of the determination, from 1.
        edition: i32,
        /// Who decided.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
    }
}
