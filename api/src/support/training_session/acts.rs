//! What becomes of a session: it took place with these people, or it did not.

use super::TrainingSession;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Error, Faults, Outcome, service, step};
use crate::store::{Query, Test};
use crate::support::training::Training;
use crate::support::training_assignment::{TrainingAssignment, complete};
use isms_authz::Action;
use isms_entity::support::training_assignment::{self, AssignmentState};
use isms_entity::support::training_session::{self, SessionState};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

/// Planned → held.
pub struct Hold;

/// Who was there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attendance {
    /// Who was present.
    pub person_ids: Vec<Uuid>,
    /// What happened.
    pub notes: Option<String>,
}

impl Act for Hold {
    type Of = TrainingSession;
    type Input = Attendance;
    const SPEC: ActSpec = ActSpec {
        name: "hold",
        verb: Action::Update,
        from: &["planned"],
        summary: "It took place: who was present has taken the course, or is yet to be scored",
    };

    async fn run(caller: &Caller, row: &mut training_session::Model, input: Attendance) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(input.person_ids.is_empty(), "personIds", "names who was present");
        faults.when(row.held_on > caller.latest_day(), "personIds", format!("the session is on {}", row.held_on));
        faults.settle()?;
        let training = caller.fetch::<Training>(row.training_id).await?.row;
        let mut present = input.person_ids;
        present.sort_unstable();
        present.dedup();
        let open = open(caller, row.training_id).await?;
        let mut drafts = Vec::new();
        for person in present {
            let Some(before) = open.iter().find(|made| made.person_id == person) else {
                let taken = training.pass_mark.is_none().then_some(row.held_on);
                let due = if taken.is_some() { row.held_on } else { caller.today() };
                let draft = json!({"trainingId": training.id, "personId": person, "dueOn": due, "sessionId": row.id,
                    "completedOn": taken});
                drafts.push(draft);
                continue;
            };
            let permit = caller.permit::<TrainingAssignment>(Action::Close, before)?;
            let mut after = training_assignment::Model { session_id: Some(row.id), ..before.clone() };
            if training.pass_mark.is_none() {
                complete(caller, &training, &mut after, row.held_on, None)?;
            }
            caller.update(permit, before, after, "attend").await?;
        }
        service::create_all::<TrainingAssignment>(caller, drafts).await.map_err(|error| match error {
            Error::Invalid(_) => Error::field("/personIds", "names somebody who is not there"),
            other => other,
        })?;
        if input.notes.is_some() {
            row.notes = input.notes;
        }
        row.state = SessionState::Held;
        Ok(())
    }
}

/// Assignments to the course that are still to be met.
async fn open(caller: &Caller, training: Uuid) -> Outcome<Vec<training_assignment::Model>> {
    let made = caller.for_rules::<TrainingAssignment>(&Query::of([Test::is("training_id", training)])).await?;
    let is_open =
        |made: &training_assignment::Model| matches!(made.state, AssignmentState::Assigned | AssignmentState::Failed);
    Ok(made.into_iter().filter(is_open).collect())
}

step! {
    /// Planned → cancelled.
    Cancel of TrainingSession: "cancel" Update ["planned"] => SessionState::Cancelled, because notes,
    "It does not take place, and why"
}
