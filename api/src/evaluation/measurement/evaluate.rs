//! What a value means: a red one leads to an action, or says why not (I-52).

use super::Measurement;
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Faults, Outcome};
use isms_entity::evaluation::measurement;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Evaluate a value.
pub struct Evaluate;

/// The conclusion.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MeasurementConclusion {
    /// What it means, and for a red one without an action why none is needed.
    pub conclusion: String,
    /// What is done about it.
    pub action_id: Option<Uuid>,
}

impl Act for Evaluate {
    type Of = Measurement;
    type Input = MeasurementConclusion;
    const SPEC: ActSpec =
        ActSpec { name: "evaluate", verb: Action::Approve, from: &[], summary: "Say what the value means (9.1)" };

    async fn run(caller: &Caller, row: &mut measurement::Model, input: MeasurementConclusion) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("conclusion", Some(&input.conclusion), "says what it means (I-52)");
        faults.settle()?;
        row.conclusion = Some(input.conclusion);
        row.action_id = input.action_id;
        row.evaluated_by = Some(caller.id());
        row.evaluated_at = Some(caller.now());
        Ok(())
    }
}
