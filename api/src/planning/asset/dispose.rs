//! The end of an asset: how it was disposed of, by whom, and what proves it (I-28, control A.7.14).

use super::Asset;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Faults, Outcome};
use chrono::NaiveDate;
use isms_authz::Action;
use isms_entity::planning::asset::{self, AssetState};
use serde::Deserialize;
use utoipa::ToSchema;

/// → disposed.
pub struct Dispose;

/// How an asset was disposed of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Disposal {
    /// How: shredded, wiped, handed back, …
    pub method: String,
    /// The day; today unless given.
    pub on: Option<NaiveDate>,
    /// What proves it, such as a certificate of destruction.
    pub proof: String,
}

impl Act for Dispose {
    type Of = Asset;
    type Input = Disposal;
    const SPEC: ActSpec = ActSpec {
        name: "dispose",
        verb: Action::Update,
        from: &["planned", "active", "retiring"],
        summary: "It was disposed of, with what proves it (I-28)",
    };

    async fn run(caller: &Caller, row: &mut asset::Model, input: Disposal) -> Outcome<()> {
        let on = input.on.unwrap_or_else(|| caller.today());
        let mut faults = Faults::default();
        faults.told("method", Some(&input.method), "says how");
        faults.told("proof", Some(&input.proof), "what proves it");
        faults.when(on > caller.today(), "on", "lies in the future");
        faults.settle()?;
        row.state = AssetState::Disposed;
        row.disposed_on = Some(on);
        row.disposed_by = Some(caller.id());
        row.disposal_method = Some(input.method);
        row.disposal_proof = Some(input.proof);
        Ok(())
    }
}
