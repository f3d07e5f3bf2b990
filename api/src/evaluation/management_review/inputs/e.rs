//! e: what interested parties say: complaints and what suppliers and customers brought up, and how suppliers were assessed.

use super::{Drawn, Period, words};
use crate::caller::Caller;
use crate::improvement::nonconformity::Nonconformity;
use crate::operation::supplier_assessment::SupplierAssessment;
use crate::resource::{Outcome, word};
use crate::store::{Query, Test};

pub(super) async fn draw(caller: &Caller, period: &Period) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    let [from, to] = period.days("detected_on");
    let brought = Query::of([Test::OneOf("source", words(&["complaint", "supplier"])), from, to]);
    for found in caller.all::<Nonconformity>(&brought).await? {
        drawn.tally(&word(&found.row.source), 1);
        drawn.record(&found.row.reference);
    }
    for found in caller.all::<SupplierAssessment>(&Query::of(period.instants("concluded_at"))).await? {
        drawn.tally("supplierAssessments", 1);
        drawn.record(&found.row.reference);
    }
    Ok(drawn)
}
