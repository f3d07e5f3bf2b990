//! Everything that can go wrong, in one table: status, problem type (RFC 9457) and GraphQL code.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

/// After so many seconds it is worth trying again what the database did not take.
const AGAIN: &str = "2";

/// A field that is wrong and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) to the field, or the name of a query parameter or header.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
    /// The rule that it breaks (`I-32`; see `GET /v1/rules`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

impl FieldError {
    /// `/field` is wrong because of `detail`.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { pointer: pointer.into(), rule: cited(&detail), detail }
    }

    /// `/0/field` as `/field`: of several rows there was only one.
    #[must_use]
    pub fn of_the_only_row(self) -> Self {
        match self.pointer.strip_prefix("/0") {
            Some(rest) => Self { pointer: rest.to_owned(), ..self },
            None => self,
        }
    }
}

/// What is wrong with the first of several fields, and how many more there are.
fn summary(errors: &[FieldError]) -> String {
    let Some(first) = errors.first() else { return "the content is not acceptable".into() };
    let field = first.pointer.trim_start_matches('/');
    let more = match errors.len() - 1 {
        0 => String::new(),
        more => format!("; {more} more"),
    };
    if field.is_empty() { format!("{}{more}", first.detail) } else { format!("{field}: {}{more}", first.detail) }
}

/// The rule that a text cites at its end: `… (I-32)`, or the first of several.
fn cited(text: &str) -> Option<String> {
    let (_, cited) = text.strip_suffix(')')?.rsplit_once(" (")?;
    let id = cited.split(',').next()?;
    let number = id.strip_prefix("I-").or_else(|| id.strip_prefix('C'))?;
    (number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| id.to_owned())
}

/// Everything that can go wrong.
#[derive(Debug, Error)]
pub enum Error {
    /// No credential, or one that is not good.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Readable, but this may not be done with it.
    #[error("{0}")]
    Denied(String),
    /// Not there, or not for the caller's eyes.
    #[error("there is no such record")]
    NotFound,
    /// The request cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// The request can be read, but says something impossible.
    #[error("{}", summary(.0))]
    Invalid(Vec<FieldError>),
    /// The record's state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// A unique value is taken.
    #[error("{0}")]
    Duplicate(String),
    /// `If-Match` is missing.
    #[error("send If-Match with the record's ETag, so that nobody's change is overwritten unseen")]
    PreconditionRequired,
    /// `If-Match` names another version.
    #[error("the record has changed since it was read")]
    PreconditionFailed,
    /// The idempotency key was used for another request.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// The same idempotent request is running.
    #[error("a request with this Idempotency-Key is still running")]
    KeyBusy,
    /// The body is too large.
    #[error("the body is larger than allowed")]
    TooLarge,
    /// The body comes too slowly.
    #[error("the body did not come in time")]
    TooSlow,
    /// The body has a type that is not taken here.
    #[error("{0}")]
    UnsupportedMediaType(String),
    /// The range lies outside the file, which has so many bytes.
    #[error("the file has {0} bytes")]
    RangeNotSatisfiable(u64),
    /// Nothing that is accepted can be given.
    #[error("{0}")]
    NotAcceptable(String),
    /// Too many requests; try again in so many seconds.
    #[error("too many requests")]
    TooManyRequests(u64),
    /// The method is not for this address.
    #[error("this address does not take that method")]
    MethodNotAllowed,
    /// The database does not answer now.
    #[error("the service cannot answer now")]
    Unavailable(String),
    /// The service does not do all that it has to; what, in words that anybody may read.
    #[error("{0}")]
    NotReady(String),
    /// The database went away, or time ran out, before it was known whether what was asked for was written.
    #[error(
        "whether this was written is not known: send the same request again with the same Idempotency-Key; it takes \
         effect once, and the answer tells"
    )]
    Unknown(String),
    /// The caller's rights changed while the request ran: it is run again with today's.
    #[error("rights have changed")]
    StaleAccess,
    /// Our fault. The text is for the log and never for the client.
    #[error("something went wrong on our side")]
    Internal(String),
}

/// The outcome of everything that can go wrong.
pub type Outcome<T> = Result<T, Error>;

/// What is not there is told as this fault; whatever else went wrong stays what it is.
///
/// # Errors
/// The fault, or any other failure.
pub fn found_or<T>(found: Outcome<T>, fault: impl FnOnce() -> Error) -> Outcome<T> {
    found.map_err(|error| if matches!(error, Error::NotFound) { fault() } else { error })
}

/// Nothing where nothing is there; whatever else went wrong stays what it is.
///
/// # Errors
/// Any failure but that nothing is there.
pub fn if_found<T>(found: Outcome<T>) -> Outcome<Option<T>> {
    match found {
        Err(Error::NotFound) => Ok(None),
        found => found.map(Some),
    }
}

/// A problem as it is sent (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Stable name of the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for people.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What went wrong this time.
    pub detail: String,
    /// The rule that was broken, where one is cited (`I-32`; see `GET /v1/rules`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Error {
    /// One wrong field.
    pub fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, detail)])
    }

    /// The same error in the record at this place among several.
    #[must_use]
    pub fn at(self, place: usize) -> Self {
        match self {
            Self::Invalid(list) => Self::Invalid(
                list.into_iter().map(|e| FieldError::new(format!("/{place}{}", e.pointer), e.detail)).collect(),
            ),
            other => other,
        }
    }

    /// The same error for another one who waited for the same read.
    #[must_use]
    pub fn again(&self) -> Self {
        match self {
            Self::StaleAccess => Self::StaleAccess,
            Self::Unavailable(why) => Self::Unavailable(why.clone()),
            Self::Unknown(why) => Self::Unknown(why.clone()),
            Self::Denied(why) => Self::Denied(why.clone()),
            Self::Malformed(why) => Self::Malformed(why.clone()),
            Self::NotFound => Self::NotFound,
            other => Self::Internal(other.to_string()),
        }
    }

    /// The table: status, code and title.
    pub const fn entry(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "unauthenticated", "Unauthorized"),
            Self::Denied(_) => (StatusCode::FORBIDDEN, "denied", "Forbidden"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "Not found"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed", "Bad request"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Unprocessable content"),
            Self::Conflict(_) => (StatusCode::CONFLICT, "conflict", "Conflict with the state"),
            Self::Duplicate(_) => (StatusCode::CONFLICT, "duplicate", "Duplicate value"),
            Self::PreconditionRequired => {
                (StatusCode::PRECONDITION_REQUIRED, "precondition-required", "Precondition required")
            }
            Self::PreconditionFailed => (StatusCode::PRECONDITION_FAILED, "precondition-failed", "Precondition failed"),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", "Idempotency key reused"),
            Self::KeyBusy => (StatusCode::CONFLICT, "idempotency-key-busy", "Idempotent request in progress"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Content too large"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too-slow", "Request timeout"),
            Self::UnsupportedMediaType(_) => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type")
            }
            Self::RangeNotSatisfiable(_) => {
                (StatusCode::RANGE_NOT_SATISFIABLE, "range-not-satisfiable", "Range not satisfiable")
            }
            Self::NotAcceptable(_) => (StatusCode::NOT_ACCEPTABLE, "not-acceptable", "Not acceptable"),
            Self::TooManyRequests(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed"),
            Self::NotReady(_) => (StatusCode::SERVICE_UNAVAILABLE, "not-ready", "Not ready"),
            Self::Unavailable(_) | Self::StaleAccess => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Service unavailable")
            }
            Self::Unknown(_) => (StatusCode::SERVICE_UNAVAILABLE, "unknown", "Outcome unknown"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal server error"),
        }
    }

    /// The stable code, the same at both doors.
    pub const fn code(&self) -> &'static str {
        self.entry().1
    }

    /// What the client sees.
    pub fn problem(&self) -> Problem {
        let (status, code, title) = self.entry();
        let detail = self.to_string();
        let rule = match self {
            Self::Invalid(errors) => errors.iter().find_map(|error| error.rule.clone()),
            _ => cited(&detail),
        };
        Problem {
            kind: format!("urn:isms:problem:{code}"),
            title,
            status: status.as_u16(),
            detail,
            rule,
            errors: match self {
                Self::Invalid(errors) => errors.clone(),
                _ => Vec::new(),
            },
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.entry().0
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Internal(why) | Self::Unavailable(why) | Self::Unknown(why) = self {
            tracing::error!(why, "request failed");
        }
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json");
        match self {
            Self::Unauthenticated(_) => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            Self::RangeNotSatisfiable(size) => {
                response.insert_header((header::CONTENT_RANGE, format!("bytes */{size}")));
            }
            Self::TooManyRequests(seconds) => {
                response.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            Self::Unavailable(_) | Self::Unknown(_) | Self::NotReady(_) | Self::StaleAccess => {
                response.insert_header((header::RETRY_AFTER, AGAIN));
            }
            _ => {}
        }
        response.body(serde_json::to_string(&self.problem()).unwrap_or_default())
    }
}

impl From<isms_authz::PolicyError> for Error {
    fn from(error: isms_authz::PolicyError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.to_string())
    }
}
