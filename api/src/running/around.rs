//! What happens around every request: an id, a limit, a log line, a measure, security headers, and problems as JSON.

use super::{Limiter, Metrics, body};
use crate::config::Config;
use crate::resource::{Error, RequestId, State};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError, web};
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

const HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
];

/// The middleware.
///
/// # Errors
/// None of its own: whatever goes wrong becomes an answer.
pub(super) async fn around(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let (method, path) = (request.method().to_string(), request.path().to_owned());
    let trace = trace_id(request.headers()).unwrap_or_default().to_owned();
    let span = tracing::info_span!("request", %id, %method, %path, trace);
    let metrics = request.app_data::<web::Data<Metrics>>().cloned();
    let limiter = request.app_data::<web::Data<Limiter>>().cloned();
    let state = request.app_data::<web::Data<State>>().cloned();
    let held = limiter
        .as_deref()
        .and_then(|limiter| limiter.check(&request, state.as_ref().map(actix_web::web::Data::get_ref)));
    let grace = request.app_data::<web::Data<Config>>().map(|config| config.body_timeout);
    let given_up = grace.map(|grace| body::watch(&mut request, grace)).unwrap_or_default();
    let mut response = match held {
        Some(Err(seconds)) => refuse(request, &Error::TooManyRequests(seconds)),
        _ => match next.call(request).instrument(span.clone()).await {
            Ok(response) if given_up.is_so() => too_slow(response.map_into_boxed_body()),
            Ok(response) => problems(response.map_into_boxed_body()),
            Err(error) => return Err(error),
        },
    };
    if let Some(Ok((policy, rest))) = held {
        set(response.headers_mut(), "ratelimit-policy", &policy);
        set(response.headers_mut(), "ratelimit", &rest);
    }
    for (name, value) in HEADERS {
        if !response.headers().contains_key(name) {
            set(response.headers_mut(), name, value);
        }
    }
    set(response.headers_mut(), "x-request-id", &id);
    let status = response.status().as_u16();
    let pattern = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    if let Some(metrics) = metrics {
        metrics.count(measured(response.request().method()), &pattern, status, started.elapsed());
    }
    span.in_scope(|| tracing::info!(status, micros = started.elapsed().as_micros(), "served"));
    Ok(response)
}

/// The method as it is measured: clients can invent any number of others.
fn measured(method: &Method) -> &str {
    const KNOWN: [Method; 7] =
        [Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::PUT, Method::DELETE, Method::OPTIONS];
    if KNOWN.contains(method) { method.as_str() } else { "other" }
}

/// The client's id where it is harmless, else a fresh one.
fn request_id(headers: &HeaderMap) -> Arc<str> {
    let plain =
        |id: &&str| (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let given = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    given.filter(plain).map_or_else(|| Uuid::now_v7().to_string().into(), Into::into)
}

/// The trace that the request belongs to (W3C Trace Context).
fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let parent = headers.get("traceparent")?.to_str().ok()?;
    let mut parts = parent.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let hex = |text: &str, length: usize| text.len() == length && text.chars().all(|c| c.is_ascii_hexdigit());
    (hex(version, 2) && hex(trace, 32) && trace.chars().any(|c| c != '0')).then_some(trace)
}

/// Whatever failed before a handler ran is told as a problem, too.
fn problems(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let typed = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !(status.is_client_error() || status.is_server_error()) || typed.contains("json") || typed.contains("html") {
        return response;
    }
    let error = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Error::MethodNotAllowed,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMediaType("that content is not taken here".into()),
        status if status.is_client_error() => Error::Malformed("the request cannot be read".into()),
        status => Error::Internal(format!("an answer without a problem: {status}")),
    };
    let (request, told) = response.into_parts();
    let mut answer = error.error_response();
    if let Some(allow) = told.headers().get(ALLOW) {
        answer.headers_mut().insert(ALLOW, allow.clone());
    }
    ServiceResponse::new(request, answer)
}

/// What is left of the body is not waited for.
fn too_slow(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let (request, _) = response.into_parts();
    let mut answer = Error::TooSlow.error_response();
    answer.head_mut().set_connection_type(ConnectionType::Close);
    ServiceResponse::new(request, answer)
}

fn refuse(request: ServiceRequest, error: &Error) -> ServiceResponse<BoxBody> {
    let answer: HttpResponse = error.error_response();
    request.into_response(answer)
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
