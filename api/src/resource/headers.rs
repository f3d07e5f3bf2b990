//! Headers of a request: the token, the version that is to be changed, and what the client has already.

use super::{Error, Outcome, Version};
use crate::caller::token;
use actix_web::HttpRequest;
use actix_web::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The request's header of this name, a list that may stand in several lines (RFC 9110, 5.3).
///
/// # Errors
/// When it is not text.
pub fn list_header(request: &HttpRequest, name: &str) -> Outcome<Option<String>> {
    let lines = request.headers().get_all(name).map(|value| value.to_str());
    let lines = lines.collect::<Result<Vec<_>, _>>();
    let lines = lines.map_err(|_| Error::Malformed(format!("{name}: is not plain text")))?;
    Ok(Some(lines.join(",")).filter(|_| !lines.is_empty()))
}

/// The request's one header of this name.
///
/// # Errors
/// When it is given twice or is not text.
pub fn header<'a>(request: &'a HttpRequest, name: &str) -> Outcome<Option<&'a str>> {
    let mut all = request.headers().get_all(name);
    let first = all.next();
    if all.next().is_some() {
        return Err(Error::Malformed(format!("{name}: is given twice")));
    }
    first.map(|value| value.to_str().map_err(|_| Error::Malformed(format!("{name}: is not plain text")))).transpose()
}

/// The token that a request shows.
///
/// # Errors
/// When it shows none.
pub fn bearer(request: &HttpRequest) -> Outcome<String> {
    let header = header(request, header::AUTHORIZATION.as_str())?;
    let header = header.ok_or(Error::Unauthenticated("send a token: Authorization: Bearer isms_…"))?;
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token.trim().to_owned())
    } else if scheme.eq_ignore_ascii_case("basic") {
        // Calendar programs know no bearer tokens: the token is the password, whatever the name (RFC 7617).
        let pair = STANDARD.decode(token.trim()).ok().and_then(|pair| String::from_utf8(pair).ok());
        let password = pair.and_then(|pair| pair.split_once(':').map(|(_, password)| password.to_owned()));
        password.ok_or(Error::Unauthenticated("the password of Basic authentication is a token: isms_…"))
    } else {
        Err(Error::Unauthenticated("send a token: Authorization: Bearer isms_…"))
    }
}

/// The version in `If-Match`, which a change must name.
///
/// # Errors
/// [`Error::PreconditionRequired`] without it.
pub fn if_match(request: &HttpRequest) -> Outcome<Version> {
    let tag = header(request, header::IF_MATCH.as_str())?.ok_or(Error::PreconditionRequired)?.trim();
    if tag == "*" {
        return Ok(Version::Any);
    }
    // Of several only one could be meant; a change names the version that it was made from.
    if tag.contains(',') {
        return Err(Error::PreconditionFailed);
    }
    // What stands between compresses answers and calls their tags weak; the version in them is the same.
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let version =
        tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).map(|tag| tag.split('-').next().unwrap_or(tag));
    match version.and_then(|version| version.parse().ok()) {
        Some(version) => Ok(Version::Exactly(version)),
        None => Err(Error::PreconditionFailed),
    }
}

/// The ETag of a body at a version: the version for `If-Match`, a digest for `If-None-Match`.
pub fn etag(version: i32, body: &str) -> String {
    let digest = token::hex(&Sha256::digest(body));
    format!("\"{version}-{}\"", digest.get(..12).unwrap_or_default())
}

/// Whether the client has this already.
///
/// # Errors
/// A header that is given twice where it may not, or is not plain text.
pub fn not_modified(request: &HttpRequest, etag: &str) -> Outcome<bool> {
    let tags = list_header(request, header::IF_NONE_MATCH.as_str())?;
    Ok(tags.is_some_and(|tags| {
        tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
    }))
}
