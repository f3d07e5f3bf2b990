//! What moved from one register that a campaign kept to another, and why.

use super::Campaign;
use crate::caller::Caller;
use crate::resource::{Error, Outcome};
use isms_entity::operation::campaign;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is told beside a movement and is none itself.
const BESIDE: [&str; 3] = ["assessedAt", "rationale", "id"];

/// One risk that moved, appeared or went.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CampaignMovement)]
pub struct Movement {
    /// The risk.
    pub id: String,
    /// Its reference.
    pub reference: String,
    /// `added`, `removed` or `changed`.
    pub change: &'static str,
    /// By how many levels it rose today's level, negative when it fell; none where it was or is unrated.
    pub rise: Option<i64>,
    /// Why, as its last assessment says.
    pub rationale: Option<String>,
    /// The fields that differ, as they were before.
    pub before: BTreeMap<String, Value>,
    /// The fields that differ, as they are after.
    pub after: BTreeMap<String, Value>,
}

/// What moved in a campaign: since it opened or, where an `earlier` one is named, since that one closed.
///
/// # Errors
/// [`Error::NotFound`] for campaigns that the caller may not read; [`Error::Conflict`] where a closing register has not
/// been drawn yet.
pub async fn movements(caller: &Caller, id: Uuid, earlier: Option<Uuid>) -> Outcome<Vec<Movement>> {
    let this = drawn(caller, id).await?;
    match earlier {
        None => Ok(moved(&this.opening.0, &this.closing.0)),
        Some(earlier) => Ok(moved(&drawn(caller, earlier).await?.closing.0, &this.closing.0)),
    }
}

/// A campaign that has closed, as the caller sees it.
async fn drawn(caller: &Caller, id: Uuid) -> Outcome<campaign::Model> {
    let row = caller.fetch::<Campaign>(id).await?.shown().clone();
    if row.closed_at.is_none() {
        return Err(Error::Conflict(format!("the closing register of {} has not been drawn yet", row.reference)));
    }
    Ok(row)
}

/// The movements from one register to another, in the order of the later one; those that went come last.
fn moved(before: &Value, after: &Value) -> Vec<Movement> {
    let (before, after) = (rows(before), rows(after));
    let find = |rows: &[&'_ Map<String, Value>], id: &str| rows.iter().position(|row| text(row, "id") == id);
    let empty = Map::new();
    let came = after.iter().filter_map(|now| {
        let then = find(&before, &text(now, "id")).and_then(|place| before.get(place).copied());
        compare(then.map_or("added", |_| "changed"), then.unwrap_or(&empty), now, now)
    });
    let gone = before.iter().filter(|then| find(&after, &text(then, "id")).is_none());
    came.chain(gone.filter_map(|then| compare("removed", then, &empty, then))).collect()
}

fn rows(register: &Value) -> Vec<&Map<String, Value>> {
    register.as_array().into_iter().flatten().filter_map(Value::as_object).collect()
}

fn text(row: &Map<String, Value>, field: &str) -> String {
    row.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn compare(
    change: &'static str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    last: &Map<String, Value>,
) -> Option<Movement> {
    let differing = |row: &Map<String, Value>, other: &Map<String, Value>| -> BTreeMap<String, Value> {
        let differs =
            row.iter().filter(|(field, value)| !BESIDE.contains(&field.as_str()) && other.get(*field) != Some(*value));
        differs.map(|(field, value)| (field.clone(), value.clone())).collect()
    };
    let (was, is) = (differing(before, after), differing(after, before));
    if was.is_empty() && is.is_empty() {
        return None;
    }
    let level = |row: &Map<String, Value>| row.get("currentLevel").and_then(Value::as_i64);
    Some(Movement {
        id: text(last, "id"),
        reference: text(last, "reference"),
        change,
        rise: level(after).zip(level(before)).map(|(is, was)| is - was),
        rationale: last.get("rationale").and_then(Value::as_str).map(str::to_owned),
        before: was,
        after: is,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_rose_came_and_went_is_told_with_its_reason() {
        let before = json!([
            {"id": "a", "reference": "RSK-1", "currentLevel": 2, "rationale": "x", "assessedAt": "1"},
            {"id": "b", "reference": "RSK-2", "currentLevel": 1, "rationale": "y", "assessedAt": "1"},
            {"id": "c", "reference": "RSK-3", "currentLevel": 3, "rationale": "z", "assessedAt": "1"},
        ]);
        let after = json!([
            {"id": "a", "reference": "RSK-1", "currentLevel": 4, "rationale": "New doors", "assessedAt": "2"},
            {"id": "b", "reference": "RSK-2", "currentLevel": 1, "rationale": "As before", "assessedAt": "2"},
            {"id": "d", "reference": "RSK-4", "currentLevel": null, "rationale": null, "assessedAt": null},
        ]);
        let all = moved(&before, &after);
        let told: Vec<_> = all.iter().map(|m| (m.reference.as_str(), m.change, m.rise)).collect();
        assert_eq!(told, [("RSK-1", "changed", Some(2)), ("RSK-4", "added", None), ("RSK-3", "removed", None)]);
        assert_eq!(all.first().and_then(|m| m.rationale.as_deref()), Some("New doors"));
    }
}
