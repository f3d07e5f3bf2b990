//! Exceptions to policies and controls, each with its risk and its end (control A.5.36).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where an exception stands.
    ExceptionState {
        /// Being written.
        Draft,
        /// With the approver.
        InReview,
        /// It holds.
        Approved,
        /// Refused.
        Rejected,
        /// Taken back.
        Revoked,
        /// Not needed any more.
        Closed,
    }
}

record! {
    /// One exception.
    table = "exception";
    draft {
        /// Short name.
        title: String,
        /// The control that is not followed.
        control_id: Option<Uuid>,
        /// The policy that is not followed.
        document_id: Option<Uuid>,
        /// The supplier that is used without what its use takes (I-72).
        supplier_id: Option<Uuid>,
        /// Which part of it.
        provision: Option<String>,
        /// Why.
        reason: String,
        /// The risk that comes of it.
        risk_id: Uuid,
        /// Controls that make up for it.
        #[serde(default)]
        compensating_control_ids: Ids,
        /// First day.
        starts_on: NaiveDate,
        /// Last day.
        expires_on: NaiveDate,
        /// Who asks for it and answers for it.
        owner_id: Option<Uuid>,
    }
    kept {
        /// Where it stands.
        state: ExceptionState,
        /// Everybody who has written it.
        author_ids: Ids,
        /// Conditions, or why it was refused or taken back.
        decision: Option<String>,
        /// Whether its risk is above the criterion.
        above_criterion: bool,
        /// Hash of the content that its risk had when it was approved.
        risk_hash: Option<String>,
        /// Who decided.
        decided_by: Option<Uuid>,
        /// When.
        decided_at: Option<Time>,
    }
}
