//! a: actions that earlier reviews decided on.

use super::Drawn;
use crate::caller::Caller;
use crate::planning::action::Action;
use crate::resource::{Outcome, word};
use crate::store::{Query, Test};
use isms_entity::evaluation::management_review;

pub(super) async fn draw(caller: &Caller, row: &management_review::Model) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    let decided = Query::of([Test::Absent("review_id", false)]);
    for found in caller.all::<Action>(&decided).await?.iter().filter(|found| found.row.review_id != Some(row.id)) {
        drawn.tally("actions", 1);
        drawn.tally(&word(&found.row.state), 1);
        drawn.tally("overdue", u64::from(found.computed.overdue));
        drawn.record(&found.row.reference);
    }
    Ok(drawn)
}
