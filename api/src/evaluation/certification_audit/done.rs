//! The body has audited, and this is what it concluded.

use super::CertificationAudit;
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Faults, Outcome};
use chrono::NaiveDate;
use isms_entity::evaluation::certification_audit::{self, CertificationAuditState};
use serde::Deserialize;
use utoipa::ToSchema;

/// Planned → done.
pub struct Done;

/// The body's conclusion.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BodyConclusion {
    /// When the audit ended; today unless given.
    pub done_on: Option<NaiveDate>,
    /// What the body concluded, in its words.
    pub result: String,
}

impl Act for Done {
    type Of = CertificationAudit;
    type Input = BodyConclusion;
    const SPEC: ActSpec =
        ActSpec { name: "done", verb: Action::Update, from: &["planned"], summary: "Record what the body concluded" };

    async fn run(caller: &Caller, row: &mut certification_audit::Model, input: BodyConclusion) -> Outcome<()> {
        let on = input.done_on.unwrap_or_else(|| caller.today());
        let mut faults = Faults::default();
        faults.when(on > caller.today(), "doneOn", "lies in the future");
        faults.told("result", Some(&input.result), "what the body concluded");
        faults.settle()?;
        row.done_on = Some(on);
        row.result = Some(input.result);
        row.state = CertificationAuditState::Done;
        Ok(())
    }
}
