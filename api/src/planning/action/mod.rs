//! Actions: who does what until when, with proof (clauses 6.1.3 e and 8.3).

mod acts;

pub use acts::{Block, Cancel, Finish, Start, Verify};

use super::{check_range, refuse_if_any};
use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Act, Computed, Error, FieldError, Outcome, Reference, Resource, Spec, record_of, word};
use isms_entity::leadership::role_assignment::Role;
use isms_entity::planning::action;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// An action.
pub struct Action;

/// Whether an action is late.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Lateness {
    /// Whether it is open past its due date.
    pub overdue: bool,
}

impl Resource for Action {
    record_of!(action, Lateness);

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
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("controlIds", "Control", "controls"),
        ],
        search: &["title", "description"],
        sorts: &["dueOn", "title"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" IN ('open', 'inProgress', 'blocked') AND {self}.\"due_on\" < {today})",
        }],
        acts: &[Start::SPEC, Block::SPEC, Finish::SPEC, Verify::SPEC, Cancel::SPEC],
        editable_in: &["open", "inProgress", "blocked"],
        ..Spec::PLAIN
    };

    fn state(row: &action::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&action::Model>, row: &mut action::Model) -> Outcome<()> {
        let mut errors = Vec::new();
        check_range("progress", row.progress.into(), 0..=100, &mut errors);
        check_range("priority", row.priority.into(), 1..=4, &mut errors);
        check_range("cost", row.cost.unwrap_or_default(), 0..=1_000_000_000_000_000, &mut errors);
        check_range("effortHours", row.effort_hours.unwrap_or_default().into(), 0..=1_000_000, &mut errors);
        let currency = row.currency.as_deref();
        if row.cost.is_some() && currency.is_none() {
            errors.push(FieldError::new("/currency", "goes with a cost"));
        }
        if currency.is_some_and(|code| code.len() != 3 || !code.chars().all(|c| c.is_ascii_uppercase())) {
            errors.push(FieldError::new("/currency", "is an ISO 4217 code like EUR"));
        }
        if old.is_none() && row.due_on < caller.today() {
            errors.push(FieldError::new("/dueOn", "is in the past"));
        }
        refuse_if_any(errors)?;
        // Each extension is counted, and the third is management's to give (I-41).
        if let Some(old) = old.filter(|old| row.due_on > old.due_on) {
            row.extensions = old.extensions + 1;
            if row.extensions >= 3 && !caller.holds(Role::Management, row.unit_id) {
                return Err(Error::field(
                    "/dueOn",
                    "was moved back twice already: a third time is for management (I-41)",
                ));
            }
        }
        Ok(())
    }
}
