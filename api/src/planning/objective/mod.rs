//! Information security objectives and the plan to reach them (clause 6.2).

mod acts;

pub use acts::{Achieve, Approve, Cancel, Evaluate, Miss, Revise};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Computed, Faults, Lateness, Outcome, Reference, Resource, Spec, record_of, word};
use isms_entity::planning::objective;

/// An objective.
pub struct Objective;

impl Resource for Objective {
    record_of!(objective, Lateness; Approve, Evaluate, Achieve, Miss, Cancel, Revise);

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
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::one("documentId", "Document", "document"),
            Reference::many("requirementIds", "PartyRequirement", "requirements"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::one("metricId", "Metric", "metric"),
        ],
        search: &["title", "statement"],
        sorts: &["title", "dueOn"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" = 'approved' AND {self}.\"due_on\" IS NOT NULL AND {self}.\"due_on\" < {today})",
        }],
        acts: Self::ACTS,
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &objective::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(_caller: &Caller, old: Option<&objective::Model>, row: &mut objective::Model) -> Outcome<()> {
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
        Ok(())
    }
}
