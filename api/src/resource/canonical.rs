//! JSON with one spelling, so that a digest made today is the digest found tomorrow on either database.

use crate::caller::token;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// SHA-256, hexadecimal, of a document in its one spelling.
pub fn digest(value: &Value) -> String {
    token::hex(&Sha256::digest(canonical(value)))
}

/// A document with its keys in order and nothing between them (after RFC 8785; numbers here are integers).
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (i, (name, member)) in members.into_iter().enumerate() {
                text.push_str(if i == 0 { "" } else { "," });
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(member, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                text.push_str(if i == 0 { "" } else { "," });
                write(item, text);
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_count_and_everything_else_does() {
        let document = digest(&json!({"b": [1, {"y": "ü", "x": null}], "a": "\"\n"}));
        assert_eq!(document, digest(&json!({"a": "\"\n", "b": [1, {"x": null, "y": "ü"}]})));
        assert_ne!(document, digest(&json!({"a": "\"\n", "b": [{"x": null, "y": "ü"}, 1]})));
    }
}
