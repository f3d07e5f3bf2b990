//! What an assessment concludes, and how long that holds (I-73).

use super::SupplierAssessment;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Faults, Outcome};
use chrono::NaiveDate;
use isms_authz::Action;
use isms_entity::operation::supplier_assessment::{self, AssessmentConclusion, AssessmentMethod, AssessmentState};
use serde::Deserialize;
use utoipa::ToSchema;

/// Draft → concluded.
pub struct Conclude;

/// The conclusion.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssessmentOutcome {
    /// Whether the supplier may be used.
    pub conclusion: AssessmentConclusion,
    /// Until when that holds.
    pub valid_until: NaiveDate,
}

impl Act for Conclude {
    type Of = SupplierAssessment;
    type Input = AssessmentOutcome;
    const SPEC: ActSpec =
        ActSpec { name: "conclude", verb: Action::Update, from: &["draft"], summary: "Say what it concludes" };

    async fn run(caller: &Caller, row: &mut supplier_assessment::Model, input: AssessmentOutcome) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(input.conclusion == AssessmentConclusion::Open, "conclusion", "is ok, conditional or blocker");
        faults.when(input.valid_until < caller.today(), "validUntil", "is in the past");
        let paper = row.method == AssessmentMethod::Certificate && input.conclusion != AssessmentConclusion::Blocker;
        let detail = "a certificate counts only if it covers the service (I-73)";
        faults.when(paper && !row.covers_service, "coversService", detail);
        let ends = row.certificate_expires_on.is_some_and(|end| input.valid_until > end);
        faults.when(paper && ends, "validUntil", "lies after the certificate ends");
        let asked = row.method == AssessmentMethod::Questionnaire;
        faults.when(asked && row.score.is_none(), "answers", "a questionnaire has answers");
        faults.settle()?;
        row.conclusion = input.conclusion;
        row.valid_until = Some(input.valid_until);
        row.state = AssessmentState::Concluded;
        row.concluded_by = Some(caller.id());
        row.concluded_at = Some(caller.now());
        Ok(())
    }
}
