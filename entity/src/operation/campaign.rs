//! Assessments of all risks at planned intervals or upon a change (clause 8.2).

use crate::planning::risk::{RiskState, Treatment};
use crate::{Ids, Time, document, record::record, word};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

word! {
    /// Why the risks are assessed.
    CampaignTrigger {
        /// The interval is over.
        Planned,
        /// Something changes.
        Change,
        /// Something happened.
        Incident,
        /// Something was wrong.
        Nonconformity,
        /// The scope changed.
        Scope,
        /// The law changed.
        Law,
    }
}
word! {
    /// Where a campaign stands.
    CampaignState {
        /// To come.
        Planned,
        /// Risks are being assessed.
        InProgress,
        /// With the approver.
        InReview,
        /// Its result is kept.
        Approved,
        /// Given up.
        Cancelled,
    }
}

/// A risk as a campaign keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredRisk {
    /// The risk.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// What it is called.
    pub title: String,
    /// Where it lay.
    pub unit_id: Uuid,
    /// Who owned it.
    pub owner_id: Option<Uuid>,
    /// Where it stood.
    pub state: RiskState,
    /// How it was treated.
    pub treatment: Option<Treatment>,
    /// Level without controls, from 1.
    pub inherent_level: Option<i32>,
    /// Level with the controls of that day.
    pub current_level: Option<i32>,
    /// Level after the treatment.
    pub residual_level: Option<i32>,
    /// Whether it stood above the acceptance criterion.
    pub above_criterion: bool,
    /// When it was rated.
    pub assessed_at: Option<Time>,
    /// Why it was rated so.
    pub rationale: Option<String>,
}

document! {
    /// The register of risks on one day: one row for each.
    RiskRegister: Vec<RegisteredRisk>
}

record! {
    /// One campaign.
    table = "campaign";
    draft {
        /// Short name.
        title: String,
        /// Why it is held.
        #[serde(default)]
        trigger: CampaignTrigger,
        /// What happened, when it is not planned.
        reason: Option<String>,
        /// First day.
        starts_on: NaiveDate,
        /// Last day.
        ends_on: NaiveDate,
        /// Who takes part.
        #[serde(default)]
        participant_ids: Ids,
        /// The accountable person.
        owner_id: Option<Uuid>,
    }
    kept {
        /// Where it stands.
        state: CampaignState,
        /// Everybody who has planned or run it.
        author_ids: Ids,
        /// The methodology in force when it was opened.
        methodology_id: Option<Uuid>,
        /// The scope in force when it was opened.
        scope_id: Option<Uuid>,
        /// The register when it was opened: one row for each risk.
        opening: RiskRegister,
        /// The register when it was closed.
        closing: RiskRegister,
        /// SHA-256 of the closing register; empty before (I-37).
        closing_hash: String,
        /// Whether a risk stood at the top level when the closing register was drawn.
        top_level: bool,
        /// When it was opened.
        opened_at: Option<Time>,
        /// When the closing register was drawn.
        closed_at: Option<Time>,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
    }
}
