//! The rules of an assignment: it stays with its person and course, and the course's pass mark decides.

use crate::caller::Caller;
use crate::leadership::user::User;
use crate::resource::{Faults, Outcome};
use crate::store::{Operand, Query, Test};
use crate::support::training::Training;
use chrono::NaiveDate;
use isms_entity::leadership::user;
use isms_entity::months_on;
use isms_entity::support::training;
use isms_entity::support::training_assignment::{self, AssignmentState};
use std::collections::HashMap;
use uuid::Uuid;

/// Courses and people that assignments name.
struct Known {
    trainings: HashMap<Uuid, training::Model>,
    people: HashMap<Uuid, user::Model>,
}

impl Known {
    async fn of(caller: &Caller, rows: &[training_assignment::Model]) -> Outcome<Self> {
        let (mut trainings, mut people) = (HashMap::new(), HashMap::new());
        for chunk in rows.chunks(5_000) {
            let these = |id: fn(&training_assignment::Model) -> Uuid| {
                let mut ids: Vec<Uuid> = chunk.iter().map(id).collect();
                ids.sort_unstable();
                ids.dedup();
                Query::of([Test::OneOf("id", ids.into_iter().map(Operand::from).collect())]).with_retired()
            };
            let found = caller.for_rules::<Training>(&these(|row| row.training_id)).await?;
            trainings.extend(found.into_iter().map(|row| (row.id, row)));
            let found = caller.for_rules::<User>(&these(|row| row.person_id)).await?;
            people.extend(found.into_iter().map(|row| (row.id, row)));
        }
        Ok(Self { trainings, people })
    }
}

/// Checks what was written of one assignment.
pub(super) async fn settle(
    caller: &Caller,
    old: Option<&training_assignment::Model>,
    row: &mut training_assignment::Model,
) -> Outcome<()> {
    let known = Known::of(caller, std::slice::from_ref(row)).await?;
    settle_with(caller, &known, old, row)
}

/// The same for many new ones.
pub(super) async fn settle_new(caller: &Caller, rows: &mut [training_assignment::Model]) -> Outcome<Vec<Outcome<()>>> {
    let known = Known::of(caller, rows).await?;
    Ok(rows.iter_mut().map(|row| settle_with(caller, &known, None, row)).collect())
}

fn settle_with(
    caller: &Caller,
    known: &Known,
    old: Option<&training_assignment::Model>,
    row: &mut training_assignment::Model,
) -> Outcome<()> {
    let mut faults = Faults::default();
    faults.when(old.is_some_and(|old| old.person_id != row.person_id), "personId", "stays the same person");
    faults.when(old.is_some_and(|old| old.training_id != row.training_id), "trainingId", "stays the same course");
    let training = known.trainings.get(&row.training_id);
    let person = known.people.get(&row.person_id);
    faults.when(training.is_none(), "trainingId", format!("there is no training {}", row.training_id));
    faults.when(person.is_none(), "personId", format!("there is no user {}", row.person_id));
    let taken = row.completed_on.filter(|day| old.is_none_or(|old| old.completed_on != Some(*day)));
    let is_put_off = old.is_none_or(|old| old.due_on != row.due_on);
    faults.when(taken.is_none() && is_put_off && row.due_on < caller.today(), "dueOn", "is in the past");
    let is_scored = row.score.is_some() && old.is_none_or(|old| old.score != row.score);
    faults.when(taken.is_none() && is_scored, "score", "goes with a day of completion");
    faults.settle()?;
    let (Some(training), Some(person)) = (training, person) else { return Ok(()) };
    // It lies where the person works, so that nobody moves it out of their manager's sight.
    row.unit_id = person.unit_id;
    if old.is_none() {
        row.training_owner_id = training.owner_id;
    }
    match taken {
        Some(day) => complete(caller, training, row, day, row.score),
        None => Ok(()),
    }
}

/// The course was taken on this day with this score, which is or is not enough.
///
/// # Errors
/// A day to come, or a score that is missing or off the scale.
pub fn complete(
    caller: &Caller,
    training: &training::Model,
    row: &mut training_assignment::Model,
    day: NaiveDate,
    score: Option<i32>,
) -> Outcome<()> {
    let mut faults = Faults::default();
    faults.when(day > caller.latest_day(), "completedOn", "is in the future");
    faults.range("score", score.unwrap_or_default(), 0..=100);
    faults.when(training.pass_mark.is_some() && score.is_none(), "score", "is needed: the course has a pass mark");
    faults.settle()?;
    let is_enough = training.pass_mark.is_none_or(|mark| score.is_some_and(|score| score >= mark));
    row.score = score;
    row.completed_on = Some(day).filter(|_| is_enough);
    row.valid_until = training.every_months.and_then(|months| months_on(day, months)).filter(|_| is_enough);
    row.state = if is_enough { AssignmentState::Completed } else { AssignmentState::Failed };
    Ok(())
}
