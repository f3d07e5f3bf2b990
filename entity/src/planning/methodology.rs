//! How risks are assessed and accepted (clause 6.1.2 a), in versions.

use crate::{Ids, Time, record::record, word};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

word! {
    /// Where a version of the methodology stands.
    MethodologyState {
        /// Being written.
        Draft,
        /// In force.
        Approved,
        /// Replaced by a later version.
        Superseded,
    }
}

/// One step of a scale.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScaleLevel {
    /// Short name.
    pub label: String,
    /// What it means, so that two people rate alike.
    #[serde(default)]
    pub description: String,
    /// Colour as `#rrggbb`.
    #[serde(default)]
    pub colour: String,
    /// For a level of risk: days from its rating within which it is to be treated, 1 to 3,650; no limit unless given.
    #[serde(rename = "treatWithinDays", default)]
    pub treat_within_days: Option<i32>,
}

/// A scale; the first level is rated 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct Scale(pub Vec<ScaleLevel>);

/// Risk levels by likelihood (rows) and impact (columns); each cell is a level counted from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct Matrix(pub Vec<Vec<i32>>);

record! {
    /// One version of the methodology.
    table = "methodology";
    draft {
        /// What it is called.
        title: String,
        /// How assessments are made, in words.
        approach: String,
        /// 3 to 10 levels of likelihood.
        likelihood: Scale,
        /// 3 to 10 levels of impact.
        impact: Scale,
        /// The levels of risk, lowest first.
        levels: Scale,
        /// Level for each likelihood and impact; never falls along either axis (I-23).
        matrix: Matrix,
        /// The highest level that is acceptable without more (6.1.2 a 1).
        acceptance_level: i32,
        /// The longest that an acceptance above the criterion may last, months.
        acceptance_months: i32,
        /// How often a risk is reviewed, months.
        review_months: i32,
    }
    kept {
        /// Everybody who has written any of it (I-02).
        author_ids: Ids,
        /// Draft, approved or superseded.
        state: MethodologyState,
        /// Which version it is, from 1.
        edition: i32,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
    }
}
