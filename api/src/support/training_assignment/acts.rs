//! How an assignment ends: taken, not needed; and whether it did what it was meant to do (7.2 c).

use super::{TrainingAssignment, complete};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Outcome};
use crate::store::{Query, Test};
use crate::support::training::Training;
use chrono::NaiveDate;
use isms_authz::Action;
use isms_entity::months_on;
use isms_entity::support::training;
use isms_entity::support::training_assignment::{self, AssignmentState, TrainingEffect};
use serde::Deserialize;
use utoipa::ToSchema;

async fn course(caller: &Caller, row: &training_assignment::Model) -> Outcome<training::Model> {
    let found = caller.for_rules::<Training>(&Query::of([Test::is("id", row.training_id)]).with_retired()).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// → completed, or failed.
pub struct Complete;

/// How it went.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Taken {
    /// The day on which the course was taken.
    pub completed_on: NaiveDate,
    /// Percent reached; needed where the course has a pass mark.
    pub score: Option<i32>,
}

impl Act for Complete {
    type Of = TrainingAssignment;
    type Input = Taken;
    const SPEC: ActSpec = ActSpec {
        name: "complete",
        verb: Action::Close,
        from: &["assigned", "failed"],
        summary: "The course has been taken; below its pass mark it is to be repeated",
    };

    async fn run(caller: &Caller, row: &mut training_assignment::Model, input: Taken) -> Outcome<()> {
        let training = course(caller, row).await?;
        if training.pass_mark.is_some() && row.person_id == caller.id() {
            return Err(Error::Conflict(
                "somebody else notes what was scored where the course has a pass mark (I-02)".into(),
            ));
        }
        complete(caller, &training, row, input.completed_on, input.score)
    }
}

/// → waived.
pub struct Waive;

impl Act for Waive {
    type Of = TrainingAssignment;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "waive",
        verb: Action::Approve,
        from: &["assigned", "failed"],
        summary: "This person need not take it, and why",
    };

    async fn run(caller: &Caller, row: &mut training_assignment::Model, input: Because) -> Outcome<()> {
        if row.person_id == caller.id() {
            return Err(Error::Conflict("nobody excuses themselves (I-02)".into()));
        }
        row.waived_reason = Some(input.given()?);
        let training = course(caller, row).await?;
        row.valid_until = training.every_months.and_then(|months| months_on(caller.today(), months));
        row.state = AssignmentState::Waived;
        Ok(())
    }
}

/// Completed → completed, with its effect.
pub struct Evaluate;

/// What somebody found who looked at the person's work since.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Whether it had the effect it was meant to have.
    pub effective: bool,
}

impl Act for Evaluate {
    type Of = TrainingAssignment;
    type Input = Effect;
    const SPEC: ActSpec = ActSpec {
        name: "evaluate",
        verb: Action::Approve,
        from: &["completed"],
        summary: "Somebody else says whether it had the effect it was meant to have (7.2 c)",
    };

    async fn run(caller: &Caller, row: &mut training_assignment::Model, input: Effect) -> Outcome<()> {
        if row.person_id == caller.id() {
            return Err(Error::Conflict("nobody evaluates their own training (I-02)".into()));
        }
        row.effectiveness = if input.effective { TrainingEffect::Effective } else { TrainingEffect::NotEffective };
        row.evaluated_by = Some(caller.id());
        row.evaluated_at = Some(caller.now());
        Ok(())
    }
}
