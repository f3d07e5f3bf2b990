//! The path of an audit: announced, held, reported once and frozen, closed when its findings are (9.2).

use super::{Audit, independence};
use crate::authz::Action;
use crate::caller::Caller;
use crate::evaluation::checklist_item::ChecklistItem;
use crate::evaluation::finding::Finding;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, digest, step};
use crate::store::{Query, Test};
use isms_entity::evaluation::audit::{self, AuditState};
use isms_entity::evaluation::checklist_item::{self, ChecklistResult};
use isms_entity::evaluation::finding::{self, FindingState};
use isms_entity::{Ids, Json};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

step! {
    /// Planned → announced.
    Announce of Audit: "announce" Update ["planned"] => AuditState::Announced, "The auditees know of it"
}

/// → in progress.
pub struct Start;

impl Act for Start {
    type Of = Audit;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "start",
        verb: Action::Update,
        from: &["planned", "announced"],
        summary: "Begin; criteria and scope are settled (9.2.2 a)",
    };

    async fn run(_caller: &Caller, row: &mut audit::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("criteria", row.criteria.as_ref(), "what is audited against (9.2.2 a)");
        faults.told("scope", row.scope.as_ref(), "what is looked at (9.2.2 a)");
        faults.settle()?;
        row.state = AuditState::InProgress;
        Ok(())
    }
}

/// In progress → reported.
pub struct Issue;

/// The report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditReport {
    /// What the audit concludes.
    pub conclusion: String,
    /// Who gets the report (9.2.2 c).
    pub distribution_ids: Ids,
}

impl Act for Issue {
    type Of = Audit;
    type Input = AuditReport;
    const SPEC: ActSpec = ActSpec {
        name: "issue-report",
        verb: Action::Approve,
        from: &["inProgress"],
        summary: "The lead issues the report, which is frozen, and its findings",
    };

    async fn run(caller: &Caller, row: &mut audit::Model, input: AuditReport) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("conclusion", Some(&input.conclusion), "what the audit concludes");
        faults.when(input.distribution_ids.0.is_empty(), "distributionIds", "the report goes to somebody (9.2.2 c)");
        faults.settle()?;
        independence::check(caller, row).await?;
        let of = || Query::of([Test::is("audit_id", row.id)]);
        let items = caller.for_rules::<ChecklistItem>(&of()).await?;
        let findings = caller.for_rules::<Finding>(&of()).await?;
        for found in findings.iter().filter(|found| found.state == FindingState::Draft) {
            let permit = caller.permit::<Finding>(Action::Update, found)?;
            let after = finding::Model { state: FindingState::Issued, issued_at: Some(caller.now()), ..found.clone() };
            caller.update(permit, found, after, "issue").await?;
        }
        row.conclusion = Some(input.conclusion);
        row.distribution_ids = input.distribution_ids;
        row.report = Json(report(row, &items, &findings));
        row.report_hash = digest(&row.report.0);
        row.issued_by = Some(caller.id());
        row.issued_at = Some(caller.now());
        row.state = AuditState::Reported;
        Ok(())
    }
}

/// The report: plan, coverage, checklist without private notes, findings. What was not checked is told as such and
/// never counted as conform (I-56).
fn report(row: &audit::Model, items: &[checklist_item::Model], findings: &[finding::Model]) -> serde_json::Value {
    let count = |result: ChecklistResult| items.iter().filter(|item| item.result == result).count();
    let item = |item: &checklist_item::Model| {
        json!({
            "requirement": item.requirement, "question": item.question, "method": item.method, "result": item.result,
            "evidence": item.evidence, "population": item.population, "sampleSize": item.sample_size, "seed": item.seed,
        })
    };
    let found = |found: &finding::Model| {
        json!({
            "reference": found.reference, "title": found.title, "grade": found.grade,
            "requirement": found.requirement, "evidence": found.evidence, "gap": found.gap,
        })
    };
    json!({
        "criteria": row.criteria, "scope": row.scope, "clauses": row.clauses, "controlIds": row.control_ids,
        "unitIds": row.unit_ids, "plan": row.plan, "auditorIds": row.auditor_ids, "auditeeIds": row.auditee_ids,
        "conclusion": row.conclusion,
        "coverage": {
            "conform": count(ChecklistResult::Conform), "nonconform": count(ChecklistResult::Nonconform),
            "opportunity": count(ChecklistResult::Opportunity),
            "notApplicable": count(ChecklistResult::NotApplicable), "notChecked": count(ChecklistResult::NotChecked),
        },
        "checklist": items.iter().map(item).collect::<Vec<_>>(),
        "findings": findings.iter().map(found).collect::<Vec<_>>(),
    })
}

/// Reported → closed.
pub struct Close;

impl Act for Close {
    type Of = Audit;
    type Input = Nothing;
    const SPEC: ActSpec =
        ActSpec { name: "close", verb: Action::Update, from: &["reported"], summary: "All its findings are closed" };

    async fn run(caller: &Caller, row: &mut audit::Model, _input: Nothing) -> Outcome<()> {
        let open = Query::of([Test::is("audit_id", row.id), Test::NoneOf("state", vec!["closed".into()])]);
        if let Some(found) = caller.for_rules::<Finding>(&open).await?.first() {
            return Err(Error::Conflict(format!("{} is not closed yet", found.reference)));
        }
        row.state = AuditState::Closed;
        Ok(())
    }
}

step! {
    /// → cancelled.
    Cancel of Audit: "cancel" Update ["planned", "announced", "inProgress"] => AuditState::Cancelled,
    because cancelled_reason, "It will not be held, and why"
}
