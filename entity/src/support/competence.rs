//! What somebody is able to do, and what proves it (clause 7.2 b and d).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What a competence rests on.
    CompetenceBasis {
        /// Schooling.
        Education,
        /// A course.
        Training,
        /// Work.
        Experience,
        /// A certificate.
        Certificate,
    }
}
word! {
    /// Whether it is confirmed.
    CompetenceState {
        /// Told.
        Claimed,
        /// Confirmed by somebody else.
        Confirmed,
    }
}

record! {
    /// One competence of one person.
    table = "competence";
    draft {
        /// Whose it is.
        person_id: Uuid,
        /// What it fulfils.
        requirement_id: Uuid,
        /// How well: 1 to 4 as in the requirement.
        #[serde(default = "crate::some")]
        level: i32,
        /// What it rests on.
        #[serde(default)]
        basis: CompetenceBasis,
        /// What proves it; no contents of personal files (I-76).
        evidence: Option<String>,
        /// Its last day.
        valid_until: Option<NaiveDate>,
    }
    kept {
        /// Everybody who has written any of it (I-02).
        author_ids: Ids,
        /// Whether it is confirmed.
        state: CompetenceState,
        /// Who confirmed it.
        confirmed_by: Option<Uuid>,
        /// When.
        confirmed_at: Option<Time>,
    }
}
