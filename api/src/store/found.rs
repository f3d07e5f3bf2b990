//! What of a record a caller is shown: its references as far as they may see them, what is masked or withheld, and of what
//! is computed only what is true for them.

use super::RowFacts;
use super::place::Veil;
use super::query::{After, Query};
use super::read::after;
use super::select::truth;
use crate::resource::{Error, Field, FieldKind, Outcome, Resource};
use isms_authz::Attribute;
use sea_orm::{EntityTrait, FromQueryResult, ModelTrait, QueryResult, Value};
use serde::Serialize;
use serde_json::Map;
use uuid::Uuid;

/// A record as read: its row, what the database computed, and the row as far as the caller may see its references.
#[derive(Clone)]
pub struct Found<R: Resource> {
    /// The row as stored: for rules and writes.
    pub row: R::Row,
    /// The row with only those references that the caller may see, where they do not see all.
    veiled: Option<R::Row>,
    /// What the database computed.
    pub computed: R::Computed,
    /// The fields of which something is withheld, as far as the caller is told.
    pub withheld: Vec<&'static str>,
    /// Whether the person whom it is of holds something where the caller does not administer; none for those who
    /// administer nothing, and for records of nobody.
    pub beyond: Option<bool>,
}

impl<R: Resource> Found<R> {
    /// The row with only those references that the caller may see: for the doors.
    pub fn shown(&self) -> &R::Row {
        self.veiled.as_ref().unwrap_or(&self.row)
    }

    /// Whether this field is withheld from the caller, wholly or in part.
    pub fn withholds(&self, field: &str) -> bool {
        self.withheld.contains(&field)
    }

    /// What was computed, as it is shown: what would not be true for the caller is nothing.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn told(&self) -> Outcome<Told<R::Computed>> {
        let mut untold = R::fields().computed(&R::SPEC).map(|(_, field)| field.name.as_str());
        if self.withheld.is_empty() || !untold.any(|name| self.withholds(name)) {
            return Ok(Told::All(self.computed.clone()));
        }
        let mut part: Map<String, serde_json::Value> = serde_json::from_value(serde_json::to_value(&self.computed)?)?;
        for (_, value) in part.iter_mut().filter(|(name, _)| self.withholds(name)) {
            *value = serde_json::Value::Null;
        }
        Ok(Told::Part(part))
    }

    /// The record as policies see it.
    pub fn facts(&self) -> RowFacts<'_, R> {
        RowFacts::new(&self.row).beyond(self.beyond)
    }

    /// The place of the record in a list: where a page after it begins.
    pub fn place(&self, query: &Query) -> After {
        after::<R>(&self.row, query)
    }
}

/// What was computed, all of it or what is true for the caller.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Told<C> {
    /// All.
    All(C),
    /// By name, with nothing where something is withheld.
    Part(Map<String, serde_json::Value>),
}
pub(super) fn found<R: Resource>(result: &QueryResult, veil: &Veil) -> Outcome<Found<R>> {
    let row = R::Row::from_query_result(result, "")?;
    let computed = R::Computed::from_query_result(result, "")?;
    let shown = if veil.is_thin() { None } else { Some(unveil::<R>(result, row.clone(), veil)?) };
    let withheld = match &shown {
        Some(shown) if veil.remit.is_some() => {
            R::fields().list.iter().filter(|f| differs::<R>(&row, shown, f.column)).collect()
        }
        _ => Vec::new(),
    };
    let mut withheld: Vec<_> = withheld.into_iter().map(|field: &'static Field| field.name.as_str()).collect();
    if veil.remit.is_some() {
        for (computed, field) in R::fields().computed(&R::SPEC).filter(|(computed, _)| computed.looks_beyond()) {
            if !result.try_get::<bool>("", &truth(computed))? {
                withheld.push(field.name.as_str());
            }
        }
    }
    let beyond = match R::SPEC.person {
        Some(_) => result.try_get("", Attribute::HELD_BEYOND.column)?,
        None => None,
    };
    Ok(Found { row, veiled: shown, computed, withheld, beyond })
}

fn differs<R: Resource>(row: &R::Row, shown: &R::Row, column: Option<&str>) -> bool {
    column.and_then(super::facts::column::<R>).is_some_and(|column| row.get(column) != shown.get(column))
}

/// The row with what the caller may see of the veiled fields in their place.
fn unveil<R: Resource>(result: &QueryResult, mut row: R::Row, veil: &Veil) -> Outcome<R::Row> {
    for field in &veil.references {
        let column = super::facts::column::<R>(field.column)
            .ok_or_else(|| Error::Internal(format!("{} is no column", field.column)))?;
        if field.many {
            let ids: serde_json::Value = result.try_get("", &field.visible())?;
            row.try_set(column, Value::Json(Some(Box::new(ids))))?;
        } else {
            let id: Option<Uuid> = result.try_get("", &field.visible())?;
            withhold(&mut row, column, id)?;
        }
    }
    for frozen in &veil.frozen {
        let column = super::facts::column::<R>(frozen.column)
            .ok_or_else(|| Error::Internal(format!("{} is no column", frozen.column)))?;
        if let Value::Json(Some(mut content)) = row.get(column) {
            (frozen.blank)(&mut content, veil.remit.as_ref());
            row.try_set(column, Value::Json(Some(content)))?;
        }
    }
    let facts = RowFacts::<R>::new(&row);
    let mask = veil.mask.as_ref().filter(|mask| !mask.condition.holds(&facts, mask.units.as_ref()));
    if veil.nameless || mask.is_some_and(|mask| mask.names_people) {
        for column in structures::<R>().filter_map(super::facts::column::<R>) {
            if let Value::Json(Some(mut content)) = row.get(column) {
                without_people(&mut content);
                row.try_set(column, Value::Json(Some(content)))?;
            }
        }
    }
    if let Some(mask) = mask {
        mask.columns.iter().filter_map(|name| super::facts::column::<R>(name)).try_for_each(|c| blank(&mut row, c))?;
    }
    Ok(row)
}

/// The columns that hold neither values nor lists of ids, but content of their own.
pub(super) fn structures<R: Resource>() -> impl Iterator<Item = &'static str> {
    let fields = R::fields().list.iter().filter(|field| matches!(field.kind, FieldKind::Structure));
    fields.filter_map(|field| field.column)
}

/// Takes out who did, owns or attends something in a field's content, from whoever may not know all people: names of
/// such parts end in `by` or `Id`, and those of controls and units say what they are.
pub(super) fn without_people(content: &mut serde_json::Value) {
    use serde_json::Value;
    let is_id = |value: &Value| value.as_str().is_some_and(|text| Uuid::parse_str(text).is_ok());
    match content {
        Value::Object(parts) => {
            for (name, value) in parts {
                let tells = name == "by" || name.ends_with("By") || name.ends_with("Id") || name.ends_with("Ids");
                let stays =
                    matches!(name.as_str(), "controlId" | "controlIds" | "unitId" | "unitIds" | "riskId" | "assetIds");
                match value {
                    value if tells && !stays && is_id(value) => *value = Uuid::nil().to_string().into(),
                    Value::Array(list) if tells && !stays && list.iter().all(is_id) => list.clear(),
                    value => without_people(value),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(without_people),
        _ => {}
    }
}

/// What is sensitive reads as nothing: null where that may be, or else empty.
fn blank<M: ModelTrait>(shown: &mut M, column: <M::Entity as EntityTrait>::Column) -> Outcome<()> {
    let value = shown.get(column);
    if shown.try_set(column, value.as_null()).is_ok() {
        return Ok(());
    }
    let empty = match value {
        Value::String(_) => Value::from(String::new()),
        Value::Json(_) => Value::Json(Some(Box::new(serde_json::json!([])))),
        Value::Uuid(_) => Value::from(Uuid::nil()),
        other => return Err(Error::Internal(format!("{other:?} cannot be withheld"))),
    };
    Ok(shown.try_set(column, empty)?)
}

/// A reference that the caller may not see reads as null, or as the nil id where it cannot be null.
fn withhold<M: ModelTrait>(shown: &mut M, column: <M::Entity as EntityTrait>::Column, id: Option<Uuid>) -> Outcome<()> {
    if shown.try_set(column, Value::Uuid(id)).is_err() {
        shown.try_set(column, Value::Uuid(Some(Uuid::nil())))?;
    }
    Ok(())
}
