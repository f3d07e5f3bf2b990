//! d1: nonconformities that were noticed or closed, what is open, and what came back.

use super::{Drawn, Period};
use crate::caller::Caller;
use crate::improvement::nonconformity::Nonconformity;
use crate::resource::Outcome;
use crate::store::{Query, Test};
use isms_entity::improvement::nonconformity::{NonconformityGrade, NonconformityState};

pub(super) async fn draw(caller: &Caller, period: &Period) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    let touched = Query::of([Test::Compare("updated_at", ">=", period.begins.into())]);
    for found in caller.all::<Nonconformity>(&touched).await? {
        let row = &found.row;
        let (noticed, closed) = (period.holds(row.detected_on), row.state == NonconformityState::Closed);
        let closed = closed && period.holds_time(row.verified_at);
        if noticed || closed {
            drawn.tally("noticed", u64::from(noticed));
            drawn.tally("noticedMajor", u64::from(noticed && row.grade == NonconformityGrade::Major));
            drawn.tally("closed", u64::from(closed));
            drawn.tally("repeated", u64::from(noticed && row.repeats_id.is_some()));
            drawn.record(&row.reference);
        }
    }
    let standing = caller.count_by::<Nonconformity>(&["state", "overdue"], &Query::default()).await?;
    for (keys, n) in standing {
        let [state, overdue] = keys.as_slice() else { continue };
        if state.as_deref() != Some("closed") {
            drawn.tally("open", n);
            drawn.tally("overdue", if matches!(overdue.as_deref(), Some("1" | "true")) { n } else { 0 });
        }
    }
    Ok(drawn)
}
