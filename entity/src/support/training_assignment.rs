//! Who takes which course until when, and how it went (clauses 7.2 c and 7.3).

use crate::{Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where an assignment stands.
    AssignmentState {
        /// To be done.
        Assigned,
        /// Passed.
        Completed,
        /// Not passed, to be repeated.
        Failed,
        /// Not needed, for a reason.
        Waived,
    }
}
word! {
    /// Whether something had the effect it was meant to have.
    TrainingEffect {
        /// Nobody has looked.
        NotEvaluated,
        /// It had.
        Effective,
        /// It had not.
        NotEffective,
    }
}

record! {
    /// One person's assignment to one course.
    table = "training_assignment";
    draft {
        /// The course.
        training_id: Uuid,
        /// Who takes it.
        person_id: Uuid,
        /// The session taken.
        session_id: Option<Uuid>,
        /// By when.
        due_on: NaiveDate,
        /// When it was taken, for what is brought in; otherwise `complete` says so.
        completed_on: Option<NaiveDate>,
        /// Percent reached.
        score: Option<i32>,
    }
    kept {
        /// Where it stands.
        state: AssignmentState,
        /// Who sees to the course.
        training_owner_id: Option<Uuid>,
        /// The last day before the course is taken again; none when it is taken once.
        valid_until: Option<NaiveDate>,
        /// Why it is not needed.
        waived_reason: Option<String>,
        /// Whether it had the effect it was meant to have (7.2 c).
        effectiveness: TrainingEffect,
        /// Who looked.
        evaluated_by: Option<Uuid>,
        /// When.
        evaluated_at: Option<Time>,
    }
}
