//! What clients write: read in one pass, and refused with a pointer to everything that no record may hold.

use super::{Error, Field, FieldError, FieldKind, Fields, Outcome, Reference, Resource};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use uuid::Uuid;

/// The longest text that a field takes, characters.
const LONGEST: usize = 20_000;
/// The longest name or title, characters.
const LONGEST_NAME: usize = 300;
/// The longest list that a field takes.
const LONGEST_LIST: usize = 2_000;
/// The most mistakes that are told at once.
pub(super) const MOST_FAULTS: usize = 100;

/// A name as a part of a JSON Pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Whether a text shows nothing: blanks, and letters without a shape of their own.
pub fn is_blank(text: &str) -> bool {
    let unseen = |c: char| {
        matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}')
            || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{2800}')
            || matches!(c, '\u{e0000}'..='\u{e0fff}')
    };
    text.chars().all(|c| c.is_whitespace() || unseen(c))
}

/// Reads what a client wrote and refuses what no record may hold.
pub(super) fn parse_draft<R: Resource>(draft: Value) -> Outcome<R::Draft> {
    check_draft(R::fields(), &draft)?;
    typed(draft)
}

fn check_draft(fields: &Fields, draft: &Value) -> Outcome<()> {
    let mut faults = Vec::new();
    if let Value::Object(map) = draft {
        let unknown = map.keys().filter(|name| fields.get(name).is_none_or(|field| !field.writable));
        faults.extend(
            unknown
                .take(MOST_FAULTS)
                .map(|name| FieldError::new(format!("/{}", escaped(name)), "is not a field that can be written")),
        );
        let writable = fields.list.iter().filter(|field| field.writable);
        faults.extend(writable.filter_map(|field| {
            let detail = fault(field, map.get(&field.name))?;
            Some(FieldError::new(format!("/{}", field.name), detail))
        }));
    }
    walk(draft, &mut String::new(), &mut faults);
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// What is wrong with a field whatever its record says.
fn fault(field: &Field, value: Option<&Value>) -> Option<&'static str> {
    match value {
        None | Some(Value::Null) if field.required => Some("is required"),
        Some(Value::Null) if !field.nullable => Some("cannot be null"),
        Some(Value::String(text)) if field.required && is_blank(text) => Some("cannot be empty"),
        Some(Value::String(text)) if field.kind == FieldKind::Date && super::query::day(text).is_none() => {
            Some("is not a day like 2026-03-31")
        }
        Some(Value::String(text)) if field.kind == FieldKind::Id && text.parse::<Uuid>().is_err() => {
            Some("is not a UUID")
        }
        _ => None,
    }
}

/// Deserialises and points to what does not fit.
fn typed<T: DeserializeOwned>(value: Value) -> Outcome<T> {
    if !value.is_object() {
        return Err(Error::field("", "is not a JSON object"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let mut pointer = String::new();
        for segment in error.path() {
            match segment {
                Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
                Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
                Segment::Enum { .. } | Segment::Unknown => {}
            }
        }
        let message = error.into_inner().to_string();
        match message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            Some(name) => Error::field(format!("{pointer}/{}", escaped(name)), "is required"),
            None => Error::field(pointer, message),
        }
    })
}

fn walk(value: &Value, pointer: &mut String, faults: &mut Vec<FieldError>) {
    if faults.len() >= MOST_FAULTS {
        return;
    }
    let length = pointer.len();
    match value {
        Value::String(text) => {
            let last = pointer.rsplit('/').next().unwrap_or_default();
            let longest =
                if matches!(last, "name" | "title" | "label" | "email" | "code") { LONGEST_NAME } else { LONGEST };
            if text.chars().count() > longest {
                faults.push(FieldError::new(pointer.clone(), format!("is longer than {longest} characters")));
            } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
                faults.push(FieldError::new(pointer.clone(), "contains control characters"));
            }
        }
        Value::Array(items) => {
            if items.len() > LONGEST_LIST {
                faults.push(FieldError::new(pointer.clone(), format!("has more than {LONGEST_LIST} items")));
                return;
            }
            for (i, item) in items.iter().enumerate() {
                pointer.push_str(&format!("/{i}"));
                walk(item, pointer, faults);
                pointer.truncate(length);
            }
        }
        Value::Object(map) => {
            for (name, item) in map {
                pointer.push_str(&format!("/{}", escaped(name)));
                walk(item, pointer, faults);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// Reads the body of an act or another call.
///
/// # Errors
/// A field that does not fit.
pub fn parse_input<T: DeserializeOwned>(value: Value) -> Outcome<T> {
    let mut faults = Vec::new();
    walk(&value, &mut String::new(), &mut faults);
    if faults.is_empty() { typed(value) } else { Err(Error::Invalid(faults)) }
}

/// Keeps the references that the caller does not see: `draft` names what they see and want, `whole` what stood there
/// and `seen` what of it they saw. Who writes back what they have read changes nothing.
pub(super) fn keep_hidden(references: &[Reference], whole: &Value, seen: &Value, draft: &mut Value) {
    let Some(draft) = draft.as_object_mut() else { return };
    for reference in references {
        let (Some(stood), Some(saw)) = (whole.get(reference.field), seen.get(reference.field)) else { continue };
        if stood == saw {
            continue;
        }
        // A merge patch takes out what it sets to null.
        let wanted = draft.entry(reference.field).or_insert(Value::Null);
        if reference.many && wanted.is_null() {
            *wanted = Value::Array(Vec::new());
        }
        match (stood, wanted) {
            (Value::Array(stood), Value::Array(wanted)) => {
                let saw = saw.as_array().map(Vec::as_slice).unwrap_or_default();
                let hidden = stood.iter().filter(|id| !saw.contains(id));
                let kept: Vec<Value> = hidden.filter(|id| !wanted.contains(id)).cloned().collect();
                wanted.extend(kept);
            }
            (stood, wanted) if wanted == saw => *wanted = stood.clone(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_seen_stays() {
        let references = [Reference::many("assetIds", "Asset", "assets"), Reference::one("ownerId", "User", "owner")];
        let (whole, seen) =
            (json!({"assetIds": ["a", "b"], "ownerId": "o"}), json!({"assetIds": ["a"], "ownerId": null}));
        for (mut draft, result) in [
            (json!({"assetIds": ["a"], "ownerId": null}), json!({"assetIds": ["a", "b"], "ownerId": "o"})),
            (json!({"assetIds": [], "ownerId": "p"}), json!({"assetIds": ["b"], "ownerId": "p"})),
            (json!({"assetIds": ["c", "b"]}), json!({"assetIds": ["c", "b"], "ownerId": "o"})),
            (json!({}), json!({"assetIds": ["b"], "ownerId": "o"})),
        ] {
            keep_hidden(&references, &whole, &seen, &mut draft);
            assert_eq!(draft, result);
        }
    }

    #[test]
    fn a_pointer_escapes_what_parts_it() {
        assert_eq!(escaped("a/b~c"), "a~1b~0c");
    }

    #[test]
    fn what_shows_nothing_is_blank() {
        assert!(is_blank(" \u{200b}\u{2060}\t") && is_blank("") && !is_blank("\u{200b}a"));
    }
}
