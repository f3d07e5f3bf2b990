//! b: issues that came, changed or went, and whether climate change is one.

use super::{Drawn, Period};
use crate::caller::Caller;
use crate::context::{climate_determination::ClimateDetermination, issue::Issue};
use crate::resource::{Outcome, edition};
use crate::store::Query;
use isms_entity::context::issue::IssueState;

pub(super) async fn draw(caller: &Caller, period: &Period) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    for found in caller.all::<Issue>(&Query::of(period.instants("updated_at"))).await? {
        let new = period.holds_time(Some(found.row.created_at));
        drawn.tally(if new { "new" } else { "changed" }, 1);
        drawn.tally("closed", u64::from(found.row.state == IssueState::Closed));
        drawn.record(&found.row.reference);
    }
    if let Some(decided) = edition::in_force::<ClimateDetermination>(caller).await? {
        drawn.figure("climateChangeRelevant", decided.relevant);
        drawn.record(&decided.reference);
    }
    Ok(drawn)
}
