//! c: requirements of interested parties, and of law and contracts, that came or changed.

use super::{Drawn, Period};
use crate::caller::Caller;
use crate::context::{legal_requirement::LegalRequirement, party_requirement::PartyRequirement};
use crate::resource::Outcome;
use crate::store::Query;

pub(super) async fn draw(caller: &Caller, period: &Period) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    for found in caller.all::<PartyRequirement>(&Query::of(period.instants("updated_at"))).await? {
        let new = period.holds_time(Some(found.row.created_at));
        drawn.tally(if new { "newRequirements" } else { "changedRequirements" }, 1);
        drawn.record(&found.row.reference);
    }
    for found in caller.all::<LegalRequirement>(&Query::of(period.instants("updated_at"))).await? {
        let new = period.holds_time(Some(found.row.created_at));
        drawn.tally(if new { "newObligations" } else { "changedObligations" }, 1);
        drawn.record(&found.row.reference);
    }
    Ok(drawn)
}
