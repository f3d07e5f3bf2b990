//! Pieces of evidence, where something rests on them.

use super::Scope;
use super::form::{called, given, prop, prose};
use crate::assurance::package::index::address;
use crate::resource::{Outcome, word};
use crate::support::evidence::Evidence;
use isms_entity::support::evidence::{self, EvidenceState};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// What OSCAL calls relevant evidence, by the test or finding that it belongs to; what was rejected proves nothing.
pub async fn pieces(scope: &Scope<'_>) -> Outcome<HashMap<Uuid, Vec<Value>>> {
    let mut paths: HashMap<&str, &str> = HashMap::new();
    for path in &scope.paths {
        if let Some((reference, _)) = path.strip_prefix("evidence/").and_then(|rest| rest.split_once('/')) {
            paths.insert(reference, path);
        }
    }
    let mut pieces: HashMap<Uuid, Vec<Value>> = HashMap::new();
    for found in scope.seen::<Evidence>().await? {
        let row = found.shown();
        if row.state == EvidenceState::Rejected {
            continue;
        }
        let piece = piece(row, paths.get(row.reference.as_str()).copied());
        for of in row.control_test_ids.0.iter().chain(&row.finding_ids.0) {
            pieces.entry(*of).or_default().push(piece.clone());
        }
    }
    Ok(pieces)
}

/// One, with the way to its file where the package has it.
fn piece(row: &evidence::Model, path: Option<&str>) -> Value {
    let title = called(&row.title, &row.reference);
    json!({
        "href": path.map(|path| format!("../{}", address(path))),
        "description": prose([Some(title.as_str()), row.description.as_deref()]),
        "props": [
            prop("reference", &row.reference),
            prop("kind", word(&row.kind)),
            prop("state", word(&row.state)),
            given("period-from", row.period_from),
            given("period-to", row.period_to),
            given("sha-256", row.content_digest.as_deref()),
        ],
    })
}
