//! The register of risks as a campaign keeps it: one row for each risk, in the order of references (I-37).

use crate::caller::Caller;
use crate::planning::methodology::Methodology;
use crate::planning::risk::Risk;
use crate::resource::Outcome;
use crate::store::{Query, Test};
use isms_entity::operation::campaign::{self, RegisteredRisk, RiskRegister};
use isms_entity::planning::risk::{self, RiskState};

/// The risks that are not closed.
pub(super) async fn risks(caller: &Caller) -> Outcome<Vec<risk::Model>> {
    let mut risks = caller.for_rules::<Risk>(&Query::default()).await?;
    risks.retain(|risk| risk.state != RiskState::Closed);
    risks.sort_by(|a, b| a.reference.cmp(&b.reference));
    Ok(risks)
}

/// What is kept of them.
pub(super) fn rows(risks: &[risk::Model]) -> Outcome<RiskRegister> {
    let row = |risk: &risk::Model| RegisteredRisk {
        id: risk.id,
        reference: risk.reference.clone(),
        title: risk.title.clone(),
        unit_id: risk.unit_id,
        owner_id: risk.owner_id,
        state: risk.state,
        treatment: risk.treatment,
        inherent_level: risk.inherent_level,
        current_level: risk.current_level,
        residual_level: risk.residual_level,
        above_criterion: risk.above_criterion,
        assessed_at: risk.assessed_at,
        rationale: risk.rationale.clone(),
    };
    Ok(RiskRegister(serde_json::to_value(risks.iter().map(row).collect::<Vec<_>>())?))
}

/// Whether one of them stands at the top level of the methodology that the campaign goes by.
pub(super) async fn reaches_top(caller: &Caller, row: &campaign::Model, risks: &[risk::Model]) -> Outcome<bool> {
    let Some(id) = row.methodology_id else { return Ok(false) };
    let found = caller.for_rules::<Methodology>(&Query::of([Test::is("id", id)]).with_retired()).await?;
    let top = found.first().and_then(|methodology| i32::try_from(methodology.levels.0.len()).ok());
    Ok(top.is_some_and(|top| risks.iter().any(|risk| risk.current_level >= Some(top))))
}
