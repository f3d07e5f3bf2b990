//! d3: audits held against audits planned, and their findings by grade, the certification body's apart.

use super::{Drawn, Period};
use crate::caller::Caller;
use crate::evaluation::{audit::Audit, finding::Finding};
use crate::resource::{Outcome, word};
use crate::store::Query;
use isms_entity::evaluation::audit::AuditState;

pub(super) async fn draw(caller: &Caller, period: &Period) -> Outcome<Drawn> {
    let mut drawn = Drawn::default();
    for found in caller.all::<Audit>(&Query::of(period.days("planned_to"))).await? {
        let done = matches!(found.row.state, AuditState::Reported | AuditState::Closed);
        drawn.tally("auditsPlanned", u64::from(found.row.state != AuditState::Cancelled));
        drawn.tally("auditsDone", u64::from(done));
        drawn.record(&found.row.reference);
    }
    for found in caller.all::<Finding>(&Query::of(period.instants("issued_at"))).await? {
        let grade = word(&found.row.grade);
        let external = found.row.certification_audit_id.is_some();
        drawn.tally(&if external { format!("external_{grade}") } else { grade }, 1);
        drawn.record(&found.row.reference);
    }
    Ok(drawn)
}
