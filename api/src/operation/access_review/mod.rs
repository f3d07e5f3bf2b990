//! Reviews of access rights (control A.5.18): who may do what is listed, decided on line by line, and carried out.

mod open;

pub use open::Open;

use crate::caller::Caller;
use crate::operation::access_right::AccessRight;
use crate::resource::{Act, ActSpec, Computed, Error, Faults, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::{Query, Test, Writing};
use isms_authz::{Action as Verb, Attribute, Kind};
use isms_entity::operation::access_review::{self, AccessReviewState};
use isms_entity::operation::access_right::{self, AccessRightState};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A review of access rights.
pub struct AccessReview;

/// What is left to do.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Whether its day has passed.
    pub overdue: bool,
    /// How many rights nobody has decided on.
    pub undecided: i32,
    /// How many decisions have not been carried out.
    pub outstanding: i32,
}

macro_rules! rights {
    ($states:literal) => {
        concat!(
            "CAST((SELECT COUNT(*) FROM {AccessRight} r WHERE r.review_id = {self}.\"id\" AND r.retired_at IS NULL ",
            "AND r.state IN (",
            $states,
            ")) AS integer)"
        )
    };
}

impl Resource for AccessReview {
    record_of!(access_review, Progress; Open, Complete);

    const SPEC: Spec = Spec {
        name: "AccessReview",
        policy_type: "AccessReview",
        plural: "access-reviews",
        noun: "access review",
        table: "access_review",
        prefix: "ACR",
        clause: "8 Operation",
        attributes: &[
            Attribute::new("reviewer", "reviewer_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[Reference::one("assetId", "Asset", "asset"), Reference::one("reviewerId", "User", "reviewer")],
        search: &["title"],
        sorts: &["dueOn"],
        computed: &[
            Computed { name: "overdue", sql: "({self}.\"state\" <> 'completed' AND {self}.\"due_on\" < {today})" },
            Computed { name: "undecided", sql: rights!("'undecided'") },
            Computed { name: "outstanding", sql: rights!("'toChange', 'toRevoke'") },
        ],
        acts: Self::ACTS,
        editable_in: &["planned"],
        ..Spec::PLAIN
    };

    fn state(row: &access_review::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn stored(
        caller: &Writing<'_>,
        old: Option<&access_review::Model>,
        row: &access_review::Model,
    ) -> Outcome<()> {
        // Whoever reviews now decides on each right, those entered before among them.
        if old.is_some_and(|old| old.reviewer_id != row.reviewer_id) {
            let rights = rights(caller, row.id).await?;
            caller.follow::<AccessRight>(rights, |right| right.reviewer_id = row.reviewer_id).await?;
        }
        Ok(())
    }
}

/// The rights under a review, whoever asks.
pub(super) async fn rights(caller: &Caller, review: Uuid) -> Outcome<Vec<access_right::Model>> {
    caller.for_rules::<AccessRight>(&Query::of([Test::is("review_id", review)])).await
}

/// Open → completed.
pub struct Complete;

/// What a review showed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Conclusion {
    /// In words.
    pub conclusion: String,
}

impl Act for Complete {
    type Of = AccessReview;
    type Input = Conclusion;
    const SPEC: ActSpec =
        ActSpec { name: "complete", verb: Verb::Close, from: &["open"], summary: "Every right was decided on" };

    async fn run(caller: &Caller, row: &mut access_review::Model, input: Conclusion) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("conclusion", Some(&input.conclusion), "says what the review showed");
        faults.settle()?;
        let left = rights(caller, row.id).await?;
        let left = left.iter().filter(|right| right.state == AccessRightState::Undecided).count();
        if left > 0 {
            return Err(Error::Conflict(format!("{left} rights are not decided on")));
        }
        row.state = AccessReviewState::Completed;
        row.completed_at = Some(caller.now());
        row.conclusion = Some(input.conclusion);
        Ok(())
    }
}
