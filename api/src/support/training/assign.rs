//! Assigning a course: everybody of its audience who has not passed it, or is to take it again.

use super::Training;
use crate::caller::Caller;
use crate::leadership::user::User;
use crate::resource::{Act, ActSpec, Faults, Outcome, service};
use crate::store::{Query, Test};
use crate::support::training_assignment::TrainingAssignment;
use chrono::NaiveDate;
use isms_authz::Action;
use isms_entity::leadership::user;
use isms_entity::support::training;
use isms_entity::support::training_assignment::{self, AssignmentState};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// Makes assignments.
pub struct Assign;

/// Who takes the course until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assigned {
    /// By when.
    pub due_on: NaiveDate,
    /// Who takes it; the people of its audience unless given. Who is assigned or need not take it yet is left out.
    pub person_ids: Option<Vec<Uuid>>,
}

impl Act for Assign {
    type Of = Training;
    type Input = Assigned;
    const SPEC: ActSpec = ActSpec {
        name: "assign",
        verb: Action::Update,
        from: &[],
        summary: "Have everybody of its audience, or these people, take it until a day (7.2 c, 7.3)",
    };

    async fn run(caller: &Caller, row: &mut training::Model, input: Assigned) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(input.due_on < caller.today(), "dueOn", "is in the past");
        let active = Query::of([Test::is("active", true), Test::is("kind", "person")]);
        let active = caller.for_rules::<User>(&active).await?;
        let people: Vec<Uuid> = match &input.person_ids {
            None => active.iter().filter(|person| is_for(caller, row, person)).map(|person| person.id).collect(),
            Some(named) => {
                let known: HashSet<Uuid> = active.iter().map(|person| person.id).collect();
                for (i, id) in named.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
                    faults.add(&format!("personIds/{i}"), format!("there is no active person {id}"));
                }
                named.clone()
            }
        };
        faults.settle()?;
        let mut spared = spared(caller, row).await?;
        let new = people.into_iter().filter(|person| spared.insert(*person));
        let drafts = new.map(|person| json!({"trainingId": row.id, "personId": person, "dueOn": input.due_on}));
        service::create_all::<TrainingAssignment>(caller, drafts.collect()).await.map(drop)
    }
}

/// Whether the course is for this person.
fn is_for(caller: &Caller, row: &training::Model, person: &user::Model) -> bool {
    let above = caller.access.units.above(person.unit_id);
    match row.audience_ids.0.as_slice() {
        [] => above.contains(&row.unit_id),
        named => named.iter().any(|unit| above.contains(unit)),
    }
}

/// Who is assigned already, or need not take the course yet.
async fn spared(caller: &Caller, row: &training::Model) -> Outcome<HashSet<Uuid>> {
    let today = caller.today();
    let holds = |made: &training_assignment::Model| match made.state {
        AssignmentState::Assigned | AssignmentState::Failed => true,
        AssignmentState::Completed | AssignmentState::Waived => made.valid_until.is_none_or(|until| until >= today),
    };
    let made = caller.for_rules::<TrainingAssignment>(&Query::of([Test::is("training_id", row.id)])).await?;
    Ok(made.iter().filter(|made| holds(made)).map(|made| made.person_id).collect())
}
