//! The cycle: what is due when (calendar), what waits for the caller (tasks), and what was planned, done, checked and
//! acted on in a period. Each is one statement over all record types, under the caller's conditions.

mod calendar;
mod cycle;
mod kind;
mod rest;
mod task;

pub use calendar::{Calendar, Entry, calendar, ics};
pub use cycle::{Cycle, cycle};
pub use kind::{KINDS, Kind, Phase};
pub use rest::register;
pub use task::{TASKS, Tasks, tasks};

use crate::store::Probed;
use chrono::NaiveDate;
use isms_entity::Time;

/// Whether something was due before now: by the instant where it has one, else by the day.
fn is_past(found: &Probed, now: Time, today: NaiveDate) -> bool {
    found.due_at.map_or_else(|| found.due_on.is_some_and(|day| day < today), |at| at < now)
}
