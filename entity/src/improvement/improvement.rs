//! Ideas to make the ISMS better, and what came of them (clause 10.1).

use crate::{Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where an idea comes from.
    ImprovementSource {
        /// Somebody's idea.
        Suggestion,
        /// An audit.
        Audit,
        /// A review.
        Review,
        /// An incident.
        Incident,
        /// A metric.
        Metric,
        /// A nonconformity.
        Nonconformity,
    }
}
word! {
    /// What became of an idea.
    ImprovementState {
        /// Told.
        Proposed,
        /// It will be done.
        Accepted,
        /// It was done.
        Implemented,
        /// It will not.
        Rejected,
    }
}

record! {
    /// One idea.
    table = "improvement";
    draft {
        /// Short name.
        title: String,
        /// What would be better.
        idea: Option<String>,
        /// Where it comes from.
        #[serde(default)]
        source: ImprovementSource,
        /// What it would bring.
        benefit: Option<String>,
        /// The finding that it comes from.
        finding_id: Option<Uuid>,
        /// Who sees to it.
        owner_id: Option<Uuid>,
        /// By when.
        due_on: Option<NaiveDate>,
    }
    kept {
        /// What became of it.
        state: ImprovementState,
        /// What it brought, or why it was left.
        outcome: Option<String>,
        /// When it was done.
        implemented_at: Option<Time>,
        /// Who decided.
        decided_by: Option<Uuid>,
        /// When.
        decided_at: Option<Time>,
    }
}
