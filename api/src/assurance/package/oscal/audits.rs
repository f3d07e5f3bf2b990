//! The results of audits: the organisation's own, and those of the certification body.

use super::Scope;
use super::form::{called, day, given, prop, prose, uuid};
use super::observations::Item;
use super::results::{about, reviewed, told};
use crate::evaluation::finding::Finding;
use crate::resource::word;
use crate::store::Found;
use isms_entity::evaluation::audit::{self, AuditState};
use isms_entity::evaluation::certification_audit::{self, CertificationAuditState};
use isms_entity::evaluation::finding;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// One for an internal audit that has reported, or of which findings are told.
pub fn audited(
    scope: &Scope<'_>,
    row: &audit::Model,
    found: &[Found<Finding>],
    pieces: &HashMap<Uuid, Vec<Value>>,
) -> Option<Value> {
    if !matches!(row.state, AuditState::Reported | AuditState::Closed) && found.is_empty() {
        return None;
    }
    let items = Item::of(row);
    let same = |finding: &finding::Model| -> Vec<Uuid> {
        let is_same = |item: &&Item| finding.requirement.as_ref() == Some(&item.requirement);
        items.iter().filter(is_same).map(|item| item.uuid(row)).collect()
    };
    let (mut seen, told) = told(scope, found, pieces, &same);
    seen.extend(items.iter().map(|item| item.observation(scope, row)));
    let controls = &scope.controls;
    let looked_at = row.clauses.0.iter().chain(items.iter().map(|item| &item.requirement));
    let mut ids: BTreeSet<&str> = looked_at.filter_map(|requirement| controls.required(requirement)).collect();
    ids.extend(controls.ids(&row.control_ids.0).chain(about(scope, found)));
    let title = called(&row.title, &row.reference);
    Some(json!({
        "uuid": uuid("audit", row.id),
        "title": title,
        "description": prose([row.conclusion.as_deref(), row.scope.as_deref()]).unwrap_or_else(|| title.clone()),
        "start": day(row.planned_from).map_or_else(|| json!(scope.as_of), Value::from),
        "end": row.issued_at,
        "props": [prop("reference", &row.reference), prop("kind", word(&row.kind)), prop("state", word(&row.state)),
            given("criteria", row.criteria.as_deref())],
        "reviewed-controls": reviewed(ids),
        "observations": seen,
        "findings": told,
    }))
}

/// One for an audit of the certification body that took place, or of which findings are told.
pub fn certified(
    scope: &Scope<'_>,
    row: &certification_audit::Model,
    found: &[Found<Finding>],
    pieces: &HashMap<Uuid, Vec<Value>>,
) -> Option<Value> {
    if row.state != CertificationAuditState::Done && found.is_empty() {
        return None;
    }
    let (seen, told) = told(scope, found, pieces, &|_| Vec::new());
    let title = called(&row.title, &row.reference);
    Some(json!({
        "uuid": uuid("certification-audit", row.id),
        "title": title,
        "description": prose([row.result.as_deref()]).unwrap_or_else(|| title.clone()),
        "start": day(row.planned_on).map_or_else(|| json!(scope.as_of), Value::from),
        "end": row.done_on.or(row.ends_on).and_then(day),
        "props": [prop("reference", &row.reference), prop("kind", word(&row.kind)), prop("state", word(&row.state))],
        "reviewed-controls": reviewed(about(scope, found).collect()),
        "observations": seen,
        "findings": told,
    }))
}
