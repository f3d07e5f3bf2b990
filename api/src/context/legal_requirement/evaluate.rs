//! How far an obligation is met, as somebody has evaluated it.

use super::LegalRequirement;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Faults, Outcome};
use isms_authz::Action;
use isms_entity::context::legal_requirement::{self, LegalApplicability, LegalCompliance};
use serde::Deserialize;
use utoipa::ToSchema;

/// Evaluate the obligation.
pub struct Evaluate;

/// What the evaluation found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LegalEvaluation {
    /// How far it is met.
    pub compliance: LegalCompliance,
    /// What was found.
    pub finding: Option<String>,
}

impl Act for Evaluate {
    type Of = LegalRequirement;
    type Input = LegalEvaluation;
    const SPEC: ActSpec =
        ActSpec { name: "evaluate", verb: Action::Update, from: &[], summary: "Say how far it is met (A.5.31)" };

    async fn run(caller: &Caller, row: &mut legal_requirement::Model, input: LegalEvaluation) -> Outcome<()> {
        let mut faults = Faults::default();
        let applies = row.applicability == LegalApplicability::Applicable;
        faults.when(!applies, "compliance", "only what applies is evaluated");
        let met = matches!(input.compliance, LegalCompliance::Met | LegalCompliance::Partly);
        faults.when(met && row.owner_id.is_none(), "compliance", "what is met has an owner (I-74)");
        let told = row.how_met.as_ref().is_some_and(|text| !text.trim().is_empty());
        faults.when(met && !told, "compliance", "what is met says how (I-74)");
        faults.settle()?;
        row.compliance = input.compliance;
        row.finding = input.finding;
        row.evaluated_by = Some(caller.id());
        row.evaluated_at = Some(caller.now());
        Ok(())
    }
}
