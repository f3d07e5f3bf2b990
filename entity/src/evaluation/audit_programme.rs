//! The programme of internal audits (clause 9.2.2).

use crate::{Ids, Time, Words, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where a programme stands.
    ProgrammeState {
        /// Being written.
        Draft,
        /// In force.
        Approved,
        /// Replaced by a later one.
        Superseded,
    }
}

record! {
    /// One edition of the programme.
    table = "audit_programme";
    draft {
        /// Short name.
        title: String,
        /// First day of the cycle.
        starts_on: NaiveDate,
        /// Last day, three years on at most.
        ends_on: NaiveDate,
        /// What the audits are to tell.
        objectives: Option<String>,
        /// How importance and past results set what is audited when.
        risk_basis: Option<String>,
        /// How audits are held: `onsite`, `remote`.
        #[serde(default)]
        methods: Words,
        /// Who manages it.
        owner_id: Option<Uuid>,
    }
    kept {
        /// Everybody who has written any of it (I-02).
        author_ids: Ids,
        /// Where it stands.
        state: ProgrammeState,
        /// Number of the edition, from 1.
        edition: i32,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
    }
}
