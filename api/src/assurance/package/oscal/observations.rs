//! What was looked at, and what was seen: in audits, in tests of controls, and for findings.

use super::Scope;
use super::form::{called, each, given, prop, prose, uuid};
use crate::resource::word;
use isms_entity::evaluation::{audit, finding};
use isms_entity::operation::control_test;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// The checklist in a report, as far as the reader sees it.
#[derive(Default, Deserialize)]
struct Report {
    #[serde(default)]
    checklist: Vec<Item>,
}

/// What the report tells of one item.
#[derive(Deserialize)]
pub struct Item {
    reference: String,
    /// A clause, or the code of a control.
    pub requirement: String,
    question: String,
    method: String,
    result: String,
    evidence: Option<String>,
}

impl Item {
    /// The items of an audit that were looked at.
    pub fn of(audit: &audit::Model) -> Vec<Self> {
        // Before it is issued a report is an empty object.
        let report: Report = serde_json::from_value(audit.report.0.clone()).unwrap_or_default();
        report.checklist.into_iter().filter(|item| item.result != "notChecked").collect()
    }

    /// What others know it by.
    pub fn uuid(&self, audit: &audit::Model) -> Uuid {
        uuid(&format!("item/{}", self.reference), audit.id)
    }

    /// It as an observation, made when the report was issued at the latest.
    pub fn observation(&self, scope: &Scope<'_>, audit: &audit::Model) -> Value {
        let title = called(&self.question, &self.reference);
        json!({
            "uuid": self.uuid(audit),
            "title": title,
            "description": prose([self.evidence.as_deref()]).unwrap_or_else(|| title.clone()),
            "methods": [self.method.to_uppercase()],
            "types": ["control-objective"],
            "collected": audit.issued_at.unwrap_or(scope.as_of),
            "props": [
                prop("reference", &self.reference),
                prop("requirement", &self.requirement),
                prop("result", &self.result),
                given("control", scope.controls.required(&self.requirement)),
            ],
        })
    }
}

/// What a test of a control saw.
pub fn tested(scope: &Scope<'_>, row: &control_test::Model, evidence: Option<&Vec<Value>>) -> Value {
    let title = called(&row.title, &row.reference);
    let mut props = vec![
        prop("reference", &row.reference),
        given("result", row.result.as_ref().map(word)),
        given("sample-size", row.sample_size),
        given("exceptions", row.exceptions),
        given("population", row.population.as_deref()),
        given("period-from", row.period_from),
        given("period-to", row.period_to),
    ];
    props.extend(each("control", scope.controls.ids(&[row.control_id])));
    json!({
        "uuid": uuid("test", row.id),
        "title": title,
        "description": prose([row.notes.as_deref()]).unwrap_or_else(|| title.clone()),
        "methods": [word(&row.method).to_uppercase()],
        "types": ["control-objective"],
        "collected": row.performed_at.unwrap_or(scope.as_of),
        "expires": row.valid_until.and_then(super::form::day),
        "relevant-evidence": evidence,
        "props": props,
    })
}

/// What a finding rests on; none where it tells of nothing. How it was looked for, a finding does not say.
pub fn behind(scope: &Scope<'_>, row: &finding::Model, evidence: Option<&Vec<Value>>) -> Option<Value> {
    let seen = prose([row.evidence.as_deref()]);
    if seen.is_none() && evidence.is_none() {
        return None;
    }
    let title = called(&row.title, &row.reference);
    Some(json!({
        "uuid": uuid("behind", row.id),
        "title": title,
        "description": seen.unwrap_or_else(|| title.clone()),
        "methods": ["UNKNOWN"],
        "types": ["finding"],
        "collected": row.issued_at.unwrap_or(scope.as_of),
        "relevant-evidence": evidence,
        "props": [prop("reference", &row.reference)],
    }))
}
