//! Counts by group, one statement each, over what the caller may list.

use super::filter;
use super::loader::Ahead;
use super::name;
use super::records::{self, Counts, Records};
use super::session::{Session, or_null, session};
use super::shape::Size;
use super::sketch::{Shown, Sketch, show};
use crate::resource::name::camel;
use crate::resource::{Error, Field as Known, FieldKind, Outcome, Reference};
use async_graphql::dynamic::{Field, FieldFuture, FieldValue, InputValue, Object, ResolverContext, TypeRef};
use isms_entity::Time;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// The groups that one answer holds at most.
const MOST_GROUPS: usize = 10_000;

/// The fields that records of a type are grouped by.
fn groups(records: &'static dyn Records) -> impl Iterator<Item = &'static Known> {
    // What is masked from some is no group for anybody.
    let sensitive = records.spec().sensitive;
    records.fields().list.iter().filter(|field| {
        let plain = matches!(field.kind, FieldKind::Enum(..) | FieldKind::Flag);
        let stored = matches!(field.kind, FieldKind::Id | FieldKind::Integer) && field.column.is_some();
        let masked = field.column.is_some_and(|column| sensitive.contains(&column));
        (plain || stored) && !masked && !matches!(field.name.as_str(), "id" | "version")
    })
}

/// The name that the store knows a group by: a column, or a computed field.
fn stored(records: &dyn Records, field: &Known) -> Option<&'static str> {
    let computed = || records.spec().computed.iter().map(|c| c.name).find(|c| camel(c) == field.name);
    field.column.or_else(computed)
}

/// Draws the counts of a record type and gives the root's field.
pub fn draw(sketch: &mut Sketch, records: &'static dyn Records) -> Field {
    let spec = records.spec();
    let (plural, group, row) = (name::plural(spec), format!("{}Group", spec.name), format!("{}Count", spec.name));
    let about = format!("What {} are counted by.", spec.plural);
    sketch.words(&group, &about, groups(records).map(|field| field.name.as_str()));
    let about = format!("How many {} there are in a group; what is not counted by is null.", spec.plural);
    let mut object = Object::new(&row).description(about);
    for field in groups(records) {
        let nullable = Known { nullable: true, ..field.clone() };
        object = object.field(sketch.field(&row, records.fields(), &nullable));
    }
    let count = show("count", TypeRef::named_nn("Long"), false);
    sketch.object(object.field(count.description("Records in the group that the caller may list")));
    let name = format!("{plural}CountBy");
    sketch.shape.note("Query", &name, &row, Size::Groups(20));
    let field = Field::new(name, TypeRef::named_nn_list(&row), move |context| {
        FieldFuture::new(async move { or_null(context.ctx, resolve(records, &context)).await })
    });
    let by = InputValue::new("by", TypeRef::named_nn_list_nn(group)).description("One to four of these");
    let about = format!("The {} that the caller may list, counted in groups.", spec.plural);
    filter::arguments(spec.name).into_iter().fold(field, Field::argument).argument(by).description(about)
}

async fn resolve<'a>(
    records: &'static dyn Records,
    context: &ResolverContext<'a>,
) -> async_graphql::Result<Option<FieldValue<'a>>> {
    let session = session(context.ctx)?;
    let fields = session.tell(asked(records, context))?;
    let by = fields.iter().filter_map(|field| stored(records, field)).collect();
    let pairs = session.tell(filter::pairs(&context.args))?;
    let (counts, as_of) = session.tell(records.counts(session.caller.clone(), pairs, by).await)?;
    if counts.len() > MOST_GROUPS {
        return Err(session.told(&Error::Malformed(format!("by: makes more than {MOST_GROUPS} groups"))));
    }
    let rows = session.tell(rows(session, records, &fields, counts, as_of).await)?;
    Ok(Some(FieldValue::list(rows.into_iter().map(|row| Shown::value(Arc::new(row), as_of)))))
}

fn asked(records: &'static dyn Records, context: &ResolverContext<'_>) -> Outcome<Vec<&'static Known>> {
    let wrong = || Error::Malformed("by: is one to four different fields".into());
    let by = context.args.get("by").ok_or_else(wrong)?;
    let names: Vec<String> = match by.as_value() {
        async_graphql::Value::List(list) => {
            list.iter().map(|item| item.to_string().trim_matches('"').to_owned()).collect()
        }
        one => vec![one.to_string().trim_matches('"').to_owned()],
    };
    let fields: Vec<_> = names.iter().filter_map(|name| groups(records).find(|field| field.name == *name)).collect();
    let different = names.iter().collect::<HashSet<_>>().len();
    if fields.len() == different && different == names.len() && (1..=4).contains(&different) {
        Ok(fields)
    } else {
        Err(wrong())
    }
}

/// The groups as objects. A group by a record that the caller may not list is counted under null, as a
/// view shows it.
async fn rows(
    session: &Session,
    records: &'static dyn Records,
    fields: &[&'static Known],
    counts: Counts,
    as_of: Option<Time>,
) -> Outcome<Vec<Value>> {
    let mut rows: Vec<(Vec<Value>, u64)> = Vec::with_capacity(counts.len());
    for (keys, count) in counts {
        let keys = fields.iter().zip(keys).map(|(field, key)| key.map_or(Value::Null, |key| typed(field, &key)));
        rows.push((keys.collect(), count));
    }
    for (place, field) in fields.iter().enumerate() {
        let reference = records.spec().references.iter().find(|reference| reference.field == field.name);
        if let Some(reference) = reference {
            withhold(session, reference, as_of, place, &mut rows).await?;
        }
    }
    let mut merged: BTreeMap<String, (Vec<Value>, u64)> = BTreeMap::new();
    for (keys, count) in rows {
        merged.entry(json!(keys).to_string()).or_insert((keys, 0)).1 += count;
    }
    Ok(merged
        .into_values()
        .map(|(keys, count)| {
            let mut row: Map<String, Value> = fields.iter().map(|field| field.name.clone()).zip(keys).collect();
            row.insert("count".into(), count.into());
            Value::Object(row)
        })
        .collect())
}

async fn withhold(
    session: &Session,
    reference: &Reference,
    as_of: Option<Time>,
    place: usize,
    rows: &mut [(Vec<Value>, u64)],
) -> Outcome<()> {
    let id = |keys: &[Value]| keys.get(place).and_then(Value::as_str).and_then(|id| id.parse::<Uuid>().ok());
    let keys = rows.iter().filter_map(|(keys, _)| id(keys)).collect::<HashSet<_>>();
    let keys = keys.into_iter().map(|id| Ahead { kind: reference.target, as_of, id });
    let found = session.loader.load_many(keys).await.map_err(|error| Error::again(&error))?;
    let seen: HashSet<Uuid> = found.keys().map(|key| key.id).collect();
    for (keys, _) in rows {
        let hidden = id(keys).is_some_and(|id| !seen.contains(&id));
        if let Some(key) = keys.get_mut(place).filter(|_| hidden) {
            *key = Value::Null;
        }
    }
    Ok(())
}

/// A group's key, which the store gives as text, in the type of its field.
fn typed(field: &Known, key: &str) -> Value {
    match field.kind {
        FieldKind::Flag => Value::Bool(matches!(key, "1" | "true" | "t")),
        FieldKind::Integer => key.parse::<i64>().map_or(Value::Null, Value::from),
        FieldKind::Id => key.parse::<Uuid>().map_or(Value::Null, |id| Value::String(id.to_string())),
        _ => Value::String(key.to_owned()),
    }
}

/// Counts of a type for code that knows it by name.
///
/// # Errors
/// Whatever the count says.
pub async fn of(
    session: &Session,
    type_name: &str,
    pairs: records::Pairs,
    by: Vec<&'static str>,
) -> Outcome<(Counts, Option<Time>)> {
    let records = records::of(type_name).ok_or_else(|| Error::Internal(format!("there is no type {type_name}")))?;
    records.counts(session.caller.clone(), pairs, by).await
}
