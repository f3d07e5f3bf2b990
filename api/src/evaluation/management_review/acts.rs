//! The path of a review: inputs compiled and frozen, held, minutes submitted and approved by the chair (9.3).

use super::{ManagementReview, input};
use crate::authz::Action;
use crate::caller::Caller;
use crate::leadership::role_assignment::RoleAssignment;
use crate::planning::action::Action as Task;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, digest, service};
use crate::store::{Query, Test};
use chrono::NaiveDate;
use isms_entity::evaluation::management_review::{self, DecisionKind, ReviewInputs, ReviewState};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Planned → compiled.
pub struct Compile;

impl Act for Compile {
    type Of = ManagementReview;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "compile",
        verb: Action::Update,
        from: &["planned", "compiled"],
        summary: "Draw every input of 9.3.2 from the live records and freeze it",
    };

    async fn run(caller: &Caller, row: &mut management_review::Model, _input: Nothing) -> Outcome<()> {
        row.inputs = ReviewInputs(input::compile(caller, row).await?);
        row.inputs_hash = digest(&serde_json::to_value(&row.inputs)?);
        row.compiled_at = Some(caller.now());
        row.state = ReviewState::Compiled;
        Ok(())
    }
}

/// Compiled → held.
pub struct Hold;

/// The day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewHeld {
    /// When it took place; today unless given.
    pub held_on: Option<NaiveDate>,
}

impl Act for Hold {
    type Of = ManagementReview;
    type Input = ReviewHeld;
    const SPEC: ActSpec = ActSpec {
        name: "hold",
        verb: Action::Update,
        from: &["compiled"],
        summary: "It took place, with every input at hand (I-62)",
    };

    async fn run(caller: &Caller, row: &mut management_review::Model, input: ReviewHeld) -> Outcome<()> {
        let on = input.held_on.unwrap_or_else(|| caller.today());
        let mut faults = Faults::default();
        faults.when(on > caller.today(), "heldOn", "lies in the future");
        let known = |letter: &str| row.inputs.0.iter().any(|input| input.letter == letter);
        for (letter, title) in input::LETTERS.iter().filter(|(letter, _)| !known(letter)) {
            faults.add("inputs", format!("{letter} is missing: {title} (I-62)"));
        }
        faults.when(row.attendee_ids.0.is_empty(), "attendeeIds", "somebody took part");
        faults.settle()?;
        row.held_on = Some(on);
        row.state = ReviewState::Held;
        Ok(())
    }
}

/// Held → in review.
pub struct SubmitMinutes;

impl Act for SubmitMinutes {
    type Of = ManagementReview;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "submit-minutes",
        verb: Action::Update,
        from: &["held"],
        summary: "Ask the chair to approve the minutes; what was decided becomes actions (9.3.3)",
    };

    async fn run(caller: &Caller, row: &mut management_review::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("minutes", row.minutes.as_ref(), "what was said");
        faults.told(
            "conclusion",
            row.conclusion.as_ref(),
            "whether the ISMS is suitable, adequate and effective, and why",
        );
        let judged = row.suitable.is_some() && row.adequate.is_some() && row.effective.is_some();
        faults.when(!judged, "suitable", "suitable, adequate and effective are decided on (9.3.1)");
        faults.when(row.decisions.0.is_empty(), "decisions", "something is decided, or none with a reason (I-63)");
        faults.settle()?;
        for decision in row.decisions.0.iter().filter(|decision| decision.kind != DecisionKind::None) {
            let (Some(owner), Some(due)) = (decision.owner_id, decision.due_on) else { continue };
            let title: String = decision.text.chars().take(200).collect();
            let draft =
                json!({"title": title, "ownerId": owner, "dueOn": due, "reviewId": row.id, "unitId": row.unit_id});
            service::create::<Task>(caller, draft).await?;
        }
        row.state = ReviewState::InReview;
        Ok(())
    }
}

/// In review → approved.
pub struct Approve;

impl Act for Approve {
    type Of = ManagementReview;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Action::Approve,
        from: &["inReview"],
        summary: "The chair approves the minutes, which are frozen (I-65)",
    };

    async fn run(caller: &Caller, row: &mut management_review::Model, _input: Nothing) -> Outcome<()> {
        if digest(&serde_json::to_value(&row.inputs)?) != row.inputs_hash {
            return Err(Error::Internal(format!("the inputs of {} are not those that were frozen", row.reference)));
        }
        row.content_hash = digest(&json!([
            row.inputs_hash,
            row.held_on,
            row.chair_id,
            row.attendee_ids,
            row.minutes,
            row.suitable,
            row.adequate,
            row.effective,
            row.conclusion,
            row.decisions,
        ]));
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        row.state = ReviewState::Approved;
        Ok(())
    }
}

/// The chair is top management, and does not run the ISMS (I-64).
pub(super) async fn check_chair(caller: &Caller, row: &management_review::Model) -> Outcome<()> {
    let held = |role: &'static str| Query::of([Test::is("user_id", row.chair_id), Test::is("role", role)]);
    if caller.for_rules::<RoleAssignment>(&held("management")).await?.is_empty() {
        return Err(Error::field("/chairId", "the chair is top management (I-64)"));
    }
    if !caller.for_rules::<RoleAssignment>(&held("manager")).await?.is_empty() {
        return Err(Error::field("/chairId", "whoever runs the ISMS does not chair its review (I-64)"));
    }
    Ok(())
}
