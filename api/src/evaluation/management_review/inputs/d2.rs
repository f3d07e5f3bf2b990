//! d2: what the active metrics show; one without a value has no data.

use super::Drawn;
use crate::caller::Caller;
use crate::evaluation::metric::Metric;
use crate::resource::{Outcome, word};
use crate::store::{Query, Test};

pub(super) async fn draw(caller: &Caller) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    for found in caller.all::<Metric>(&Query::of([Test::is("state", "active")])).await? {
        let verdict = found.computed.last_verdict.filter(|_| !found.computed.late);
        drawn.tally("metrics", 1);
        drawn.tally(&verdict.map_or_else(|| "noData".to_owned(), |verdict| word(&verdict)), 1);
        drawn.record(&found.row.reference);
    }
    Ok(drawn)
}
