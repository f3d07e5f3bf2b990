//! Who takes which course until when, and how it went (clauses 7.2 c and 7.3).

mod acts;
mod import;
mod settle;

pub use acts::{Complete, Evaluate, Waive};
pub use settle::complete;

use crate::caller::Caller;
use crate::resource::{Computed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::support::training_assignment;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A training assignment.
pub struct TrainingAssignment;

/// How an assignment stands today (I-08).
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Whether it is open and its day has passed.
    pub overdue: bool,
    /// Whether it was passed and the course need not be taken again yet.
    pub valid: bool,
}

impl Resource for TrainingAssignment {
    record_of!(training_assignment, Standing; Complete, Waive, Evaluate);

    const SPEC: Spec = Spec {
        name: "TrainingAssignment",
        policy_type: "TrainingAssignment",
        plural: "training-assignments",
        noun: "training assignment",
        table: "training_assignment",
        prefix: "TRA",
        clause: "7 Support",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("person", "person_id", Kind::Entity("User")),
            Attribute::optional("trainingOwner", "training_owner_id", Kind::Entity("User")),
        ],
        references: &[
            Reference::one("trainingId", "Training", "training"),
            Reference::one("personId", "User", "person"),
            Reference::one("sessionId", "TrainingSession", "session"),
            Reference::one("trainingOwnerId", "User", "trainingOwner").copied(),
            Reference::one("evaluatedBy", "User", "evaluator"),
        ],
        sensitive: &["score", "waived_reason"],
        sorts: &["dueOn"],
        computed: &[
            Computed {
                name: "overdue",
                sql: "({self}.\"state\" IN ('assigned', 'failed') AND {self}.\"due_on\" < {today})",
            },
            Computed {
                name: "valid",
                sql: "({self}.\"state\" = 'completed' AND ({self}.\"valid_until\" IS NULL OR {self}.\"valid_until\" >= {today}))",
            },
        ],
        acts: Self::ACTS,
        editable_in: &["assigned", "failed"],
        follows: true,
        ..Spec::PLAIN
    };

    fn state(row: &training_assignment::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&training_assignment::Model>,
        row: &mut training_assignment::Model,
    ) -> Outcome<()> {
        settle::settle(caller, old, row).await
    }

    async fn settle_new(caller: &Caller, rows: &mut [training_assignment::Model]) -> Outcome<Vec<Outcome<()>>> {
        settle::settle_new(caller, rows).await
    }
}
