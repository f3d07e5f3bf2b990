//! Reviews of the ISMS by top management (clause 9.3).

use crate::{Ids, Json, Time, Words, record::record, word};
use chrono::NaiveDate;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

word! {
    /// Where a review stands.
    ReviewState {
        /// To come.
        Planned,
        /// Its inputs are frozen.
        Compiled,
        /// It took place.
        Held,
        /// Its minutes are with the chair.
        InReview,
        /// Its minutes are approved.
        Approved,
    }
}
word! {
    /// What a decision is about.
    DecisionKind {
        /// Nothing, for a reason.
        None,
        /// An improvement (9.3.3).
        Improvement,
        /// A change of the ISMS (9.3.3).
        IsmsChange,
        /// Means.
        Resource,
        /// An objective.
        Objective,
        /// The policy.
        Policy,
        /// A risk.
        Risk,
    }
}

/// One decision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewDecision {
    /// What it is about.
    pub kind: DecisionKind,
    /// What was decided.
    pub text: String,
    /// Who carries it out.
    pub owner_id: Option<Uuid>,
    /// By when.
    pub due_on: Option<NaiveDate>,
    /// The action that it became, which the service names.
    pub action_id: Option<Uuid>,
}

/// What was decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct Decisions(pub Vec<ReviewDecision>);

/// One input of 9.3.2.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewInput {
    /// `a` to `g`, with `d1` to `d4`.
    pub letter: String,
    /// What it is about.
    pub title: String,
    /// When it was drawn.
    pub as_of: Time,
    /// Whether there was nothing in the period.
    #[serde(default)]
    pub none: bool,
    /// Figures by name.
    pub figures: Json,
    /// References of the records that show it.
    pub records: Words,
    /// What the readers made of it.
    pub comment: Option<String>,
}

/// The inputs of 9.3.2, each frozen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct ReviewInputs(pub Vec<ReviewInput>);

record! {
    /// One review.
    table = "management_review";
    draft {
        /// Short name.
        title: String,
        /// The day.
        planned_on: NaiveDate,
        /// First day of the period reviewed.
        period_from: NaiveDate,
        /// Last day.
        period_to: NaiveDate,
        /// Who chairs: top management (I-64).
        chair_id: Uuid,
        /// Who takes part.
        #[serde(default)]
        attendee_ids: Ids,
        /// What was said.
        minutes: Option<String>,
        /// Whether the ISMS is suitable.
        suitable: Option<bool>,
        /// Whether it is adequate.
        adequate: Option<bool>,
        /// Whether it is effective.
        effective: Option<bool>,
        /// Why.
        conclusion: Option<String>,
        /// What was decided (9.3.3).
        #[serde(default)]
        decisions: Decisions,
    }
    kept {
        /// Where it stands.
        state: ReviewState,
        /// The inputs of 9.3.2.
        inputs: ReviewInputs,
        /// SHA-256 of the inputs; empty before.
        inputs_hash: String,
        /// When they were drawn.
        compiled_at: Option<Time>,
        /// When it took place.
        held_on: Option<NaiveDate>,
        /// SHA-256 of what was approved; empty before (I-65).
        content_hash: String,
        /// Who approved the minutes.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
    }
}
