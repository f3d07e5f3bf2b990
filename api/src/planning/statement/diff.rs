//! What changed between two versions, control by control.

use isms_entity::planning::statement::StatementEntry;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What changed for one control.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StatementDifference)]
pub struct Difference {
    /// The control's code.
    pub code: String,
    /// `added`, `removed` or `changed`.
    pub change: &'static str,
    /// The fields that differ, as they were before.
    pub before: BTreeMap<String, Value>,
    /// The fields that differ, as they are after.
    pub after: BTreeMap<String, Value>,
}

/// The differences from one list of entries to another, in the order of the later one.
pub fn diff(before: &[StatementEntry], after: &[StatementEntry]) -> Vec<Difference> {
    let changed = after.iter().filter_map(|now| {
        let then = before.iter().find(|entry| entry.code == now.code);
        compare(&now.code, then.map_or("added", |_| "changed"), fields(then), fields(Some(now)))
    });
    let removed = before.iter().filter(|then| !after.iter().any(|entry| entry.code == then.code));
    let removed = removed.filter_map(|then| compare(&then.code, "removed", fields(Some(then)), fields(None)));
    changed.chain(removed).collect()
}

fn fields(entry: Option<&StatementEntry>) -> BTreeMap<String, Value> {
    match entry.map(serde_json::to_value) {
        Some(Ok(Value::Object(map))) => map.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}

fn compare(
    code: &str,
    change: &'static str,
    mut before: BTreeMap<String, Value>,
    mut after: BTreeMap<String, Value>,
) -> Option<Difference> {
    let same: Vec<String> = before.iter().filter(|(k, v)| after.get(*k) == Some(v)).map(|(k, _)| k.clone()).collect();
    for key in same {
        before.remove(&key);
        after.remove(&key);
    }
    (!before.is_empty() || !after.is_empty()).then(|| Difference { code: code.to_owned(), change, before, after })
}
