//! What every REST handler does around its service function: know the caller, run it, write the answer.

use super::shares::{Shares, reads_much};
use super::{Error, Outcome, Version};
use crate::caller::{Authenticator, Caller, token};
use crate::store::{Answer, KeyClaim, Store};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::LocalBoxFuture;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// What handlers share.
pub struct State {
    /// The records, for health checks only; handlers go through a caller.
    pub store: Store,
    /// Knows callers.
    pub authenticator: Authenticator,
    /// How long a request may take.
    patience: Duration,
    /// What reads much.
    shares: Shares,
    /// Idempotent requests that are running.
    running: Mutex<HashSet<(Uuid, String)>>,
}

/// What a handler does for a caller, without its type: around it, everything is compiled once.
type Run<'a, T> = dyn Fn(Caller) -> LocalBoxFuture<'a, Outcome<T>> + 'a;

/// A handler without its type.
pub type Handler = fn(web::Data<State>, HttpRequest, web::Bytes) -> LocalBoxFuture<'static, Outcome<HttpResponse>>;

/// The id that a request goes by in logs and trail.
#[derive(Clone)]
pub struct RequestId(pub Arc<str>);

/// An answer, and what of it is shown this once and not kept.
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// The body with its secret.
    pub once: Option<String>,
}

impl Reply {
    /// A JSON answer with these headers.
    pub fn json(status: StatusCode, body: String, headers: Vec<(String, String)>) -> Self {
        Self { answer: Answer { status: status.as_u16(), headers, body }, once: None }
    }
}

impl State {
    /// Nothing is running yet.
    pub fn new(store: Store, authenticator: Authenticator, patience: Duration) -> Self {
        let shares = Shares::of(store.readers());
        Self { store, authenticator, patience, shares, running: Mutex::default() }
    }

    /// Runs a read for the caller, again with fresh rights if they have changed meanwhile.
    ///
    /// # Errors
    /// Whatever the read says, or that nobody knows the caller.
    pub async fn reading<T, F, Fut>(&self, request: &HttpRequest, run: F) -> Outcome<T>
    where
        F: Fn(Caller) -> Fut,
        Fut: Future<Output = Outcome<T>>,
    {
        let much = reads_much(request);
        let noted = |caller: Caller| async {
            let share = if much { self.shares.take(caller.id()).await } else { None };
            let reader = caller.clone();
            let shown = run(caller).await?;
            drop(share);
            note(&reader, request).await?;
            Ok(shown)
        };
        self.attempts(request, Error::Unavailable, &|caller| Box::pin(noted(caller))).await
    }

    /// Runs it as often as rights change meanwhile; when it takes too long, it ends with this error.
    async fn attempts<T>(&self, request: &HttpRequest, late: fn(String) -> Error, run: &Run<'_, T>) -> Outcome<T> {
        let factor = if request.path().ends_with(":import") { 10 } else { 1 };
        let patience = self.patience * factor;
        let late = |_| Err(late(format!("the request took longer than {} s", patience.as_secs())));
        tokio::time::timeout(patience, self.attempt_some(request, run)).await.unwrap_or_else(late)
    }

    async fn attempt_some<T>(&self, request: &HttpRequest, run: &Run<'_, T>) -> Outcome<T> {
        let bearer = bearer(request)?;
        for _ in 0..3 {
            let caller = self.authenticator.caller(&bearer, request_id(request)).await?;
            match run(caller.clone()).await {
                Err(Error::StaleAccess) => self.authenticator.forget(&bearer),
                Err(Error::Denied(why)) => {
                    let what = format!("{} {}", request.method(), request.path());
                    caller.note_denials(&[(what, why.clone())]).await;
                    return Err(Error::Denied(why));
                }
                other => return other,
            }
        }
        Err(Error::StaleAccess)
    }

    /// Runs a write for the caller in one transaction, together with the answer to its idempotency key.
    ///
    /// # Errors
    /// Whatever the write says; nothing of it is kept then.
    pub async fn writing<F, Fut>(&self, request: &HttpRequest, body: &[u8], run: F) -> Outcome<HttpResponse>
    where
        F: Fn(Caller) -> Fut,
        Fut: Future<Output = Outcome<Reply>>,
    {
        self.transact(request, body, &|caller| Box::pin(run(caller))).await
    }

    async fn transact(&self, request: &HttpRequest, body: &[u8], run: &Run<'_, Reply>) -> Outcome<HttpResponse> {
        let claim = claim(request, body)?;
        let reply = self
            .attempts(request, Error::Unknown, &|caller| Box::pin(self.write(request, caller, claim.as_ref(), run)))
            .await?;
        Ok(respond(reply))
    }

    async fn write(
        &self,
        request: &HttpRequest,
        caller: Caller,
        claim: Option<&KeyClaim>,
        run: &Run<'_, Reply>,
    ) -> Outcome<Reply> {
        let _guard = claim.map(|claim| self.claim(caller.id(), &claim.key)).transpose()?;
        let transaction = caller.begin().await?;
        match attempt(&transaction, plural(request), claim, run).await {
            Ok(reply) => {
                transaction.commit().await?;
                Ok(reply)
            }
            Err(error) => {
                transaction.store.rollback().await;
                Err(error)
            }
        }
    }

    fn claim(&self, caller: Uuid, key: &str) -> Outcome<Running<'_>> {
        let mut running =
            self.running.lock().map_err(|_| Error::Internal("the list of running requests is broken".into()))?;
        let entry = (caller, key.to_owned());
        if running.insert(entry.clone()) { Ok(Running { state: self, entry }) } else { Err(Error::KeyBusy) }
    }
}

/// What is asked in the body of a request that reads, for read receipts.
#[derive(Clone)]
pub struct Question(pub String);

/// So much of what was asked is noted, in characters: all of any question.
const NOTED: usize = 40_000;

/// Notes what an external auditor was shown.
async fn note(reader: &Caller, request: &HttpRequest) -> Outcome<()> {
    if reader.access.principal.remit.is_none() {
        return Ok(());
    }
    let question = request.extensions().get::<Question>().map(|question| format!(" {}", question.0));
    let what = format!("{} {}{}", request.method(), request.uri(), question.unwrap_or_default());
    let spec = crate::resources::specs().iter().find(|spec| spec.plural == plural(request));
    let record = request.match_info().get("id").and_then(|id| id.parse().ok());
    reader.note_reading(&what.replace('\0', " ").chars().take(NOTED).collect::<String>(), spec, record).await
}

async fn attempt(transaction: &Caller, plural: &str, claim: Option<&KeyClaim>, run: &Run<'_, Reply>) -> Outcome<Reply> {
    let Some(claim) = claim else { return run(transaction.clone()).await };
    if let Some(mut answer) = transaction.answered(claim).await? {
        may_have_again(transaction, plural, &answer).await?;
        answer.headers.push(("Idempotency-Replayed".into(), "true".into()));
        return Ok(Reply { answer, once: None });
    }
    let reply = run(transaction.clone()).await?;
    transaction.keep_answer(claim, &reply.answer).await?;
    Ok(reply)
}

/// The collection that a request is about: `risks` of `/v1/risks/{id}/accept` or `/v1/risks:batch`.
fn plural(request: &HttpRequest) -> &str {
    let rest = request.path().strip_prefix("/v1/").unwrap_or_default();
    rest.split(['/', ':']).next().unwrap_or_default()
}

/// An answer is given again only to who may still write and still sees what it shows.
async fn may_have_again(caller: &Caller, plural: &str, answer: &Answer) -> Outcome<()> {
    if !caller.access.principal.scopes.iter().any(|scope| scope == "write") {
        return Err(Error::Denied("the token does not allow writing any more".into()));
    }
    let Some(spec) = crate::resources::specs().iter().find(|spec| spec.plural == plural) else { return Ok(()) };
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
    if body.get("dryRun") == Some(&true.into()) {
        return Ok(());
    }
    let results = body.get("results").and_then(|results| results.as_array()).into_iter().flatten();
    let records = std::iter::once(&body).chain(results.filter_map(|result| result.get("record")));
    let ids: HashSet<Uuid> = records.filter_map(|record| record.get("id")?.as_str()?.parse().ok()).collect();
    let seen = caller.visible(spec, &ids.iter().copied().collect::<Vec<_>>()).await?;
    if ids.is_subset(&seen) { Ok(()) } else { Err(Error::NotFound) }
}

struct Running<'a> {
    state: &'a State,
    entry: (Uuid, String),
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Ok(mut running) = self.state.running.lock() {
            running.remove(&self.entry);
        }
    }
}

fn respond(reply: Reply) -> HttpResponse {
    let Answer { status, headers, body } = reply.answer;
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
    response.content_type("application/json");
    for (name, value) in headers {
        response.insert_header((name, value));
    }
    response.body(reply.once.unwrap_or(body))
}

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

/// The id of the request.
pub fn request_id(request: &HttpRequest) -> Arc<str> {
    request.extensions().get::<RequestId>().map_or_else(|| Uuid::now_v7().to_string().into(), |id| Arc::clone(&id.0))
}

fn claim(request: &HttpRequest, body: &[u8]) -> Outcome<Option<KeyClaim>> {
    let Some(key) = header(request, "Idempotency-Key")? else { return Ok(None) };
    if key.is_empty() || key.len() > 255 {
        return Err(Error::Malformed("Idempotency-Key: has 1 to 255 characters".into()));
    }
    let digest = Sha256::new()
        .chain_update(request.method().as_str())
        .chain_update([0])
        .chain_update(request.uri().to_string())
        .chain_update([0])
        .chain_update(body)
        .finalize();
    Ok(Some(KeyClaim { key: key.to_owned(), fingerprint: token::hex(&digest) }))
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

/// The body as JSON.
///
/// # Errors
/// When it is not, or says to be something else.
pub fn json(request: &HttpRequest, body: &[u8]) -> Outcome<serde_json::Value> {
    let kind = request.content_type().to_ascii_lowercase();
    let taken = ["", "application/json", "application/merge-patch+json"];
    if !taken.contains(&kind.as_str()) {
        return Err(Error::UnsupportedMediaType(format!("{kind} is not taken here; send application/json")));
    }
    if body.is_empty() {
        return Ok(serde_json::json!({}));
    }
    let read = serde_json::from_slice::<super::strict::Strict>(body);
    read.map(|strict| strict.0).map_err(|error| Error::Malformed(format!("the body is not JSON: {error}")))
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
