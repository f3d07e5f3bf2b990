//! f: risks by level and by what is done about them, and those above the criterion by name.

use super::Drawn;
use crate::caller::Caller;
use crate::planning::risk::Risk;
use crate::resource::Outcome;
use crate::store::{Query, Sort, Test};

pub(super) async fn draw(caller: &Caller) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    let live = || Test::NoneOf("state", vec!["closed".into()]);
    for (keys, n) in caller.count_by::<Risk>(&["current_level", "handling"], &Query::of([live()])).await? {
        let [level, handling] = keys.as_slice() else { continue };
        drawn.tally("risks", n);
        drawn.tally(handling.as_deref().unwrap_or("unrated"), n);
        if let Some(level) = level {
            drawn.tally(&format!("level{level}"), n);
        }
    }
    let sort = vec![Sort { column: "current_level", descending: true }];
    let above = Query { sort, limit: Some(200), ..Query::of([live(), Test::is("above_criterion", true)]) };
    for found in caller.all::<Risk>(&above).await? {
        drawn.record(&found.row.reference);
    }
    Ok(drawn)
}
