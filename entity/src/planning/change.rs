//! Changes of the ISMS, and of what it protects, made in a planned way (clauses 6.3 and 8.1, control A.8.32).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What is changed.
    ChangeKind {
        /// The ISMS itself (6.3).
        Isms,
        /// A system or procedure.
        Operational,
        /// Something new.
        Project,
    }
}
word! {
    /// Where a change stands.
    ChangeState {
        /// Asked for.
        Proposed,
        /// Its consequences are known.
        Assessed,
        /// It may begin.
        Approved,
        /// Under way.
        Implementing,
        /// Done, and looked at.
        Reviewed,
        /// Over.
        Closed,
        /// Refused.
        Rejected,
        /// Undone.
        BackedOut,
    }
}

record! {
    /// One change.
    table = "change";
    draft {
        /// Short name.
        title: String,
        /// What is changed.
        #[serde(default)]
        kind: ChangeKind,
        /// What is to be different.
        description: Option<String>,
        /// Why (6.3).
        purpose: Option<String>,
        /// What else it brings.
        consequences: Option<String>,
        /// How the ISMS stays whole meanwhile.
        integrity: Option<String>,
        /// What it takes.
        resources: Option<String>,
        /// Who answers for what.
        responsibilities: Option<String>,
        /// What it does to risks.
        risk_impact: Option<String>,
        /// Whether it cannot wait; it is approved within two days after (I-78).
        #[serde(default)]
        emergency: bool,
        /// Risks that it touches.
        #[serde(default)]
        risk_ids: Ids,
        /// Assets that it touches.
        #[serde(default)]
        asset_ids: Ids,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// When it begins.
        starts_on: Option<NaiveDate>,
        /// When it is done.
        due_on: Option<NaiveDate>,
    }
    kept {
        /// Everybody who has written any of it (I-02).
        author_ids: Ids,
        /// Where it stands.
        state: ChangeState,
        /// Why it was approved, refused or undone.
        decision: Option<String>,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
        /// When it began.
        started_at: Option<Time>,
        /// What the look back found.
        review_result: Option<String>,
    }
}
