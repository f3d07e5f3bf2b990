//! Treatment plans, approved by the owner of each risk in them (clause 6.1.3 e and f).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

word! {
    /// Where a plan stands.
    PlanState {
        /// Being written.
        Draft,
        /// Waits for the risk owners.
        InReview,
        /// Approved; being carried out.
        Approved,
        /// Carried out.
        Completed,
        /// Given up or replaced.
        Superseded,
    }
}

/// One risk owner's approval of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanApproval {
    /// The risk owner.
    pub user_id: Uuid,
    /// When, RFC 3339.
    pub at: chrono::DateTime<chrono::Utc>,
}

/// The approvals given so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct PlanApprovals(pub Vec<PlanApproval>);

record! {
    /// One plan.
    table = "treatment_plan";
    draft {
        /// Short name.
        title: String,
        /// What is done and why this way.
        summary: Option<String>,
        /// Risks that it treats.
        #[serde(default)]
        risk_ids: Ids,
        /// When all of it is to be done.
        due_on: Option<NaiveDate>,
    }
    kept {
        /// Where it stands.
        state: PlanState,
        /// The owners of its risks when it was submitted; each has to approve.
        risk_owner_ids: Ids,
        /// Approvals given so far.
        approvals: PlanApprovals,
        /// When the last owner approved.
        approved_at: Option<Time>,
    }
}
