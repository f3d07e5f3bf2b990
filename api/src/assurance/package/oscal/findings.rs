//! Findings: of audits, and of tests of controls.

use super::Scope;
use super::controls::statement;
use super::form::{called, each, given, prop, prose, uuid};
use crate::resource::word;
use isms_entity::evaluation::finding::{self, FindingGrade};
use isms_entity::operation::control_test::{self, TestResult};
use serde_json::{Value, json};
use uuid::Uuid;

/// A finding of an audit; only a nonconformity says that something is not met.
pub fn found(scope: &Scope<'_>, row: &finding::Model, observations: &[Uuid]) -> Value {
    let title = called(&row.title, &row.reference);
    let (is_met, reason) = match row.grade {
        FindingGrade::Conformity => (true, "pass"),
        FindingGrade::Observation | FindingGrade::Opportunity => (true, "other"),
        FindingGrade::Minor | FindingGrade::Major => (false, "fail"),
    };
    let mut props = vec![
        prop("reference", &row.reference),
        prop("grade", word(&row.grade)),
        prop("state", word(&row.state)),
        given("requirement", row.requirement.as_deref()),
        given("respond-by", row.respond_by),
    ];
    props.extend(each("control", scope.controls.ids(&row.control_ids.0)));
    let about = scope.controls.about(row.requirement.as_deref(), &row.control_ids.0);
    json!({
        "uuid": uuid("finding", row.id),
        "title": title,
        "description": prose([row.gap.as_deref(), row.evidence.as_deref()]).unwrap_or_else(|| title.clone()),
        "props": props,
        "target": target(about, is_met, reason),
        "related-observations": related(observations),
        "remarks": prose([row.response.as_deref(), row.decision.as_deref()]),
    })
}

/// What a test of a control found.
pub fn tested(scope: &Scope<'_>, row: &control_test::Model) -> Value {
    let title = called(&row.title, &row.reference);
    let (is_met, reason) = match row.result {
        Some(TestResult::Effective) => (true, "pass"),
        Some(TestResult::Ineffective) => (false, "fail"),
        Some(TestResult::Partly) | None => (false, "other"),
    };
    json!({
        "uuid": uuid("tested", row.id),
        "title": title,
        "description": prose([row.notes.as_deref()]).unwrap_or_else(|| title.clone()),
        "props": [prop("reference", &row.reference), given("result", row.result.as_ref().map(word))],
        "target": target(scope.controls.about(None, &[row.control_id]), is_met, reason),
        "related-observations": related(&[uuid("test", row.id)]),
    })
}

fn target(about: &str, is_met: bool, reason: &str) -> Value {
    let state = if is_met { "satisfied" } else { "not-satisfied" };
    json!({"type": "statement-id", "target-id": statement(about), "status": {"state": state, "reason": reason}})
}

fn related(observations: &[Uuid]) -> Vec<Value> {
    observations.iter().map(|uuid| json!({"observation-uuid": uuid})).collect()
}
