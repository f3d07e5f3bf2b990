//! Opportunities for the ISMS (clause 6.1.1).

use crate::{Ids, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What is made of an opportunity.
    OpportunityState {
        /// Seen.
        Identified,
        /// To be taken.
        Planned,
        /// Taken, and its effect evaluated.
        Realised,
        /// Left.
        Dropped,
    }
}

record! {
    /// One opportunity.
    table = "opportunity";
    draft {
        /// Short name.
        title: String,
        /// What it is.
        description: Option<String>,
        /// What it would bring.
        benefit: Option<String>,
        /// Issues that it comes from.
        #[serde(default)]
        issue_ids: Ids,
        /// Requirements that it comes from.
        #[serde(default)]
        requirement_ids: Ids,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// By when it is taken.
        due_on: Option<NaiveDate>,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
        /// What is made of it.
        state: OpportunityState,
        /// Its effect (6.1.1 e 2), or why it was left.
        outcome: Option<String>,
    }
}
