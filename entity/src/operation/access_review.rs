//! Reviews of who may do what in a system, this one or another (control A.5.18).

use crate::{Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where a review stands.
    AccessReviewState {
        /// To come.
        Planned,
        /// The rights are listed and being decided on.
        Open,
        /// Every right was decided on.
        Completed,
    }
}

record! {
    /// One review.
    table = "access_review";
    draft {
        /// Short name.
        title: String,
        /// The system whose rights are looked at; the ISMS itself unless given.
        asset_id: Option<Uuid>,
        /// Who decides on each right.
        reviewer_id: Uuid,
        /// By when.
        due_on: NaiveDate,
    }
    kept {
        /// Where it stands.
        state: AccessReviewState,
        /// When the rights were listed.
        opened_at: Option<Time>,
        /// When it was completed.
        completed_at: Option<Time>,
        /// What it showed.
        conclusion: Option<String>,
    }
}
