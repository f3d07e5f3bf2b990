//! Dates on which a course is held (clause 7.3).

use crate::{record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Whether it took place.
    SessionState {
        /// To come.
        Planned,
        /// It took place.
        Held,
        /// It did not.
        Cancelled,
    }
}

record! {
    /// One session of one course.
    table = "training_session";
    draft {
        /// The course.
        training_id: Uuid,
        /// What it is called.
        title: String,
        /// The day.
        held_on: NaiveDate,
        /// Who teaches.
        trainer: Option<String>,
        /// Where.
        place: Option<String>,
        /// What happened.
        notes: Option<String>,
    }
    kept {
        /// Whether it took place.
        state: SessionState,
        /// Who sees to the course.
        training_owner_id: Option<Uuid>,
    }
}
