//! Reviews of the ISMS by top management (clause 9.3).

mod acts;
mod input;
mod pdf;
mod rest;

pub use acts::{Approve, Compile, Hold, SubmitMinutes};
pub use rest::register;

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_entity::evaluation::management_review::{self, DecisionKind};

/// A management review.
pub struct ManagementReview;

impl Resource for ManagementReview {
    record_of!(management_review, NothingComputed; Compile, Hold, SubmitMinutes, Approve);

    const SPEC: Spec = Spec {
        name: "ManagementReview",
        policy_type: "ManagementReview",
        plural: "management-reviews",
        noun: "management review",
        table: "management_review",
        prefix: "REV",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::new("attendees", "attendee_ids", Kind::Entities("User")),
            Attribute::new("chair", "chair_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[Reference::one("chairId", "User", "chair"), Reference::many("attendeeIds", "User", "attendees")],
        search: &["title"],
        sorts: &["plannedOn"],
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
        let mut faults = Faults::default();
        faults.when(row.period_to < row.period_from, "periodTo", "is before periodFrom");
        for (i, decision) in row.decisions.0.iter().enumerate() {
            faults.told(
                &format!("decisions/{i}/text"),
                Some(&decision.text),
                "what was decided, or why nothing (I-63)",
            );
            let owned =
                decision.kind == DecisionKind::None || (decision.owner_id.is_some() && decision.due_on.is_some());
            faults.when(!owned, &format!("decisions/{i}/ownerId"), "a decision has an owner and a day (I-63)");
        }
        faults.settle()?;
        if old.is_none_or(|old| old.chair_id != row.chair_id) {
            acts::check_chair(caller, row).await?;
        }
        Ok(())
    }
}
