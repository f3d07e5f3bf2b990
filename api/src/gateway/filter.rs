//! Filters and orders as input types, turned into the very names and values that REST's lists take.

use super::records::{Pairs, Records};
use super::sketch::{Sketch, asked};
use crate::resource::{Error, Field, FieldKind, Outcome, query};
use async_graphql::Value;
use async_graphql::dynamic::{InputObject, InputValue, ObjectAccessor, TypeRef};

/// Draws the filter and the orders of a record type.
pub fn draw(sketch: &mut Sketch, records: &dyn Records) {
    let spec = records.spec();
    let about = format!("Which {} are wanted; all of these hold. The same as the filters of REST.", spec.plural);
    let mut input = InputObject::new(format!("{}Filter", spec.name)).description(about);
    for field in &records.fields().list {
        for (suffix, ty, text) in tests(records, field) {
            let name = if suffix.is_empty() { field.name.clone() } else { format!("{}_{suffix}", field.name) };
            input = input.field(InputValue::new(name, ty).description(text));
        }
    }
    sketch.input(input);
    let mut sorts: Vec<&str> = vec!["createdAt", "reference"];
    sorts.extend(spec.sorts);
    let orders: Vec<String> = sorts.iter().flat_map(|sort| [(*sort).to_owned(), format!("{sort}_desc")]).collect();
    let about = format!("What {} are sorted by; `_desc` for largest first.", spec.plural);
    sketch.words(&format!("{}Sort", spec.name), &about, orders.iter().map(String::as_str));
}

/// What may be asked of a field: suffix, type and meaning.
fn tests(records: &dyn Records, field: &Field) -> Vec<(&'static str, TypeRef, String)> {
    if !query::is_filter(records.spec(), field) {
        return Vec::new();
    }
    let (one, many) = (TypeRef::named(asked(field)), TypeRef::named_nn_list(asked(field)));
    let about = field.description.as_str();
    let first = match field.kind {
        FieldKind::Ids | FieldKind::Words => ("", many.clone(), format!("Has one of these. {about}")),
        FieldKind::Flag => ("", one.clone(), about.to_owned()),
        _ => ("", many.clone(), format!("One of these. {about}")),
    };
    let further = query::operators(field).into_iter().map(|operator| {
        let (ty, text) = match operator {
            "gt" => (one.clone(), "Is greater."),
            "gte" => (one.clone(), "Is greater or equal."),
            "lt" => (one.clone(), "Is less."),
            "lte" => (one.clone(), "Is less or equal."),
            "null" => (TypeRef::named(TypeRef::BOOLEAN), "Holds nothing, or something."),
            _ if field.kind == FieldKind::Flag => (one.clone(), "Is not this."),
            _ => (many.clone(), "None of these."),
        };
        (operator, ty, text.to_owned())
    });
    std::iter::once(first).chain(further).collect()
}

/// The arguments that lists, counts and the matrix share.
pub fn arguments(type_name: &str) -> [InputValue; 4] {
    [
        InputValue::new("filter", TypeRef::named(format!("{type_name}Filter"))).description("Which are wanted"),
        InputValue::new("q", TypeRef::named(TypeRef::STRING)).description("Words that occur in the record"),
        InputValue::new("asOf", TypeRef::named(TypeRef::STRING))
            .description("As of this instant (RFC 3339) or the end of this day"),
        InputValue::new("retired", TypeRef::named("Retired")).description("Retired ones: hidden unless said otherwise"),
    ]
}

/// Those arguments as names and values of a query string.
pub fn pairs(args: &ObjectAccessor<'_>) -> Outcome<Pairs> {
    let mut pairs = Pairs::new();
    for (name, value) in args.iter().map(|(name, value)| (name.as_str(), value.as_value())) {
        match (name, value) {
            (_, Value::Null) => {}
            ("filter", Value::Object(filter)) => {
                for (name, value) in filter.iter().filter(|(_, value)| **value != Value::Null) {
                    pairs.push((bracketed(name), values(name, value)?));
                }
            }
            ("q" | "asOf", value) => pairs.push((name.to_owned(), text(name, value)?)),
            ("retired", value) => {
                let word = match text(name, value)?.as_str() {
                    "only" => "true",
                    "show" => "any",
                    _ => "false",
                };
                pairs.push((name.to_owned(), word.to_owned()));
            }
            _ => {}
        }
    }
    Ok(pairs)
}

/// The order as a value of a query string.
pub fn order(value: &Value) -> Outcome<String> {
    let words = text("sort", value)?;
    let turned = words.split(',').map(|word| match word.strip_suffix("_desc") {
        Some(word) => format!("-{word}"),
        None => word.to_owned(),
    });
    Ok(turned.collect::<Vec<_>>().join(","))
}

/// `level_gte` → `level[gte]`.
fn bracketed(name: &str) -> String {
    match name.rsplit_once('_') {
        Some((field, operator)) => format!("{field}[{operator}]"),
        None => name.to_owned(),
    }
}

/// The values of a filter, parted by commas; those that a value has itself are marked as such.
fn values(name: &str, value: &Value) -> Outcome<String> {
    match value {
        Value::String(text) => Ok(text.replace('\\', "\\\\").replace(',', "\\,")),
        Value::List(list) if list.is_empty() => Err(Error::Malformed(format!("{name}: names one or more values"))),
        Value::List(list) => Ok(list.iter().map(|item| values(name, item)).collect::<Outcome<Vec<_>>>()?.join(",")),
        other => text(name, other),
    }
}

/// A value as text.
fn text(name: &str, value: &Value) -> Outcome<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Enum(word) => Ok(word.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Boolean(flag) => Ok(flag.to_string()),
        Value::List(list) => {
            let texts = list.iter().map(|item| text(name, item)).collect::<Outcome<Vec<_>>>()?;
            Ok(texts.join(","))
        }
        _ => Err(Error::Malformed(format!("{name}: is not a value to ask for"))),
    }
}
