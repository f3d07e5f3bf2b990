//! Nonconformities and what is done about them (clause 10.2), up to somebody else having seen that it worked.

mod acts;
mod import;
mod settle;
mod verify;

pub use acts::{ApprovePlan, Contain, FindCause, Implement};
pub use verify::Verify;

use crate::caller::Caller;
use crate::resource::{Act, Computed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::improvement::nonconformity;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A nonconformity.
pub struct Nonconformity;

/// How late it is.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Timeliness {
    /// Whether it should be corrected by now and is not.
    pub overdue: bool,
    /// Whether its effect should be checked by now and is not.
    pub check_overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

impl Resource for Nonconformity {
    record_of!(nonconformity, Timeliness; Contain, FindCause, ApprovePlan, Implement, Verify);

    const SPEC: Spec = Spec {
        name: "Nonconformity",
        policy_type: "Nonconformity",
        plural: "nonconformities",
        noun: "nonconformity",
        table: "nonconformity",
        prefix: "NCR",
        clause: "10 Improvement",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("source", "source", Kind::Text),
            Attribute::new("auditors", "auditor_ids", Kind::Entities("User")),
            Attribute::new("executors", "executor_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::one("findingId", "Finding", "finding"),
            Reference::one("incidentId", "Incident", "incident"),
            Reference::one("supplierId", "Supplier", "supplier"),
            Reference::one("metricId", "Metric", "metric"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::one("repeatsId", "Nonconformity", "repeats"),
            Reference::many("auditorIds", "User", "auditors").copied(),
            Reference::many("executorIds", "User", "executors").copied(),
        ],
        search: &["title", "description"],
        sorts: &["dueOn"],
        computed: &[
            Computed {
                name: "overdue",
                sql: "({self}.\"state\" NOT IN ('implemented', 'closed') AND {self}.\"due_on\" IS NOT NULL AND {self}.\"due_on\" < {today})",
            },
            Computed {
                name: "check_overdue",
                sql: "({self}.\"state\" = 'implemented' AND {self}.\"effectiveness_due_on\" IS NOT NULL AND {self}.\"effectiveness_due_on\" < {today})",
            },
            Computed::ORPHANED,
        ],
        acts: Self::ACTS,
        editable_in: &["open", "contained", "causeFound", "planApproved"],
        ..Spec::PLAIN
    };

    fn state(row: &nonconformity::Model) -> Option<String> {
        Some(word(&row.state))
    }

    fn awaits(caller: &Caller, row: &nonconformity::Model, act: &str) -> bool {
        act == Verify::SPEC.name && verify::awaits(caller, row)
    }

    async fn settle(
        caller: &Caller,
        old: Option<&nonconformity::Model>,
        row: &mut nonconformity::Model,
    ) -> Outcome<()> {
        settle::settle(caller, old, row).await
    }
}
