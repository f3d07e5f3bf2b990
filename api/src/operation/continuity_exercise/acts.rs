//! Holding an exercise: how long it took and how much was lost, against what was allowed.

use super::ContinuityExercise;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Faults, Outcome, step};
use chrono::NaiveDate;
use isms_authz::Action;
use isms_entity::operation::continuity_exercise::{self, ExerciseState};
use serde::Deserialize;
use utoipa::ToSchema;

/// Planned → held.
pub struct Hold;

/// What the exercise measured.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExerciseResult {
    /// The day; today unless given.
    pub held_on: Option<NaiveDate>,
    /// Minutes that it took to be back.
    pub rto_minutes: Option<i32>,
    /// Minutes of data that were lost.
    pub rpo_minutes: Option<i32>,
    /// What was seen.
    pub result: String,
}

impl Act for Hold {
    type Of = ContinuityExercise;
    type Input = ExerciseResult;
    const SPEC: ActSpec =
        ActSpec { name: "hold", verb: Action::Update, from: &["planned"], summary: "Say what it measured (A.5.30)" };

    async fn run(caller: &Caller, row: &mut continuity_exercise::Model, input: ExerciseResult) -> Outcome<()> {
        let on = input.held_on.unwrap_or_else(|| caller.today());
        let mut faults = Faults::default();
        faults.when(on > caller.today(), "heldOn", "lies in the future");
        faults.told("result", Some(&input.result), "what was seen");
        faults.range("rtoMinutes", input.rto_minutes.unwrap_or_default(), 0..=1_000_000);
        faults.range("rpoMinutes", input.rpo_minutes.unwrap_or_default(), 0..=1_000_000);
        faults.settle()?;
        let within = |target: Option<i32>, took: Option<i32>| {
            target.is_none_or(|target| took.is_some_and(|took| took <= target))
        };
        row.met = Some(
            within(row.rto_target_minutes, input.rto_minutes) && within(row.rpo_target_minutes, input.rpo_minutes),
        );
        row.held_on = Some(on);
        row.rto_minutes = input.rto_minutes;
        row.rpo_minutes = input.rpo_minutes;
        row.result = Some(input.result);
        row.state = ExerciseState::Held;
        Ok(())
    }
}

step! {
    /// Planned → cancelled.
    Cancel of ContinuityExercise: "cancel" Update ["planned"] => ExerciseState::Cancelled, "It will not be held"
}
