//! Asked, assigned, answered, accepted or asked again.

use super::AuditRequest;
use crate::caller::Caller;
use crate::evaluation::engagement::Engagement;
use crate::resource::{Act, ActSpec, Because, Error, Faults, Nothing, Outcome, is_blank, step};
use crate::resources;
use crate::store::{Query, Test};
use isms_authz::Action;
use isms_entity::Ids;
use isms_entity::evaluation::audit_request::{self, AuditRequestState};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Says who is to answer.
pub struct Assign;

/// Who is to answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assignee {
    /// Them.
    pub owner_id: Uuid,
}

impl Act for Assign {
    type Of = AuditRequest;
    type Input = Assignee;
    const SPEC: ActSpec =
        ActSpec { name: "assign", verb: Action::Approve, from: &["open"], summary: "Say who is to answer" };

    async fn run(_caller: &Caller, row: &mut audit_request::Model, input: Assignee) -> Outcome<()> {
        row.owner_id = Some(input.owner_id);
        Ok(())
    }
}

/// Open → answered.
pub struct Answer;

/// An answer, and the records that prove it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerGiven {
    /// In words.
    pub answer: String,
    /// Evidence.
    #[serde(default)]
    pub evidence_ids: Ids,
    /// Versions of documents.
    #[serde(default)]
    pub document_version_ids: Ids,
    /// Risks.
    #[serde(default)]
    pub risk_ids: Ids,
    /// Controls.
    #[serde(default)]
    pub control_ids: Ids,
    /// Incidents.
    #[serde(default)]
    pub incident_ids: Ids,
}

impl Act for Answer {
    type Of = AuditRequest;
    type Input = AnswerGiven;
    const SPEC: ActSpec = ActSpec {
        name: "answer",
        verb: Action::Approve,
        from: &["open"],
        summary: "Answer it, with records that its auditors may see",
    };

    async fn run(caller: &Caller, row: &mut audit_request::Model, input: AnswerGiven) -> Outcome<()> {
        if is_blank(&input.answer) {
            return Err(Error::field("/answer", "says something"));
        }
        let engagement = caller.for_rules::<Engagement>(&Query::of([Test::is("id", row.engagement_id)])).await?;
        let auditor = engagement.first().map(|engagement| caller.as_auditor_of(engagement));
        let auditor = auditor.ok_or_else(|| Error::Internal("the request has no engagement".into()))?;
        let mut faults = Faults::default();
        for (field, target, ids) in [
            ("evidenceIds", "Evidence", &input.evidence_ids),
            ("documentVersionIds", "DocumentVersion", &input.document_version_ids),
            ("riskIds", "Risk", &input.risk_ids),
            ("controlIds", "Control", &input.control_ids),
            ("incidentIds", "Incident", &input.incident_ids),
        ] {
            let Some(spec) = resources::spec(target) else { continue };
            // What the caller may not see is refused as any reference to it is.
            let mine = caller.visible(spec, &ids.0).await?;
            let theirs = auditor.visible(spec, &ids.0).await?;
            for (i, id) in ids.0.iter().enumerate() {
                let outside = mine.contains(id) && !theirs.contains(id);
                faults.when(
                    outside,
                    &format!("{field}/{i}"),
                    "lies outside the engagement: its auditors would not see it",
                );
            }
        }
        faults.settle()?;
        row.answer = Some(input.answer);
        row.evidence_ids = input.evidence_ids;
        row.document_version_ids = input.document_version_ids;
        row.risk_ids = input.risk_ids;
        row.control_ids = input.control_ids;
        row.incident_ids = input.incident_ids;
        row.answered_by = Some(caller.id());
        row.answered_at = Some(caller.now());
        row.state = AuditRequestState::Answered;
        Ok(())
    }
}

/// Answered → accepted.
pub struct Accept;

impl Act for Accept {
    type Of = AuditRequest;
    type Input = Nothing;
    const SPEC: ActSpec =
        ActSpec { name: "accept", verb: Action::Accept, from: &["answered"], summary: "The answer will do" };

    async fn run(caller: &Caller, row: &mut audit_request::Model, _input: Nothing) -> Outcome<()> {
        row.accepted_at = Some(caller.now());
        row.state = AuditRequestState::Accepted;
        Ok(())
    }
}

/// Answered → open.
pub struct AskAgain;

impl Act for AskAgain {
    type Of = AuditRequest;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "ask-again",
        verb: Action::Accept,
        from: &["answered"],
        summary: "The answer will not do, for a reason",
    };

    async fn run(_caller: &Caller, row: &mut audit_request::Model, input: Because) -> Outcome<()> {
        row.remark = Some(input.given()?);
        row.rounds += 1;
        row.state = AuditRequestState::Open;
        Ok(())
    }
}

step! {
    /// → withdrawn.
    Withdraw of AuditRequest: "withdraw" Close ["open", "answered"] => AuditRequestState::Withdrawn, because remark,
    "It is not asked any more, for a reason"
}
