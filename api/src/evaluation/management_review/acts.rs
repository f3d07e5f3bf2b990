//! The path of a review up to its minutes: inputs compiled, review held, minutes submitted.

use super::input::{LETTERS, compile};
use super::{ManagementReview, settle};
use crate::caller::Caller;
use crate::planning::action::Action;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, digest, service};
use crate::store::{Query, Test};
use chrono::NaiveDate;
use isms_authz::Action as Verb;
use isms_entity::evaluation::management_review::{self, DecisionKind, ReviewDecision, ReviewInputs, ReviewState};
use isms_entity::planning::action::{self, ActionState};
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

/// When a review took place, and what was said to its inputs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewHeld {
    /// The day; today unless said otherwise.
    pub held_on: Option<NaiveDate>,
    /// What the readers made of the inputs.
    #[serde(default)]
    pub comments: Vec<InputComment>,
}

/// What the readers made of an input.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InputComment {
    /// `a` to `g`, with `d1` to `d4`.
    pub letter: String,
    /// What they made of it.
    pub comment: String,
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
        comment(row, input.comments)?;
        row.held_on = Some(held_on);
        row.state = ReviewState::Held;
        Ok(())
    }
}

/// Puts what was said beside the inputs, whose figures stay.
fn comment(row: &mut management_review::Model, comments: Vec<InputComment>) -> Outcome<()> {
    for (place, told) in comments.into_iter().enumerate() {
        let Some(input) = row.inputs.0.iter_mut().find(|input| input.letter == told.letter) else {
            return Err(Error::field(format!("/comments/{place}/letter"), "names no input"));
        };
        input.comment = Some(told.comment);
    }
    row.inputs_hash = hash(&row.inputs)?;
    Ok(())
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

/// An action for each decision: made once, and kept in step with later rounds of the minutes.
async fn assign(caller: &Caller, row: &mut management_review::Model) -> Outcome<()> {
    let there = caller.for_rules::<Action>(&Query::of([Test::is("review_id", row.id)])).await?;
    let (mut drafts, mut places) = (Vec::new(), Vec::new());
    for (place, decision) in row.decisions.0.iter().enumerate() {
        let action = there.iter().find(|action| Some(action.id) == decision.action_id);
        match (decision.kind, action) {
            (DecisionKind::None, _) => {}
            (_, Some(action)) => keep_in_step(caller, action, decision).await?,
            (_, None) => {
                places.push(place);
                drafts.push(json!({
                    "title": title(decision), "description": decision.text, "reviewId": row.id, "unitId": row.unit_id,
                    "ownerId": decision.owner_id, "dueOn": decision.due_on,
                }));
            }
        }
    }
    let made = service::create_all::<Action>(caller, drafts).await?;
    for (place, action) in places.into_iter().zip(made) {
        if let Some(decision) = row.decisions.0.get_mut(place) {
            decision.action_id = Some(action.id);
        }
    }
    Ok(())
}

/// Whether something is still to be done.
const fn is_open(action: &action::Model) -> bool {
    matches!(action.state, ActionState::Open | ActionState::InProgress | ActionState::Blocked)
}

/// What the minutes say now is what the action says, as long as it is open.
async fn keep_in_step(caller: &Caller, before: &action::Model, decision: &ReviewDecision) -> Outcome<()> {
    let same = before.owner_id == decision.owner_id.unwrap_or(before.owner_id)
        && before.due_on == decision.due_on.unwrap_or(before.due_on)
        && before.title == title(decision);
    if same || !is_open(before) {
        return Ok(());
    }
    let after = action::Model {
        title: title(decision),
        description: Some(decision.text.clone()),
        owner_id: decision.owner_id.unwrap_or(before.owner_id),
        due_on: decision.due_on.unwrap_or(before.due_on),
        ..before.clone()
    };
    let permit = caller.permit::<Action>(Verb::Update, before)?;
    caller.update(permit, before, after, "follow").await.map(drop)
}

/// Open actions of decisions that the minutes do not have any more are given up.
pub(super) async fn give_up(
    caller: &Caller,
    old: &management_review::Model,
    row: &management_review::Model,
) -> Outcome<()> {
    let named = |row: &management_review::Model| -> Vec<_> {
        row.decisions.0.iter().filter_map(|decision| decision.action_id).collect()
    };
    let now = named(row);
    let gone: Vec<_> = named(old).into_iter().filter(|id| !now.contains(id)).map(Into::into).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let actions = caller.for_rules::<Action>(&Query::of([Test::OneOf("id", gone)])).await?;
    for before in actions.into_iter().filter(is_open) {
        let told = before.description.as_deref().unwrap_or_default();
        let description = Some(format!("{told}\n\nCancelled: {} does not decide it any more", row.reference));
        let after = action::Model { state: ActionState::Cancelled, description, ..before.clone() };
        let permit = caller.permit::<Action>(Verb::Update, &before)?;
        caller.update(permit, &before, after, "give-up").await?;
    }
    Ok(())
}

fn title(decision: &ReviewDecision) -> String {
    let line = decision.text.lines().next().unwrap_or_default();
    if line.chars().count() <= TITLE {
        line.to_owned()
    } else {
        line.chars().take(TITLE - 1).collect::<String>() + "…"
    }
}
