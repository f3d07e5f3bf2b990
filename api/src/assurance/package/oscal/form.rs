//! How OSCAL writes values: UUIDs, tokens, texts of one line, instants with their zone, and properties.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};
use uuid::Uuid;

/// Our own namespace: UUIDs are derived in it, and as a URN (RFC 9562, 4) it is that of properties and parts that OSCAL
/// has no word for. It was drawn at random, so that it belongs to nobody else, and stays as it is for good.
const NAMESPACE: Uuid = Uuid::from_u128(0x7903_09a0_233c_47de_a68e_d71e_d002_9b53);

/// The same as a URI.
pub fn namespace() -> String {
    NAMESPACE.urn().to_string()
}

/// The UUID of something that is told of a record, the same each time: OSCAL knows no UUIDs of version 7.
pub fn uuid(what: &str, of: Uuid) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{what}/{of}").as_bytes())
}

/// A text on one line, without blanks around it.
pub fn line(text: &str) -> String {
    // A byte order mark is blank for the schema's patterns (ECMA-262), and none for us.
    text.replace('\u{feff}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a record is called: its title, or its reference where that says nothing.
pub fn called(title: &str, reference: &str) -> String {
    let title = line(title);
    if title.is_empty() { reference.to_owned() } else { title }
}

/// Those of the texts that say something, as paragraphs; none when none does.
pub fn prose<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Option<String> {
    let told: Vec<&str> = texts.into_iter().flatten().map(str::trim).filter(|text| !text.is_empty()).collect();
    (!told.is_empty()).then(|| told.join("\n\n"))
}

/// The beginning of a day as an instant in UTC; none outside the years that OSCAL can write.
pub fn day(day: NaiveDate) -> Option<String> {
    (1900..3000).contains(&day.year()).then(|| format!("{day}T00:00:00Z"))
}

/// A text as a token, or what of one follows its first letter; `_` is left to what is derived from it.
pub fn token(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    text.chars().map(plain).collect()
}

/// A property in our own namespace; nothing where it would say nothing.
pub fn prop(name: &str, value: impl ToString) -> Value {
    let value = line(&value.to_string());
    if value.is_empty() { Value::Null } else { json!({"ns": namespace(), "name": name, "value": value}) }
}

/// One for each word of a list.
pub fn each<T: ToString>(name: &str, words: impl IntoIterator<Item = T>) -> Vec<Value> {
    words.into_iter().map(|word| prop(name, word)).collect()
}

/// One where there is something to tell.
pub fn given<T: ToString>(name: &str, value: Option<T>) -> Value {
    value.map_or(Value::Null, |value| prop(name, value))
}

/// Without what is null, and without lists of nothing, which the schema refuses.
pub fn trimmed(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name, trimmed(value)));
            Value::Object(fields.filter(|(_, value)| says_something(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(trimmed).filter(says_something).collect()),
        other => other,
    }
}

fn says_something(value: &Value) -> bool {
    !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty())
}
