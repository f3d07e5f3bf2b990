//! Exercises of continuity and restores of backups (controls A.5.29, A.5.30 and A.8.13).

use crate::{Ids, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What is exercised.
    ExerciseKind {
        /// Bringing data back.
        Restore,
        /// Talking it through.
        Tabletop,
        /// Going over to a second system.
        Failover,
        /// Everything.
        Full,
    }
}
word! {
    /// Whether it took place.
    ExerciseState {
        /// To come.
        Planned,
        /// It took place.
        Held,
        /// It did not.
        Cancelled,
    }
}

record! {
    /// One exercise.
    table = "continuity_exercise";
    draft {
        /// Short name.
        title: String,
        /// What is exercised.
        #[serde(default)]
        kind: ExerciseKind,
        /// Assets that are brought back.
        #[serde(default)]
        asset_ids: Ids,
        /// The day.
        planned_on: NaiveDate,
        /// Minutes within which they must be back.
        rto_target_minutes: Option<i32>,
        /// Minutes of data that may be lost.
        rpo_target_minutes: Option<i32>,
        /// The accountable person.
        owner_id: Option<Uuid>,
    }
    kept {
        /// Whether it took place.
        state: ExerciseState,
        /// When it took place.
        held_on: Option<NaiveDate>,
        /// Minutes that it took.
        rto_minutes: Option<i32>,
        /// Minutes of data that were lost.
        rpo_minutes: Option<i32>,
        /// Whether both targets were met.
        met: Option<bool>,
        /// What was seen.
        result: Option<String>,
    }
}
