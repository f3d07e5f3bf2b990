//! The path of a review up to its minutes: inputs compiled, review held, minutes submitted.

use super::input::{LETTERS, compile};
use super::{ManagementReview, settle};
use crate::authz::Action as Verb;
use crate::caller::Caller;
use crate::planning::action::Action;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, digest, service};
use crate::store::{Query, Test};
use chrono::NaiveDate;
use isms_entity::evaluation::management_review::{self, DecisionKind, ReviewDecision, ReviewInputs, ReviewState};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// The longest title of an action that a decision leads to, characters.
const TITLE: usize = 120;

/// Planned or compiled → compiled.
pub struct Compile;

impl Act for Compile {
    type Of = ManagementReview;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "compile",
        verb: Verb::Update,
        from: &["planned", "compiled"],
        summary: "Freeze each input of 9.3.2 from the records as they are now",
    };

    async fn run(caller: &Caller, row: &mut management_review::Model, _input: Nothing) -> Outcome<()> {
        row.inputs = ReviewInputs(compile(caller, row).await?);
        row.inputs_hash = hash(&row.inputs)?;
        row.compiled_at = Some(caller.now());
        row.state = ReviewState::Compiled;
        Ok(())
    }
}

/// SHA-256 of the inputs as canonical JSON.
pub(super) fn hash(inputs: &ReviewInputs) -> Outcome<String> {
    Ok(digest(&serde_json::to_value(inputs)?))
}

/// Compiled → held.
pub struct Hold;

/// When a review took place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewHeld {
    /// The day; today unless said otherwise.
    pub held_on: Option<NaiveDate>,
}

impl Act for Hold {
    type Of = ManagementReview;
    type Input = ReviewHeld;
    const SPEC: ActSpec = ActSpec {
        name: "hold",
        verb: Verb::Update,
        from: &["compiled"],
        summary: "It took place, with all its inputs before it (I-62)",
    };

    async fn run(caller: &Caller, row: &mut management_review::Model, input: ReviewHeld) -> Outcome<()> {
        let frozen = |letter: &str| row.inputs.0.iter().any(|input| input.letter == letter);
        if !LETTERS.iter().all(|(letter, _)| frozen(letter)) || hash(&row.inputs)? != row.inputs_hash {
            return Err(Error::Conflict(
                "its inputs are not all frozen, or not as they were: compile them (I-62)".into(),
            ));
        }
        let held_on = input.held_on.unwrap_or_else(|| caller.today());
        let compiled = row.compiled_at.map(|at| chrono::DateTime::<chrono::Utc>::from(at).date_naive());
        let mut faults = Faults::default();
        faults.when(held_on > caller.today(), "heldOn", "is in the future");
        faults.when(compiled.is_some_and(|day| held_on < day), "heldOn", "is before its inputs were compiled (I-62)");
        faults.settle()?;
        settle::chair(caller, row).await?;
        row.held_on = Some(held_on);
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
        verb: Verb::Update,
        from: &["held"],
        summary: "The minutes are written; each decision becomes an action (9.3.3)",
    };

    async fn run(caller: &Caller, row: &mut management_review::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("minutes", row.minutes.as_ref(), "say what was said");
        faults.when(row.suitable.is_none(), "suitable", "says whether the ISMS is suitable (9.3.1)");
        faults.when(row.adequate.is_none(), "adequate", "says whether it is adequate (9.3.1)");
        faults.when(row.effective.is_none(), "effective", "says whether it is effective (9.3.1)");
        faults.told("conclusion", row.conclusion.as_ref(), "says why");
        let undecided = row.decisions.0.is_empty();
        faults.when(undecided, "decisions", "say what was decided, or that nothing was and why (I-63)");
        faults.settle()?;
        assign(caller, row).await?;
        row.state = ReviewState::InReview;
        Ok(())
    }
}

/// An action for each decision that has none yet from an earlier round of the minutes.
async fn assign(caller: &Caller, row: &management_review::Model) -> Outcome<()> {
    let there = caller.for_rules::<Action>(&Query::of([Test::is("review_id", row.id)])).await?;
    let mut drafts = Vec::new();
    for decision in row.decisions.0.iter().filter(|decision| decision.kind != DecisionKind::None) {
        let title = title(decision);
        if there.iter().all(|action| action.description.as_ref() != Some(&decision.text)) {
            drafts.push(json!({
                "title": title, "description": decision.text, "reviewId": row.id, "unitId": row.unit_id,
                "ownerId": decision.owner_id, "dueOn": decision.due_on,
            }));
        }
    }
    service::create_all::<Action>(caller, drafts).await.map(drop)
}

fn title(decision: &ReviewDecision) -> String {
    let line = decision.text.lines().next().unwrap_or_default();
    if line.chars().count() <= TITLE {
        line.to_owned()
    } else {
        line.chars().take(TITLE - 1).collect::<String>() + "…"
    }
}
