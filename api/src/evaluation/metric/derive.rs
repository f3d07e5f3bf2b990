//! Live figures that metrics draw: one statement each.

use crate::caller::Caller;
use crate::resource::Outcome;
use crate::store::Probe;
use isms_entity::Figure;
use isms_entity::evaluation::metric::Derivation;

/// What is counted, and of how many, by record type and condition; without the second, the count itself.
fn question(derivation: Derivation) -> ((&'static str, &'static str), Option<(&'static str, &'static str)>) {
    match derivation {
        Derivation::RisksAboveCriterionUnhandled => {
            (("Risk", "{=handling} = 'unhandled' AND {self}.\"state\" <> 'closed'"), None)
        }
        Derivation::ActionsOverduePercent => {
            (("Action", "{=overdue}"), Some(("Action", "{self}.\"state\" IN ('open', 'inProgress', 'blocked')")))
        }
        Derivation::ControlsImplementedPercent => (
            ("Control", "{self}.\"applicability\" = 'applicable' AND {self}.\"status\" = 'implemented'"),
            Some(("Control", "{self}.\"applicability\" = 'applicable'")),
        ),
        Derivation::AcknowledgedPercent => (
            (
                "DocumentVersion",
                "{self}.\"state\" = 'published' AND {self}.\"acknowledgement_required\" AND EXISTS \
                 (SELECT 1 FROM {Acknowledgement} a WHERE a.version_id = {self}.\"id\")",
            ),
            Some(("DocumentVersion", "{self}.\"state\" = 'published' AND {self}.\"acknowledgement_required\"")),
        ),
        Derivation::AwarenessPercent => (
            ("TrainingAssignment", "{self}.\"state\" = 'completed'"),
            Some(("TrainingAssignment", "{self}.\"state\" <> 'waived'")),
        ),
        Derivation::IncidentsOpen => (("Incident", "{self}.\"state\" NOT IN ('closed', 'noIncident')"), None),
        Derivation::NonconformitiesOverdue => (
            ("Nonconformity", "{self}.\"state\" NOT IN ('implemented', 'closed') AND {self}.\"due_on\" < {today}"),
            None,
        ),
        Derivation::SuppliersAssessedPercent => (
            (
                "Supplier",
                "{self}.\"criticality\" >= 3 AND {self}.\"state\" <> 'exited' AND EXISTS \
                 (SELECT 1 FROM {SupplierAssessment} a WHERE a.supplier_id = {self}.\"id\" AND a.state = 'concluded' \
                 AND a.retired_at IS NULL AND (a.valid_until IS NULL OR a.valid_until >= {today}))",
            ),
            Some(("Supplier", "{self}.\"criticality\" >= 3 AND {self}.\"state\" <> 'exited'")),
        ),
    }
}

/// The figure as of now, and how many it was drawn from.
pub(super) async fn figure(caller: &Caller, derivation: Derivation) -> Outcome<(Figure, u64)> {
    let (counted, of) = question(derivation);
    let probes: Vec<Probe> = [Some(counted), of].into_iter().flatten().map(|(of, is)| Probe::list(of, is)).collect();
    let mut totals = caller.probe(&probes, None, 1).await?.into_iter().map(|answer| answer.total);
    let count = totals.next().unwrap_or_default();
    let whole = totals.next();
    let ten_thousandths = match whole {
        None => u128::from(count) * 10_000,
        Some(0) => 0,
        Some(whole) => u128::from(count) * 1_000_000 / u128::from(whole),
    };
    Ok((Figure(i64::try_from(ten_thousandths).unwrap_or(i64::MAX)), whole.unwrap_or(count)))
}
