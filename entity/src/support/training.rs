//! Courses that give competence or awareness (clauses 7.2 c and 7.3, control A.6.3).

use crate::{Ids, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What a course is for.
    TrainingKind {
        /// For everyone.
        Awareness,
        /// For a role.
        Role,
        /// For a technique.
        Technical,
    }
}

record! {
    /// One course.
    table = "training";
    draft {
        /// What it is called.
        title: String,
        /// What it is for.
        #[serde(default)]
        kind: TrainingKind,
        /// What is taught.
        description: Option<String>,
        /// Units whose people take it.
        #[serde(default)]
        audience_ids: Ids,
        /// Competences that it gives.
        #[serde(default)]
        requirement_ids: Ids,
        /// Months after which it is taken again.
        every_months: Option<i32>,
        /// Percent that passes.
        pass_mark: Option<i32>,
        /// Who sees to it.
        owner_id: Option<Uuid>,
        /// When its content is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
    }
}
