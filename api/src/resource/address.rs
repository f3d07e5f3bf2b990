//! What the address of a request says: its route, the record, and names and values.

use super::{Error, Outcome};
use actix_web::HttpRequest;
use uuid::Uuid;

/// The route that a request has come by (`/v1/risks/{id}`), however its address is spelt; empty where there is none.
pub fn route(request: &HttpRequest) -> String {
    request.match_pattern().unwrap_or_default()
}

/// The address of a request as its route spells it.
pub fn place(request: &HttpRequest) -> String {
    let fill = |place: String, (name, value): (&str, &str)| place.replace(&format!("{{{name}}}"), value);
    request.match_info().iter().fold(route(request).replace(":.*}", "}"), fill)
}

/// The collection that a route is about: `risks` of `/v1/risks/{id}/accept` or `/v1/risks:batch`.
pub(super) fn plural(route: &str) -> &str {
    let rest = route.strip_prefix("/v1/").unwrap_or_default();
    rest.split(['/', ':']).next().unwrap_or_default()
}

/// The record that the address names.
///
/// # Errors
/// [`Error::NotFound`] when it is no id: no record has it.
pub fn id(request: &HttpRequest) -> Outcome<Uuid> {
    request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or(Error::NotFound)
}

/// The query string as names and values.
///
/// # Errors
/// When it is not UTF-8.
pub fn pairs(request: &HttpRequest) -> Outcome<Vec<(String, String)>> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent(&text).ok_or_else(|| Error::Malformed("the query string is not UTF-8".into()))
    };
    let query = request.query_string();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

/// A text with its percent signs and what they stand for decoded (RFC 3986, 2.1); none when it is not UTF-8.
pub fn percent(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
