//! Records as rows: references by what people call them, lists in one cell.

use super::Value;
use crate::caller::Caller;
use crate::resource::field::{Common, snake};
use crate::resource::{Field, Known, Outcome, Resource};
use crate::store::{Found, Label};
use isms_entity::Recorded;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// A record as its fields by name.
pub type Record = Map<String, Json>;

/// The columns of a record type.
pub struct Columns {
    columns: Vec<Column>,
}

struct Column {
    name: String,
    field: &'static Field,
    target: Option<&'static str>,
}

impl Columns {
    /// One for each field, in the order in which the record is described; a reference goes by its edge (`owner` for `ownerId`).
    pub fn of(known: Known) -> Self {
        let column = |field: &'static Field| {
            let reference = known.spec.references.iter().find(|reference| reference.field == field.name);
            let (name, target) = match reference {
                _ if field.name == "unitId" => ("unit".into(), Some("Unit")),
                _ if matches!(field.name.as_str(), "createdBy" | "updatedBy") => (snake(&field.name), Some("User")),
                Some(reference) => (snake(reference.edge), Some(reference.target)),
                None => (snake(&field.name), None),
            };
            Column { name, field, target }
        };
        let stored = crate::resources::columns(known.spec);
        let upkeep = ["createdAt", "createdBy", "updatedAt", "updatedBy", "retiredAt"];
        let mut columns: Vec<Column> = known.fields.list.iter().map(column).collect();
        // As the record is described; then what is computed, and last who kept it and when.
        columns.sort_by_key(|column| {
            let place = stored.iter().position(|stored| Some(stored.name.as_str()) == column.field.column);
            (upkeep.contains(&column.field.name.as_str()), place.unwrap_or(usize::MAX))
        });
        Self { columns }
    }

    /// Headings.
    pub fn headings(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// The rows of these records: one statement more for each type that they point to.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rows(&self, caller: &Caller, records: &[Record]) -> Outcome<Vec<Vec<Value>>> {
        let mut wanted: BTreeMap<&'static str, HashSet<Uuid>> = BTreeMap::new();
        for column in &self.columns {
            let Some(target) = column.target else { continue };
            let ids = records.iter().flat_map(|record| ids(record.get(&column.field.name)));
            wanted.entry(target).or_default().extend(ids);
        }
        let mut names = HashMap::new();
        for (target, ids) in wanted {
            let ids: Vec<Uuid> = ids.into_iter().collect();
            for label in caller.labels(target, Some(&ids)).await? {
                names.insert(label.id, called(target, &label));
            }
        }
        Ok(records
            .iter()
            .map(|record| {
                self.columns.iter().map(|column| column.cell(record.get(&column.field.name), &names)).collect()
            })
            .collect())
    }
}

impl Column {
    fn cell(&self, value: Option<&Json>, names: &HashMap<Uuid, String>) -> Value {
        let known = |id: &Uuid| names.get(id).cloned();
        match value {
            None | Some(Json::Null) => Value::Empty,
            Some(value) if self.target.is_some() => {
                ids(Some(value)).iter().filter_map(known).collect::<Vec<_>>().join("|").into()
            }
            Some(Json::Bool(flag)) => Value::Flag(*flag),
            Some(Json::Number(number)) => number.as_i64().map_or_else(|| number.to_string().into(), Value::Number),
            Some(Json::String(text)) => text.as_str().into(),
            Some(Json::Array(items)) if items.iter().all(Json::is_string) => {
                items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("|").into()
            }
            Some(structure) => structure.to_string().into(),
        }
    }
}

/// What a record goes by in a file: what people know it by, as far as that is unique.
fn called(target: &str, label: &Label) -> String {
    let by_name = target == "Unit" || (target == "User" && label.email.is_none());
    let name = label.name.clone().filter(|_| by_name);
    name.or_else(|| label.email.clone()).or_else(|| label.code.clone()).unwrap_or_else(|| label.reference.clone())
}

fn ids(value: Option<&Json>) -> Vec<Uuid> {
    let one = |value: &Json| value.as_str().and_then(|id| id.parse().ok());
    match value {
        Some(Json::Array(items)) => items.iter().filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// A record's fields by name, as far as the caller may see its references.
///
/// # Errors
/// When a field cannot be written as JSON.
pub fn flat<R: Resource>(found: &Found<R>) -> Outcome<Record> {
    let common = Common::from(found.shown().common());
    let parts = [
        serde_json::to_value(common)?,
        serde_json::to_value(R::Draft::from(found.shown()))?,
        serde_json::to_value(R::Kept::from(found.shown()))?,
        serde_json::to_value(found.told()?)?,
    ];
    Ok(joined(parts))
}

fn joined(parts: [Json; 4]) -> Record {
    let mut whole = Record::new();
    for part in parts {
        if let Json::Object(fields) = part {
            whole.extend(fields);
        }
    }
    whole
}
