//! Acceptances of residual risk, each for one exact state of one risk (clause 6.1.3 f).

use crate::{Json, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where an acceptance stands; expiry and staleness are computed when it is read (I-08).
    AcceptanceState {
        /// Waits for a decision.
        Requested,
        /// Accepted.
        Accepted,
        /// Rejected.
        Rejected,
        /// Taken back.
        Revoked,
        /// Replaced by a later one.
        Superseded,
    }
}

record! {
    /// One acceptance.
    table = "acceptance";
    draft {
        /// The risk.
        risk_id: Uuid,
        /// Why it is accepted.
        justification: String,
        /// Under which conditions.
        conditions: Option<String>,
        /// Last day that it holds.
        expires_on: NaiveDate,
    }
    kept {
        /// Where it stands.
        state: AcceptanceState,
        /// Owner of the risk when it was requested.
        risk_owner_id: Uuid,
        /// Level accepted, from 1.
        level: i32,
        /// Whether that level is above the criterion, so that management decides (I-38).
        above_criterion: bool,
        /// The methodology version of the level.
        methodology_id: Uuid,
        /// Hash of the risk's content that is accepted.
        risk_hash: String,
        /// The exact state accepted: the risk, its controls and the methodology.
        frozen: Json,
        /// SHA-256 of `frozen` as canonical JSON, hexadecimal.
        frozen_hash: String,
        /// Who decided.
        decided_by: Option<Uuid>,
        /// When.
        decided_at: Option<Time>,
        /// Why it was rejected or revoked.
        decision_reason: Option<String>,
    }
}
