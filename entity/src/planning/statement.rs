//! The Statement of Applicability in versions (clause 6.1.3 d).

use crate::{Json, Time, record::record, word};
use uuid::Uuid;

word! {
    /// Where a version stands.
    StatementState {
        /// Waits for management.
        InReview,
        /// In force.
        Approved,
        /// Replaced by a later version.
        Superseded,
        /// Sent back.
        Rejected,
    }
}

record! {
    /// One version.
    table = "statement";
    draft {
        /// What it is called.
        title: String,
        /// What the version covers.
        scope: Option<String>,
        /// What has changed since the version before.
        change_summary: Option<String>,
    }
    kept {
        /// Where it stands.
        state: StatementState,
        /// Which version it is, from 1.
        edition: i32,
        /// One entry for each control, frozen when the version was made.
        entries: Json,
        /// SHA-256 of `entries` as canonical JSON, hexadecimal.
        content_hash: String,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
    }
}
