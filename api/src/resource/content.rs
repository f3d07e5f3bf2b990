//! What clients write: read in one pass, and refused with a pointer to everything that no record may hold.

use super::{Error, Field, FieldError, FieldKind, Fields, Outcome, Reference, Resource};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use uuid::Uuid;

/// The longest text that a field takes, characters.
pub(super) const LONGEST: usize = 20_000;
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

/// Whether a letter has no shape of its own: it only joins, turns or fills.
pub const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{2800}')
        || matches!(c, '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

/// Whether a text shows nothing: blanks, and letters without a shape of their own.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_unseen(c))
}

/// Whether a letter stands in no text: it controls what shows it, or is not seen and turns or splits what is read.
pub(super) fn is_no_part_of_a_text(c: char) -> bool {
    let hidden = matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    hidden || c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// Whether a letter stands in no name: it breaks the line, is not seen, or turns round what is. Joiners and styles of
/// letters belong to some scripts; a person's name goes without them, for two that look alike are one.
pub fn is_no_part_of_a_name(c: char, of_a_person: bool) -> bool {
    let joins = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || (is_unseen(c) && (of_a_person || !joins))
}

/// Reads what a client wrote and refuses what no record may hold.
pub(super) fn parse_draft<R: Resource>(draft: Value) -> Outcome<R::Draft> {
    check_draft(R::fields(), &draft)?;
    check_people(R::SPEC.personal, R::fields(), &draft)?;
    typed(draft)
}

/// Refuses a merge patch that clears what is not there: a misspelt name would change nothing, unseen.
pub(super) fn check_patch(patch: &Value, whole: &Value) -> Outcome<()> {
    let Value::Object(members) = patch else {
        return Err(Error::field("", "a merge patch is a JSON object"));
    };
    let mut faults = Vec::new();
    unknown_nulls(members, whole, &mut String::new(), &mut faults);
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

fn unknown_nulls(members: &Map<String, Value>, whole: &Value, pointer: &mut String, faults: &mut Vec<FieldError>) {
    let length = pointer.len();
    for (name, value) in members {
        if faults.len() >= MOST_FAULTS {
            return;
        }
        pointer.push_str(&format!("/{}", escaped(name)));
        match (value, whole.get(name)) {
            (Value::Null, None) => {
                let detail =
                    if length == 0 { "is not a field that can be written" } else { "is not there to be cleared" };
                faults.push(FieldError::new(pointer.clone(), detail));
            }
            (Value::Object(inner), its) => unknown_nulls(inner, its.unwrap_or(&Value::Null), pointer, faults),
            _ => {}
        }
        pointer.truncate(length);
    }
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

/// Who is named is named by what is seen.
fn check_people(personal: &[&str], fields: &Fields, draft: &Value) -> Outcome<()> {
    let theirs = fields.list.iter().filter(|field| field.column.is_some_and(|column| personal.contains(&column)));
    let strange = |field: &&Field| {
        let text = draft.get(&field.name).and_then(Value::as_str).unwrap_or_default();
        text.chars().any(|c| !matches!(c, '\n' | '\r' | '\t') && is_no_part_of_a_name(c, true))
    };
    let faults: Vec<_> = theirs
        .filter(strange)
        .map(|field| FieldError::new(format!("/{}", field.name), "contains characters that are not seen"))
        .collect();
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
            let is_name = matches!(last, "name" | "title" | "label" | "email" | "code");
            let longest = if is_name { LONGEST_NAME } else { LONGEST };
            let strange = |c: char| if is_name { is_no_part_of_a_name(c, false) } else { is_no_part_of_a_text(c) };
            if text.chars().count() > longest {
                faults.push(FieldError::new(pointer.clone(), format!("is longer than {longest} characters")));
            } else if text.chars().any(strange) {
                let what = if is_name { "line breaks" } else { "control characters" };
                faults.push(FieldError::new(
                    pointer.clone(),
                    format!("contains {what}, or characters that are not seen"),
                ));
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
        assert!(is_no_part_of_a_name('\u{202e}', false) && is_no_part_of_a_name('\r', false));
        assert!(!is_no_part_of_a_name('\u{fe0f}', false) && is_no_part_of_a_name('\u{200d}', true));
    }
}
