//! The report of an audit: drawn from its checklist and findings, issued by the lead, and frozen (I-01, I-56).

use super::Audit;
use super::checklist::{items, requirements};
use super::independence::conflicts;
use crate::caller::Caller;
use crate::evaluation::finding::{Finding, issue};
use crate::resource::{Act, ActSpec, Error, Faults, FieldError, Frozen, Outcome, digest, is_blank, word};
use crate::store::{Query, Test};
use isms_authz::{Action as Verb, Remit};
use isms_entity::Ids;
use isms_entity::evaluation::audit::{self, AuditState, IssuedReport};
use isms_entity::evaluation::checklist_item::{self, ChecklistResult};
use isms_entity::evaluation::finding::{self, FindingState};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// In progress → reported.
pub struct IssueReport;

/// What the lead says, and whom they tell.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditReport {
    /// What the audit concludes.
    pub conclusion: String,
    /// Who the report goes to (9.2.2 c).
    pub distribution_ids: Vec<Uuid>,
}

impl Act for IssueReport {
    type Of = Audit;
    type Input = AuditReport;
    const SPEC: ActSpec = ActSpec {
        name: "issue-report",
        verb: Verb::Approve,
        from: &["inProgress"],
        summary: "Freeze the report, issue the findings, and tell management (9.2.2 c)",
    };

    async fn run(caller: &Caller, row: &mut audit::Model, input: AuditReport) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(is_blank(&input.conclusion), "conclusion", "says what the audit concludes");
        faults.when(input.distribution_ids.is_empty(), "distributionIds", "name who gets the report (9.2.2 c)");
        faults.settle()?;
        conflicts(caller, row).await?.settle()?;
        let items = items(caller, row).await?;
        let findings = issue_all(caller, row).await?;
        let required = requirements(caller, row).await?;
        row.conclusion = Some(input.conclusion);
        row.distribution_ids = Ids(input.distribution_ids);
        row.issued_by = Some(caller.id());
        row.issued_at = Some(caller.now());
        row.report = IssuedReport(json!({
            "plan": plan(row), "conclusion": row.conclusion, "coverage": coverage(&required, &items),
            "checklist": items.iter().map(looked_at).collect::<Vec<_>>(),
            "findings": findings.iter().map(found).collect::<Vec<_>>(),
        }));
        row.report_hash = digest(&row.report.0);
        row.state = AuditState::Reported;
        Ok(())
    }
}

/// Issues what is still a draft; each nonconformity has what it takes (I-55).
async fn issue_all(caller: &Caller, row: &audit::Model) -> Outcome<Vec<finding::Model>> {
    let mut issued = Vec::new();
    for before in caller.for_rules::<Finding>(&Query::of([Test::is("audit_id", row.id)])).await? {
        if before.state != FindingState::Draft {
            issued.push(before);
            continue;
        }
        let permit = caller.permit::<Finding>(Verb::Approve, &before)?;
        let mut after = before.clone();
        issue(caller, &mut after).map_err(|error| in_finding(&before.reference, error))?;
        issued.push(caller.update(permit, &before, after, "issue").await?);
    }
    Ok(issued)
}

/// What is wrong with a finding, told with its reference.
fn in_finding(reference: &str, error: Error) -> Error {
    match error {
        Error::Invalid(list) => {
            let named =
                |fault: FieldError| FieldError::new(format!("/findings/{reference}{}", fault.pointer), fault.detail);
            Error::Invalid(list.into_iter().map(named).collect())
        }
        other => other,
    }
}

fn plan(row: &audit::Model) -> Value {
    json!({
        "reference": row.reference, "title": row.title, "kind": word(&row.kind), "criteria": row.criteria,
        "scope": row.scope, "clauses": row.clauses, "controlIds": row.control_ids, "unitIds": row.unit_ids,
        "supplierId": row.supplier_id, "leadId": row.lead_id, "teamIds": row.team_ids, "auditeeIds": row.auditee_ids,
        "method": row.method, "plan": row.plan, "plannedFrom": row.planned_from, "plannedTo": row.planned_to,
    })
}

/// What the report tells of records that a reader may not know: where the audit looked, at what, and what was found.
pub(super) const FROZEN: Frozen =
    Frozen { column: "report", of: &["Control", "Supplier", "Risk"], outside: false, blank };

/// What it tells an external auditor beside that: the findings where the engagement covers them, of samples how they were
/// drawn and not which records, and no people where it covers none.
pub(super) const FOR_AUDITORS: Frozen = Frozen {
    column: "report",
    of: &["ChecklistItem"],
    outside: true,
    blank: |report, remit| {
        let (Some(report), Some(remit)) = (report.as_object_mut(), remit) else { return };
        if remit.kinds.iter().all(|kind| kind != "findings") {
            report.remove("findings");
        }
        let items = report.get_mut("checklist").and_then(Value::as_array_mut).into_iter().flatten();
        for sample in items.filter_map(|item| item.get_mut("sample")?.as_object_mut()) {
            sample.remove("drawn");
        }
    },
};

fn blank(report: &mut Value, _remit: Option<&Remit>) {
    let Some(report) = report.as_object_mut() else { return };
    report.remove("checklist");
    report.remove("findings");
    if let Some(coverage) = report.get_mut("coverage").and_then(Value::as_object_mut) {
        coverage.remove("notChecked");
    }
    if let Some(plan) = report.get_mut("plan").and_then(Value::as_object_mut) {
        for name in ["controlIds", "unitIds", "supplierId"] {
            plan.remove(name);
        }
    }
}

/// How many items had which result. What nobody looked at is named, and never counts as conform (I-56).
fn coverage(required: &[(String, String)], items: &[checklist_item::Model]) -> Value {
    let mut results = BTreeMap::<String, u64>::new();
    for item in items {
        *results.entry(word(&item.result)).or_default() += 1;
    }
    let unchecked = items.iter().filter(|item| item.result == ChecklistResult::NotChecked);
    let mut not_checked: Vec<&str> = unchecked.map(|item| item.requirement.as_str()).collect();
    let without_item = required.iter().filter(|(known, _)| items.iter().all(|item| item.requirement != *known));
    not_checked.extend(without_item.map(|(requirement, _)| requirement.as_str()));
    not_checked.sort_unstable();
    not_checked.dedup();
    json!({"items": items.len(), "results": results, "notChecked": not_checked})
}

/// An item without the auditors' own notes.
fn looked_at(item: &checklist_item::Model) -> Value {
    json!({
        "reference": item.reference, "requirement": item.requirement, "question": item.question,
        "method": word(&item.method), "result": word(&item.result), "evidence": item.evidence,
        "sample": {"population": item.population, "of": item.drawn_from, "size": item.sample_size,
            "seed": item.seed, "drawnAt": item.drawn_at, "drawn": item.drawn},
    })
}

fn found(finding: &finding::Model) -> Value {
    json!({
        "reference": finding.reference, "title": finding.title, "grade": word(&finding.grade),
        "requirement": finding.requirement, "evidence": finding.evidence, "gap": finding.gap,
        "auditeeId": finding.auditee_id, "respondBy": finding.respond_by,
    })
}
