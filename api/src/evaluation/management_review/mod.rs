//! Reviews of the ISMS by top management (clause 9.3): inputs frozen from live records, decisions that become actions,
//! minutes that top management approves.

mod acts;
mod approve;
mod input;
pub mod minutes;
mod rest;
mod settle;

pub use acts::{Compile, Hold, SubmitMinutes};
pub use approve::{Approve, ReturnMinutes};
pub use rest::register;

use crate::caller::Caller;
use crate::resource::{Computed, Lateness, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::Writing;
use isms_authz::{Attribute, Kind};
use isms_entity::evaluation::management_review;

/// A management review.
pub struct ManagementReview;

impl Resource for ManagementReview {
    record_of!(management_review, Lateness; Compile, Hold, SubmitMinutes, ReturnMinutes, Approve);

    const SPEC: Spec = Spec {
        name: "ManagementReview",
        policy_type: "ManagementReview",
        plural: "management-reviews",
        noun: "management review",
        table: "management_review",
        prefix: "REV",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("chair", "chair_id", Kind::Entity("User")),
            Attribute::new("attendees", "attendee_ids", Kind::Entities("User")),
        ],
        references: &[Reference::one("chairId", "User", "chair"), Reference::many("attendeeIds", "User", "attendees")],
        frozen: &[input::FOR_AUDITORS],
        search: &["title"],
        sorts: &["plannedOn"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" IN ('planned', 'compiled') AND {self}.\"planned_on\" < {today})",
        }],
        acts: Self::ACTS,
        editable_in: &["planned", "compiled", "held"],
        ..Spec::PLAIN
    };

    fn state(row: &management_review::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&management_review::Model>,
        row: &mut management_review::Model,
    ) -> Outcome<()> {
        settle::settle(caller, old, row).await
    }

    async fn stored(
        caller: &Writing<'_>,
        old: Option<&management_review::Model>,
        row: &management_review::Model,
    ) -> Outcome<()> {
        match old {
            Some(old) => acts::give_up(caller, old, row).await,
            None => Ok(()),
        }
    }
}
