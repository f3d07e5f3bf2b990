//! d4: objectives, and how far they are reached.

use super::{Drawn, words};
use crate::caller::Caller;
use crate::planning::objective::Objective;
use crate::resource::{Outcome, word};
use crate::store::{Query, Test};
use isms_entity::planning::objective::ObjectiveState;

pub(super) async fn draw(caller: &Caller) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    let decided = Query::of([Test::OneOf("state", words(&["approved", "achieved", "missed"]))]);
    for found in caller.all::<Objective>(&decided).await? {
        let verdict = match found.row.state {
            ObjectiveState::Approved => found.row.evaluations.0.last().map(|evaluation| word(&evaluation.verdict)),
            state => Some(word(&state)),
        };
        drawn.tally("objectives", 1);
        drawn.tally(&verdict.unwrap_or_else(|| "noData".into()), 1);
        drawn.record(&found.row.reference);
    }
    Ok(drawn)
}
