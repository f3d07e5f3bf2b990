//! The path of an action: begun, held up, done with proof, verified by somebody else (I-02).

use super::Action;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Nothing, Outcome, is_blank};
use chrono::NaiveDate;
use isms_authz::Action as Verb;
use isms_entity::leadership::role_assignment::Role;
use isms_entity::planning::action::{self, ActionState};
use serde::Deserialize;
use utoipa::ToSchema;

/// → in progress.
pub struct Start;

impl Act for Start {
    type Of = Action;
    type Input = Nothing;
    const SPEC: ActSpec =
        ActSpec { name: "start", verb: Verb::Update, from: &["open", "blocked", "done"], summary: "Begin, or go on" };

    async fn run(_caller: &Caller, row: &mut action::Model, _input: Nothing) -> Outcome<()> {
        row.state = ActionState::InProgress;
        (row.done_by, row.done_at) = (None, None);
        Ok(())
    }
}

/// → blocked.
pub struct Block;

impl Act for Block {
    type Of = Action;
    type Input = Because;
    const SPEC: ActSpec =
        ActSpec { name: "block", verb: Verb::Update, from: &["open", "inProgress"], summary: "Say what holds it up" };

    async fn run(_caller: &Caller, row: &mut action::Model, input: Because) -> Outcome<()> {
        note(row, "Blocked", &input.given()?);
        row.state = ActionState::Blocked;
        Ok(())
    }
}

/// More time.
pub struct Extend;

/// Until when, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActionExtension {
    /// The new day, later than the one before.
    pub due_on: NaiveDate,
    /// Why it takes longer.
    pub reason: String,
}

impl Act for Extend {
    type Of = Action;
    type Input = ActionExtension;
    const SPEC: ActSpec = ActSpec {
        name: "extend",
        verb: Verb::Update,
        from: &["open", "inProgress", "blocked"],
        summary: "Move the due date back, with a reason; the third time is for management (I-41)",
    };

    async fn run(caller: &Caller, row: &mut action::Model, input: ActionExtension) -> Outcome<()> {
        if input.due_on <= row.due_on {
            return Err(Error::field("/dueOn", format!("is later than {}", row.due_on)));
        }
        if is_blank(&input.reason) {
            return Err(Error::field("/reason", "cannot be empty"));
        }
        if row.extensions >= 2 && !caller.holds(Role::Management, row.unit_id) {
            let why = "was moved back twice already: a third time is for management (I-41)";
            return Err(Error::field("/dueOn", why));
        }
        note(row, &format!("Extended from {} to {}", row.due_on, input.due_on), &input.reason);
        row.extensions += 1;
        row.due_on = input.due_on;
        Ok(())
    }
}

/// → done.
pub struct Finish;

/// What proves that it is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// A text, or the address of a document.
    pub proof: String,
}

impl Act for Finish {
    type Of = Action;
    type Input = Proof;
    const SPEC: ActSpec = ActSpec {
        name: "finish",
        verb: Verb::Update,
        from: &["open", "inProgress", "blocked"],
        summary: "It is done, and this proves it",
    };

    async fn run(caller: &Caller, row: &mut action::Model, input: Proof) -> Outcome<()> {
        if input.proof.trim().is_empty() {
            return Err(Error::field("/proof", "what is done is proven"));
        }
        row.proof = Some(input.proof);
        row.progress = 100;
        row.state = ActionState::Done;
        row.done_by = Some(caller.id());
        row.done_at = Some(caller.now());
        Ok(())
    }
}

/// Done → verified.
pub struct Verify;

impl Act for Verify {
    type Of = Action;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "verify",
        verb: Verb::Approve,
        from: &["done"],
        summary: "Somebody other than who did it has checked it",
    };

    async fn run(caller: &Caller, row: &mut action::Model, _input: Nothing) -> Outcome<()> {
        if row.done_by == Some(caller.id()) || row.owner_id == caller.id() {
            return Err(Error::Conflict("nobody verifies what they did or answer for (I-02)".into()));
        }
        row.state = ActionState::Verified;
        row.verified_by = Some(caller.id());
        Ok(())
    }
}

/// → cancelled.
pub struct Cancel;

impl Act for Cancel {
    type Of = Action;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "cancel",
        verb: Verb::Close,
        from: &["open", "inProgress", "blocked"],
        summary: "Give it up, with a reason",
    };

    async fn run(_caller: &Caller, row: &mut action::Model, input: Because) -> Outcome<()> {
        note(row, "Cancelled", &input.given()?);
        row.state = ActionState::Cancelled;
        Ok(())
    }
}

fn note(row: &mut action::Model, what: &str, why: &str) {
    let line = format!("{what}: {why}");
    row.description = Some(row.description.take().map_or(line.clone(), |text| format!("{text}\n\n{line}")));
}
