//! `PUT` and `GET /v1/…/{id}/content`: the file of a record, streamed in and out.

use super::served::served;
use super::{Announced, Attached, Content, Limits, attach, open, receive};
use crate::caller::token;
use crate::resource::http::Who;
use crate::resource::{
    Error, Operation, Outcome, Registry, State, Version, header, id, if_match, if_match_parameter, not_modified, pairs,
    shown,
};
use actix_web::body::{BoxBody, SizedStream};
use actix_web::http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, Charset,
    ContentDisposition, DispositionParam, DispositionType, ETAG, ExtendedValue, IF_RANGE, RANGE, Range,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use serde_json::json;
use std::cell::Cell;
use std::ops::Range as Bytes;
use std::str::FromStr;

type Shared = web::Data<State>;

/// A browser that shows a file all the same runs nothing in it.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Mounts and documents both operations.
pub fn register<R: Attached>(registry: &mut Registry) {
    let (noun, name, path) = (R::SPEC.noun, R::SPEC.name, format!("/v1/{}/{{id}}/content", R::SPEC.plural));
    let file = json!({"type": "string", "format": "binary"});
    let put = Operation::new(
        format!("attach{name}Content"),
        format!("Give one {noun} its file; the same file may be sent again"),
        R::SPEC.clause,
    )
    .on(name)
    .takes([
        json!({"name": "name", "in": "query", "schema": {"type": "string"}, "description": "Its name"}),
        json!({"name": "Repr-Digest", "in": "header", "schema": {"type": "string"},
            "description": "`sha-256=:…:` (RFC 9530): the file is refused unless it has this digest"}),
        if_match_parameter(R::REPLACEABLE),
    ])
    .body("application/octet-stream", file.clone())
    // What it is said to be is not believed, and not refused.
    .body("*/*", file.clone())
    .answers(200, "The record", json!({"$ref": format!("#/components/schemas/{name}")}));
    registry.route(Method::PUT, &path, put, || web::route().to(take::<R>));
    register_reading::<R>(registry);
}

/// Mounts and documents the operation that gives the file out, for records whose file the service makes.
pub fn register_reading<R: Attached>(registry: &mut Registry) {
    let (noun, name, path) = (R::SPEC.noun, R::SPEC.name, format!("/v1/{}/{{id}}/content", R::SPEC.plural));
    let file = json!({"type": "string", "format": "binary"});
    let get = Operation::new(format!("read{name}Content"), format!("The file of one {noun}, or a range of it"), R::SPEC.clause)
        .on(name)
        .takes([json!({"name": "Range", "in": "header", "schema": {"type": "string"}, "description": "One range of bytes (RFC 9110, 14)"})])
        .answers_with(200, "The file, to be saved and not shown, as what it is", "*/*", file.clone())
        .answers_with(206, "A part of it", "*/*", file)
        .unchanged();
    registry.route(Method::GET, &path, get, || web::route().to(give::<R>));
}

async fn take<R: Attached>(
    state: Shared,
    limits: web::Data<Limits>,
    request: HttpRequest,
    payload: web::Payload,
) -> Outcome<HttpResponse> {
    let (id, announced, named) = (id(&request)?, announced(&request, limits.most), if_match(&request));
    // The record and the right to change it are looked up before the file comes, and once more when it is there.
    let (caller, open) = state
        .reading(&request, |caller| async move {
            let open = open::<R>(&caller, id).await?;
            Ok((caller, open))
        })
        .await?;
    let (announced, version) = match named {
        Err(Error::PreconditionRequired) if !R::REPLACEABLE => (announced?, Version::Any),
        named => (announced?, named?),
    };
    let bytes = payload.map(|chunk| chunk.map_err(|_| Error::Malformed("the file did not come whole".into())));
    let content = &receive(&caller, &open, &announced, Box::pin(bytes), &limits).await?;
    let kept = &Cell::new(false);
    let answer = state
        .writing(&request, content.digest.as_bytes(), |caller| async move {
            let found = attach::<R>(&caller, id, version, content).await?;
            kept.set(R::content(&found.row).is_some_and(|its| its.id == content.id));
            let mut reply = shown(&caller, &found, StatusCode::OK)?;
            // What is shown is the record, not what was put here (RFC 9110, 9.3.4).
            reply.answer.headers.retain(|(name, _)| name != "ETag");
            Ok(reply)
        })
        .await;
    if answer.is_err() || !kept.get() {
        caller.discard(content.id).await;
    }
    answer
}

fn announced(request: &HttpRequest, most: u64) -> Outcome<Announced> {
    let mut announced = Announced::default();
    for (name, value) in pairs(request)? {
        match name.as_str() {
            "name" if announced.name.is_none() => announced.name = Some(value),
            _ => return Err(Error::Malformed(format!("{name}: is not a parameter here, or is given twice"))),
        }
    }
    if header(request, CONTENT_ENCODING.as_str())?.is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(Error::UnsupportedMediaType("the file is sent as it is, without Content-Encoding".into()));
    }
    if header(request, CONTENT_RANGE.as_str())?.is_some() {
        return Err(Error::Malformed("content-range: a file is sent whole (RFC 9110, 14.4)".into()));
    }
    let length = header(request, CONTENT_LENGTH.as_str())?.and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(Error::TooLarge);
    }
    for name in ["repr-digest", "content-digest"] {
        let Some(value) = header(request, name)? else { continue };
        let digest = sha256(value).ok_or_else(|| {
            Error::Malformed(format!("{name}: is a dictionary with sha-256=:…: among its members (RFC 9530)"))
        })?;
        if announced.digest.as_ref().is_some_and(|other| *other != digest) {
            return Err(Error::Malformed("repr-digest and content-digest differ".into()));
        }
        announced.digest = Some(digest);
    }
    Ok(announced)
}

/// The SHA-256 among the digests of a header, in hexadecimal.
fn sha256(value: &str) -> Option<String> {
    let member = value.split(',').find_map(|member| member.trim().strip_prefix("sha-256="))?;
    let bytes = STANDARD.decode(member.strip_prefix(':')?.strip_suffix(':')?).ok()?;
    (bytes.len() == 32).then(|| token::hex(&bytes))
}

/// The same as a header tells it.
fn digest(hex: &str) -> String {
    format!("sha-256=:{}:", STANDARD.encode(token::unhex(hex).unwrap_or_default()))
}

async fn give<R: Attached>(state: Shared, request: HttpRequest) -> Outcome<HttpResponse> {
    if let Some((name, _)) = pairs(&request)?.first() {
        return Err(Error::Malformed(format!("{name}: is not a parameter here")));
    }
    let id = id(&request)?;
    let found = state.reading(&request, |caller| async move { caller.fetch::<R>(id).await }).await?;
    let content = R::content(&found.row).ok_or(Error::NotFound)?;
    let (size, tag) = (u64::try_from(content.size).unwrap_or_default(), format!("\"{}\"", content.digest));
    if not_modified(&request, &tag)? {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag)).finish());
    }
    let mut response = HttpResponse::Ok();
    let part = match asked(&request, &tag, size)? {
        Asked::All => 0..size,
        Asked::Part(part) => {
            response.status(StatusCode::PARTIAL_CONTENT);
            response.insert_header((CONTENT_RANGE, format!("bytes {}-{}/{size}", part.start, part.end - 1)));
            part
        }
        Asked::Nothing => return Err(Error::RangeNotSatisfiable(size)),
    };
    describe(&mut response, &content, tag);
    let length = part.end - part.start;
    let bytes = if request.method() == Method::HEAD {
        futures::stream::empty().boxed_local()
    } else {
        served(state, Who::of(&request)?, &found, &content, part).await?
    };
    Ok(response.body(BoxBody::new(SizedStream::new(length, bytes))))
}

fn describe(response: &mut HttpResponseBuilder, content: &Content, tag: String) {
    let name = DispositionParam::FilenameExt(ExtendedValue {
        charset: Charset::Ext("UTF-8".into()),
        language_tag: None,
        value: content.name.clone().into_bytes(),
    });
    let disposition = ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] };
    response
        .content_type(content.media_type.as_str())
        .insert_header(disposition)
        .insert_header((CONTENT_SECURITY_POLICY, SANDBOX))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header(("repr-digest", digest(&content.digest)))
        .insert_header((ETAG, tag));
}

/// What of a file is asked for.
enum Asked {
    All,
    Part(Bytes<u64>),
    Nothing,
}

/// One range is given as asked; of several, as of ranges that are no bytes, the whole is given (RFC 9110, 14.2).
fn asked(request: &HttpRequest, tag: &str, size: u64) -> Outcome<Asked> {
    let Some(range) = header(request, RANGE.as_str())?.filter(|_| request.method() == Method::GET) else {
        return Ok(Asked::All);
    };
    if header(request, IF_RANGE.as_str())?.is_some_and(|known| known != tag) {
        return Ok(Asked::All);
    }
    let Ok(Range::Bytes(ranges)) = Range::from_str(range) else { return Ok(Asked::All) };
    let [range] = ranges.as_slice() else { return Ok(Asked::All) };
    Ok(range.to_satisfiable_range(size).map_or(Asked::Nothing, |(from, to)| Asked::Part(from..to + 1)))
}
