//! A span of days in a query, `from` and `to`.

use super::query::day;
use super::{Error, Outcome};
use chrono::NaiveDate;
use serde_json::{Value, json};

/// The parameters `from` and `to`.
pub fn parameters(required: bool) -> [Value; 2] {
    let one = |name: &str, text: &str| {
        json!({"name": name, "in": "query", "required": required, "description": text,
        "schema": {"type": "string", "format": "date"}})
    };
    [one("from", "First day"), one("to", "Last day")]
}

/// The first and last day that were asked for.
///
/// # Errors
/// [`Error::Malformed`] names the parameter.
pub fn asked(pairs: &[(String, String)]) -> Outcome<(Option<NaiveDate>, Option<NaiveDate>)> {
    let (mut from, mut to) = (None, None);
    for (name, value) in pairs {
        let place = match name.as_str() {
            "from" if from.is_none() => &mut from,
            "to" if to.is_none() => &mut to,
            _ => return Err(Error::Malformed(format!("{name}: is not a parameter here, or is given twice"))),
        };
        *place = Some(day(value).ok_or_else(|| Error::Malformed(format!("{name}: is not a day like 2026-03-31")))?);
    }
    Ok((from, to))
}
