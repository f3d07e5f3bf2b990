//! Treatment plans (clause 6.1.3 e), approved by the owner of every risk in them (6.1.3 f, I-84).

mod acts;

pub use acts::{Approve, Complete, Reject, Submit, Supersede};

use crate::resource::{Computed, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::planning::treatment_plan;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A plan.
pub struct TreatmentPlan;

/// How far a plan is.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Actions that are not cancelled.
    pub actions: i64,
    /// Actions that are done or verified.
    pub actions_done: i64,
    /// Open actions past their due date.
    pub actions_overdue: i64,
}

macro_rules! actions {
    ($which:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM {Action} a WHERE a.plan_id = {self}.\"id\" AND a.retired_at IS NULL AND ",
            $which,
            ")"
        )
    };
}

impl Resource for TreatmentPlan {
    record_of!(treatment_plan, Progress; Submit, Approve, Reject, Complete, Supersede);

    const SPEC: Spec = Spec {
        name: "TreatmentPlan",
        policy_type: "TreatmentPlan",
        plural: "treatment-plans",
        noun: "treatment plan",
        table: "treatment_plan",
        prefix: "RTP",
        clause: "6 Planning",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("riskOwners", "risk_owner_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("riskOwnerIds", "User", "riskOwners"),
        ],
        search: &["title", "summary"],
        sorts: &["title", "dueOn"],
        computed: &[
            Computed { name: "actions", sql: actions!("a.state <> 'cancelled'") },
            Computed { name: "actions_done", sql: actions!("a.state IN ('done', 'verified')") },
            Computed {
                name: "actions_overdue",
                sql: actions!("a.state IN ('open', 'inProgress', 'blocked') AND a.due_on < {today}"),
            },
        ],
        acts: Self::ACTS,
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &treatment_plan::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
