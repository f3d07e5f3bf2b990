//! Reviews of the ISMS by top management (clause 9.3).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::evaluation::management_review;

/// A management review.
pub struct ManagementReview;

impl Resource for ManagementReview {
    record_of!(management_review, NothingComputed);

    const SPEC: Spec = Spec {
        name: "ManagementReview",
        policy_type: "ManagementReview",
        plural: "management-reviews",
        noun: "management review",
        table: "management_review",
        prefix: "REV",
        clause: "9 Evaluation",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[Reference::one("chairId", "User", "chair"), Reference::many("attendeeIds", "User", "attendees")],
        search: &["title"],
        sorts: &["plannedOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &management_review::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
