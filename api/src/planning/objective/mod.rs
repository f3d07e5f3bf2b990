//! Information security objectives and the plan to reach them (clause 6.2).

mod acts;

pub use acts::{Achieve, Approve, Cancel, Evaluate, Miss, Revise};

use crate::caller::Caller;
use crate::resource::{Computed, Faults, Outcome, Reference, Resource, Spec, authors, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::planning::objective;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// An objective.
pub struct Objective;

/// Whether an objective is late, and whether somebody answers for it.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Pursuit {
    /// Whether its day has passed and it is still pursued.
    pub overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

impl Resource for Objective {
    record_of!(objective, Pursuit; Approve, Evaluate, Achieve, Miss, Cancel, Revise);

    const SPEC: Spec = Spec {
        name: "Objective",
        policy_type: "Objective",
        plural: "objectives",
        noun: "objective",
        table: "objective",
        prefix: "OBJ",
        clause: "6 Planning",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("edition", "edition", Kind::Long),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::one("documentId", "Document", "document"),
            Reference::many("requirementIds", "PartyRequirement", "requirements"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::one("metricId", "Metric", "metric"),
            Reference::many("authorIds", "User", "authors"),
        ],
        search: &["title", "statement"],
        sorts: &["title", "dueOn"],
        computed: &[
            Computed {
                name: "overdue",
                sql: "({self}.\"state\" = 'approved' AND {self}.\"due_on\" IS NOT NULL AND {self}.\"due_on\" < {today})",
            },
            Computed::ORPHANED,
        ],
        acts: Self::ACTS,
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &objective::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&objective::Model>, row: &mut objective::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        if !row.measurable {
            faults.told(
                "unmeasurableReason",
                row.unmeasurable_reason.as_ref(),
                "says why it is not measurable (6.2 b)",
            );
        }
        faults.when(row.budget.is_some() && row.currency.is_none(), "currency", "goes with a budget");
        faults.range("budget", row.budget.unwrap_or_default(), 0..=1_000_000_000_000_000);
        faults.range("effortDays", row.effort_days.unwrap_or_default(), 0..=1_000_000);
        faults.settle()?;
        if old.is_none() {
            row.edition = 1;
        }
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        Ok(())
    }
}
