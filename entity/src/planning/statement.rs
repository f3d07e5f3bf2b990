//! The Statement of Applicability in versions (clause 6.1.3 d).

use crate::planning::control::{Applicability, ControlOrigin, ControlStatus, ControlTheme};
use crate::{Time, document, record::record, word};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
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

/// What the statement says of one control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementEntry {
    /// The control.
    pub control_id: Uuid,
    /// `A.5.1`, or the code of an own control.
    pub code: String,
    /// Short title.
    pub title: String,
    /// Theme.
    pub theme: ControlTheme,
    /// Annex A or own.
    pub origin: ControlOrigin,
    /// Applies, excluded or undecided.
    pub applicability: Applicability,
    /// Why: `risk`, `legal`, `contract`, `business`, `bestPractice`.
    pub reasons: Vec<String>,
    /// Why, in words.
    pub justification: String,
    /// How far it is implemented.
    pub status: ControlStatus,
    /// How the organisation does it.
    pub description: String,
    /// The accountable person.
    pub owner_id: Option<Uuid>,
    /// References of the risks that rest on it or choose it.
    pub risks: Vec<String>,
    /// References of the accepted evidence that counts for it and is not for few.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// By when it is to be implemented.
    pub target_on: Option<chrono::NaiveDate>,
}

document! {
    /// One entry for each control.
    StatementEntries: Vec<StatementEntry>
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
        entries: StatementEntries,
        /// SHA-256 of `entries` as canonical JSON, hexadecimal.
        content_hash: String,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
    }
}
