//! g: ideas for improvement, and what incidents taught.

use super::{Drawn, Period};
use crate::caller::Caller;
use crate::improvement::improvement::Improvement;
use crate::operation::incident::Incident;
use crate::resource::{Outcome, is_told, word};
use crate::store::Query;

pub(super) async fn draw(caller: &Caller, period: &Period) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    for found in caller.all::<Improvement>(&Query::of(period.instants("updated_at"))).await? {
        drawn.tally("improvements", 1);
        drawn.tally(&word(&found.row.state), 1);
        drawn.record(&found.row.reference);
    }
    let mut taught = 0;
    for found in caller.all::<Incident>(&Query::of(period.instants("closed_at"))).await? {
        if is_told(found.row.lessons.as_ref()) {
            taught += 1;
            drawn.record(&found.row.reference);
        }
    }
    drawn.count("incidentLessons", taught);
    Ok(drawn)
}
