//! JSON in which no name stands twice in one object (RFC 8259 leaves open which of the two would count).

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Any JSON value without repeated names.
pub(super) struct Strict(pub Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read).map(Self)
    }
}

/// Up to here every whole number is one of its own as a float.
const WHOLE: f64 = 9_007_199_254_740_992.0;

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        // A whole number is one however it is written (JSON Schema, 6.1.1).
        if number.fract() == 0.0 && number.abs() < WHOLE {
            return Ok((number as i64).into());
        }
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("{name:?} stands twice in one object")));
            }
            let Strict(value) = entries.next_value()?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_once() {
        let text = r#"{"a": [1, -2, 1.5, "x", null, true, {"a": {}}], "b": {}}"#;
        let plain: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::from_str::<Strict>(text).unwrap().0, plain);
        assert_eq!(
            serde_json::from_str::<Strict>("[2.0, -1e3, 1e300]").unwrap().0,
            serde_json::json!([2, -1000, 1e300])
        );
        assert!(serde_json::from_str::<Strict>(r#"{"a": 1, "a": 1}"#).is_err());
        assert!(serde_json::from_str::<Strict>(r#"[{"b": {"a": 1, "b": 2, "a": 3}}]"#).is_err());
        assert!(serde_json::from_str::<Strict>(&"[".repeat(200)).is_err(), "depth stays limited");
    }
}
