//! Nobody audits their own work (I-53): checked when the team is named, and again when the report is issued.

use crate::caller::Caller;
use crate::planning::asset::Asset;
use crate::planning::control::Control;
use crate::planning::risk::Risk;
use crate::resource::{Faults, Outcome};
use crate::store::{Query, Test};
use isms_entity::evaluation::audit;
use std::collections::HashSet;
use uuid::Uuid;

/// Names each auditor who owns something in the audit's scope, or is asked by it.
pub(super) async fn check(caller: &Caller, row: &audit::Model) -> Outcome<()> {
    let team: HashSet<Uuid> = row.auditor_ids.0.iter().copied().collect();
    let mut faults = Faults::default();
    let asked = row.auditee_ids.0.iter().any(|auditee| team.contains(auditee));
    faults.when(asked, "auditeeIds", "nobody is auditor and auditee of one audit (I-53)");
    let controls = row.control_ids.0.iter().map(|id| (*id).into()).collect();
    for control in caller.for_rules::<Control>(&Query::of([Test::OneOf("id", controls)])).await? {
        let own = control.owner_id.is_some_and(|owner| team.contains(&owner));
        faults.when(own, "teamIds", format!("an auditor owns {}, which the audit looks at (I-53)", control.code));
    }
    for unit in &row.unit_ids.0 {
        let within = || Query::of([Test::Within(*unit)]);
        for risk in caller.for_rules::<Risk>(&within()).await? {
            let own = risk.owner_id.is_some_and(|owner| team.contains(&owner));
            faults.when(own, "teamIds", format!("an auditor owns {} in a unit that is audited (I-53)", risk.reference));
        }
        for asset in caller.for_rules::<Asset>(&within()).await? {
            let own = asset.owner_id.is_some_and(|owner| team.contains(&owner));
            faults.when(
                own,
                "teamIds",
                format!("an auditor owns {} in a unit that is audited (I-53)", asset.reference),
            );
        }
    }
    faults.settle()
}
