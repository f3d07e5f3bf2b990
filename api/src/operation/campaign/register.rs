//! The register of risks as a campaign keeps it: one row for each risk, in the order of references (I-37).

use crate::caller::Caller;
use crate::planning::risk::Risk;
use crate::resource::Outcome;
use crate::store::Query;
use isms_entity::planning::risk::{self, RiskState};
use serde_json::{Value, json};

/// The risks that are not closed.
pub(super) async fn risks(caller: &Caller) -> Outcome<Vec<risk::Model>> {
    let mut risks = caller.for_rules::<Risk>(&Query::default()).await?;
    risks.retain(|risk| risk.state != RiskState::Closed);
    risks.sort_by(|a, b| a.reference.cmp(&b.reference));
    Ok(risks)
}

/// What is kept of them.
pub(super) fn rows(risks: &[risk::Model]) -> Value {
    let row = |risk: &risk::Model| {
        json!({
            "id": risk.id, "reference": risk.reference, "title": risk.title, "unitId": risk.unit_id,
            "ownerId": risk.owner_id, "state": risk.state, "treatment": risk.treatment,
            "inherentLevel": risk.inherent_level, "currentLevel": risk.current_level,
            "residualLevel": risk.residual_level, "aboveCriterion": risk.above_criterion,
            "assessedAt": risk.assessed_at, "rationale": risk.rationale,
        })
    };
    Value::Array(risks.iter().map(row).collect())
}
