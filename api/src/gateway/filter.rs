//! Filters and orders as input types, turned into the very names and values that REST's lists take.

use super::records::{Pairs, Records};
use super::sketch::{Sketch, asked};
use crate::resource::{Error, Field, FieldKind, Outcome};
use async_graphql::Value;
use async_graphql::dynamic::{InputObject, InputValue, ObjectAccessor, TypeRef};

/// What a comparison is called behind a field's name, and in REST.
const ORDERS: [&str; 4] = ["gt", "gte", "lt", "lte"];

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
    let (one, many) = (TypeRef::named(asked(field)), TypeRef::named_nn_list(asked(field)));
    let (field_name, about) = (field.name.as_str(), field.description.as_str());
    if field.column.is_none() {
        return match field.kind {
            FieldKind::Flag => vec![("", one, about.to_owned())],
            FieldKind::Enum(..) => vec![("", many, format!("One of these. {about}"))],
            _ => Vec::new(),
        };
    }
    let mut tests = match field.kind {
        FieldKind::Structure => return Vec::new(),
        FieldKind::Ids if !records.spec().references.iter().any(|r| r.field == field_name) => return Vec::new(),
        FieldKind::Ids | FieldKind::Words => vec![("", many, format!("Has one of these. {about}"))],
        FieldKind::Flag => vec![("", one, about.to_owned())],
        FieldKind::Text => vec![("", one.clone(), about.to_owned()), ("ne", one, "Is not this.".to_owned())],
        _ => vec![("", many.clone(), format!("One of these. {about}")), ("ne", many, "None of these.".to_owned())],
    };
    if matches!(field.kind, FieldKind::Integer | FieldKind::Figure | FieldKind::Date | FieldKind::Time) {
        let texts = ["Is greater.", "Is greater or equal.", "Is less.", "Is less or equal."];
        let one = TypeRef::named(asked(field));
        tests.extend(ORDERS.into_iter().zip(texts).map(|(order, text)| (order, one.clone(), text.to_owned())));
    }
    if field.nullable {
        tests.push(("null", TypeRef::named(TypeRef::BOOLEAN), "Holds nothing, or something.".to_owned()));
    }
    tests
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
                    pairs.push((bracketed(name), text(name, value)?));
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

/// A value as text. A comma parts the values of a list there, so none may hold one.
fn text(name: &str, value: &Value) -> Outcome<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Enum(word) => Ok(word.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Boolean(flag) => Ok(flag.to_string()),
        Value::List(list) => {
            let texts = list.iter().map(|item| text(name, item)).collect::<Outcome<Vec<_>>>()?;
            if texts.is_empty() || texts.iter().any(|text| text.contains(',')) {
                return Err(Error::Malformed(format!("{name}: is a list of one or more values without commas")));
            }
            Ok(texts.join(","))
        }
        _ => Err(Error::Malformed(format!("{name}: is not a value to ask for"))),
    }
}
