//! Information security objectives and the plan to reach them (clause 6.2).

use crate::{Figure, Ids, Time, record::record, word};
use chrono::NaiveDate;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

word! {
    /// How a value stands to its target.
    Comparator {
        /// As high, or higher.
        AtLeast,
        /// As low, or lower.
        AtMost,
        /// The same.
        Equal,
    }
}
word! {
    /// Where an objective stands.
    ObjectiveState {
        /// Being written.
        Draft,
        /// Approved and pursued.
        Approved,
        /// Reached.
        Achieved,
        /// Not reached in time.
        Missed,
        /// Given up.
        Cancelled,
    }
}
word! {
    /// How an evaluation sees an objective.
    ObjectiveVerdict {
        /// It will be reached.
        OnTrack,
        /// It may not.
        AtRisk,
        /// It was not.
        Missed,
        /// It was.
        Achieved,
    }
}

/// One evaluation of an objective (6.2 d).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectiveEvaluation {
    /// The day.
    pub on: NaiveDate,
    /// The value then.
    pub value: Option<Figure>,
    /// What it means.
    pub verdict: ObjectiveVerdict,
    /// In words.
    pub comment: Option<String>,
    /// Who evaluated.
    pub by: Uuid,
}

/// Evaluations, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct ObjectiveEvaluations(pub Vec<ObjectiveEvaluation>);

record! {
    /// One objective.
    table = "objective";
    draft {
        /// Short name.
        title: String,
        /// What is to be reached.
        statement: Option<String>,
        /// Who is responsible (6.2 j).
        owner_id: Option<Uuid>,
        /// The policy that it follows from (6.2 a).
        document_id: Option<Uuid>,
        /// Requirements that were considered (6.2 c).
        #[serde(default)]
        requirement_ids: Ids,
        /// Risks that were considered (6.2 c).
        #[serde(default)]
        risk_ids: Ids,
        /// Whether it is measurable (6.2 b).
        #[serde(default = "crate::yes")]
        measurable: bool,
        /// Why it is not.
        unmeasurable_reason: Option<String>,
        /// The metric that measures it.
        metric_id: Option<Uuid>,
        /// Unit of baseline and target.
        measured_in: Option<String>,
        /// Where it began.
        baseline: Option<Figure>,
        /// How a value stands to the target.
        #[serde(default)]
        comparator: Comparator,
        /// What is to be reached.
        target: Option<Figure>,
        /// When it is complete (6.2 k).
        due_on: Option<NaiveDate>,
        /// What will be done (6.2 h).
        plan: Option<String>,
        /// What it takes (6.2 i).
        resources: Option<String>,
        /// Money that it takes, in hundredths of the currency.
        budget: Option<i64>,
        /// ISO 4217 code of the budget.
        currency: Option<String>,
        /// Work that it takes, person-days.
        effort_days: Option<i32>,
        /// How results are evaluated (6.2 l).
        evaluation_method: Option<String>,
    }
    kept {
        /// Everybody who has written any of it (I-02).
        author_ids: Ids,
        /// Where it stands.
        state: ObjectiveState,
        /// Counts up when an approved one is revised, from 1 (I-22).
        edition: i32,
        /// Why it was revised or given up.
        revision_reason: Option<String>,
        /// How it went, oldest first.
        evaluations: ObjectiveEvaluations,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
    }
}
