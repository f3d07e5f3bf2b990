//! The assessment results: one result for each audit that has reported, for each audit of the certification body, and for
//! the organisation's own tests of controls.

use super::audits::{audited, certified};
use super::controls::WHOLE;
use super::form::uuid;
use super::observations::behind;
use super::{Scope, evidence, findings, observations};
use crate::evaluation::audit::Audit;
use crate::evaluation::certification_audit::CertificationAudit;
use crate::evaluation::finding::Finding;
use crate::operation::control_test::ControlTest;
use crate::resource::Outcome;
use crate::store::Found;
use isms_entity::evaluation::finding;
use isms_entity::operation::control_test::{self, TestState};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The document's content; none without a result.
pub async fn results(scope: &Scope<'_>) -> Outcome<Option<Value>> {
    let pieces = evidence::pieces(scope).await?;
    let mut findings: Vec<Found<Finding>> = scope.seen().await?;
    let mut taken = |of: &dyn Fn(&finding::Model) -> bool| -> Vec<Found<Finding>> {
        findings.extract_if(.., |found| of(found.shown())).collect()
    };
    let mut results = Vec::new();
    for found in scope.seen::<Audit>().await? {
        let of = taken(&|row| row.audit_id == Some(found.row.id));
        results.extend(audited(scope, found.shown(), &of, &pieces));
    }
    for found in scope.seen::<CertificationAudit>().await? {
        let of = taken(&|row| row.certification_audit_id == Some(found.row.id));
        results.extend(certified(scope, found.shown(), &of, &pieces));
    }
    // Findings may be in scope where their audits are not.
    results.extend(alone(scope, &taken(&|_| true), &pieces));
    results.extend(tests(scope, &scope.seen().await?, &pieces));
    Ok((!results.is_empty()).then(|| {
        let plans = uuid("plans", scope.engagement.id);
        json!({
            "import-ap": {"href": format!("#{plans}")},
            "results": results,
            "back-matter": {"resources": [{"uuid": plans, "title": "What was planned", "rlinks": plans_in(scope)}]},
        })
    }))
}

/// The tables of records that say what was to be assessed.
fn plans_in(scope: &Scope<'_>) -> Vec<Value> {
    let tables = ["audit-programmes", "audits", "certification-audits", "control-tests", "findings"];
    let paths = tables.iter().map(|plural| format!("records/{plural}.csv")).filter(|path| scope.paths.contains(path));
    paths.map(|path| json!({"href": format!("../{path}"), "media-type": "text/csv"})).collect()
}

/// Controls and clauses as reviewed; the whole where none is named.
pub fn reviewed(ids: BTreeSet<&str>) -> Value {
    let ids = if ids.is_empty() { BTreeSet::from([WHOLE]) } else { ids };
    let named: Vec<Value> = ids.iter().map(|id| json!({"control-id": id})).collect();
    json!({"control-selections": [{"include-controls": named}]})
}

/// What findings are about, as far as they name it.
pub fn about<'a>(scope: &'a Scope<'_>, found: &'a [Found<Finding>]) -> impl Iterator<Item = &'a str> {
    let rows = found.iter().map(Found::shown);
    rows.map(|row| scope.controls.about(row.requirement.as_deref(), &row.control_ids.0)).filter(|id| *id != WHOLE)
}

/// Observations and findings of these, with what else was observed of the same requirement.
pub fn told(
    scope: &Scope<'_>,
    found: &[Found<Finding>],
    pieces: &HashMap<Uuid, Vec<Value>>,
    same: &dyn Fn(&finding::Model) -> Vec<Uuid>,
) -> (Vec<Value>, Vec<Value>) {
    let (mut seen, mut told) = (Vec::new(), Vec::new());
    for row in found.iter().map(Found::shown) {
        let mut observed = same(row);
        if let Some(behind) = behind(scope, row, pieces.get(&row.id)) {
            observed.push(uuid("behind", row.id));
            seen.push(behind);
        }
        told.push(findings::found(scope, row, &observed));
    }
    (seen, told)
}

fn alone(scope: &Scope<'_>, found: &[Found<Finding>], pieces: &HashMap<Uuid, Vec<Value>>) -> Option<Value> {
    let first = found.iter().map(|found| found.shown().issued_at.unwrap_or(scope.as_of)).min()?;
    let (seen, told) = told(scope, found, pieces, &|_| Vec::new());
    Some(json!({
        "uuid": uuid("findings", scope.engagement.id),
        "title": "Findings",
        "description": "Findings whose audits are not in scope.",
        "start": first,
        "reviewed-controls": reviewed(about(scope, found).collect()),
        "observations": seen,
        "findings": told,
    }))
}

fn tests(scope: &Scope<'_>, tests: &[Found<ControlTest>], pieces: &HashMap<Uuid, Vec<Value>>) -> Option<Value> {
    let rows = tests.iter().map(Found::shown).filter(|row| row.state == TestState::Performed);
    let rows: Vec<&control_test::Model> = rows.collect();
    let at = |row: &&control_test::Model| row.performed_at.unwrap_or(scope.as_of);
    let controls: Vec<Uuid> = rows.iter().map(|row| row.control_id).collect();
    Some(json!({
        "uuid": uuid("tests", scope.engagement.id),
        "title": "Tests of controls",
        "description": "Tests that the organisation made of its own controls.",
        "start": rows.iter().map(at).min()?,
        "end": rows.iter().map(at).max(),
        "reviewed-controls": reviewed(scope.controls.ids(&controls).collect()),
        "observations": rows.iter().map(|row| observations::tested(scope, row, pieces.get(&row.id))).collect::<Vec<_>>(),
        "findings": rows.iter().map(|row| findings::tested(scope, row)).collect::<Vec<_>>(),
    }))
}
