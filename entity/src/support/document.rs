//! Documented information: policies, procedures, plans, records and documents from outside (clauses 5.2 and 7.5).

use crate::{Ids, Time, Words, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What a document is.
    DocumentKind {
        /// The information security policy (5.2).
        Policy,
        /// A policy on one topic (A.5.1).
        TopicPolicy,
        /// How something is done (A.5.37).
        Procedure,
        /// What must be met.
        Standard,
        /// What helps.
        Guideline,
        /// What will be done.
        Plan,
        /// What is filled in.
        Template,
        /// What has happened.
        Record,
        /// From outside (7.5.3).
        External,
    }
}
word! {
    /// Whether a document is in use.
    DocumentState {
        /// In use.
        Active,
        /// Taken out of use.
        Withdrawn,
    }
}

word! {
    /// What a review of a document found.
    DocumentReview {
        /// It holds as it is.
        Confirmed,
        /// It needs a new version.
        Revise,
        /// It is not needed any more.
        Withdraw,
    }
}

record! {
    /// One document; its content stands in versions.
    table = "document";
    draft {
        /// What it is called.
        title: String,
        /// What it is.
        kind: DocumentKind,
        /// What it is about.
        description: Option<String>,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// What it fulfils: clauses (`5.2`) and controls (`A.5.1`).
        #[serde(default)]
        requirements: Words,
        /// Controls that it describes.
        #[serde(default)]
        control_ids: Ids,
        /// Who may have it.
        #[serde(default)]
        classification: crate::planning::asset::Classification,
        /// Units whose people it is for; its own unit unless given.
        #[serde(default)]
        audience_ids: Ids,
        /// Whether each reader acknowledges it.
        #[serde(default)]
        acknowledgement_required: bool,
        /// Days to do so, from publication.
        #[serde(default = "crate::fortnight")]
        acknowledge_within_days: i32,
        /// Months between reviews.
        #[serde(default = "crate::yearly")]
        review_months: i32,
        /// Months that its versions are kept after they were replaced.
        retention_months: Option<i32>,
        /// Who issues it, when it is from outside.
        issuer: Option<String>,
        /// Which edition of it counts, when it is from outside.
        issued_edition: Option<String>,
    }
    kept {
        /// Whether it is in use.
        state: DocumentState,
        /// When it is reviewed next.
        review_on: Option<NaiveDate>,
        /// When it was reviewed last.
        reviewed_at: Option<Time>,
        /// What that found.
        review_outcome: Option<DocumentReview>,
        /// What was said about it.
        review_note: Option<String>,
        /// Units that its published versions are published to.
        published_to_ids: Ids,
        /// Why it was withdrawn.
        withdrawn_reason: Option<String>,
    }
}
