//! Actions: who does what until when, with proof (clauses 6.1.3 e and 8.3).

mod acts;
mod limit;

pub use acts::{Block, Cancel, Extend, Finish, Start, Verify};

use crate::caller::Caller;
use crate::resource::{Computed, Error, Faults, Lateness, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::planning::action;

/// An action.
pub struct Action;

impl Resource for Action {
    record_of!(action, Lateness; Start, Block, Extend, Finish, Verify, Cancel);

    const SPEC: Spec = Spec {
        name: "Action",
        policy_type: "Task",
        plural: "actions",
        noun: "action",
        table: "action",
        prefix: "ACT",
        clause: "6 Planning",
        attributes: &[
            Attribute::new("owner", "owner_id", Kind::Entity("User")),
            Attribute::optional("doneBy", "done_by", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::one("planId", "TreatmentPlan", "plan"),
            Reference::one("objectiveId", "Objective", "objective"),
            Reference::one("changeId", "Change", "change"),
            Reference::one("opportunityId", "Opportunity", "opportunity"),
            Reference::one("incidentId", "Incident", "incident"),
            Reference::one("findingId", "Finding", "finding"),
            Reference::one("nonconformityId", "Nonconformity", "nonconformity"),
            Reference::one("reviewId", "ManagementReview", "review"),
            Reference::one("supplierId", "Supplier", "supplier"),
            Reference::one("exerciseId", "ContinuityExercise", "exercise"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("controlIds", "Control", "controls"),
        ],
        search: &["title", "description"],
        sorts: &["dueOn", "title"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" IN ('open', 'inProgress', 'blocked') AND {self}.\"due_on\" < {today})",
        }],
        acts: Self::ACTS,
        editable_in: &["open", "inProgress", "blocked"],
        ..Spec::PLAIN
    };

    fn state(row: &action::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&action::Model>, row: &mut action::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("progress", row.progress, 0..=100);
        faults.range("priority", row.priority, 1..=4);
        faults.range("cost", row.cost.unwrap_or_default(), 0..=1_000_000_000_000_000);
        faults.range("effortHours", row.effort_hours.unwrap_or_default(), 0..=1_000_000);
        let currency = row.currency.as_deref();
        if row.cost.is_some() && currency.is_none() {
            faults.add("currency", "goes with a cost");
        }
        if currency.is_some_and(|code| code.len() != 3 || !code.chars().all(|c| c.is_ascii_uppercase())) {
            faults.add("currency", "is an ISO 4217 code like EUR");
        }
        if old.is_none() && row.due_on < caller.today() {
            faults.add("dueOn", "is in the past");
        }
        faults.settle()?;
        if old.is_some_and(|old| row.due_on > old.due_on) {
            return Err(Error::field("/dueOn", "is moved back by extend, with a reason (I-41)"));
        }
        limit::check(caller, old, row).await
    }
}
