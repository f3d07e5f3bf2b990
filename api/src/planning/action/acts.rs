//! The path of an action: begun, held up, done with proof, verified by somebody else (I-02).

use super::Action;
use crate::authz::Action as Verb;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Nothing, Outcome};
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
