//! What every REST handler does around its service function: know the caller, run it, write the answer.

use super::address::{place, plural, route};
use super::headers::{bearer, header};
use super::shares::{Share, Shares, reads_much};
use super::{Error, Outcome, apart, entrance, unnamed};
use crate::caller::{Authenticator, Caller, token};
use crate::store::{Answer, KeyClaim, Store};
use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use futures::future::LocalBoxFuture;
use serde::Serialize;
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
    /// What is worked out apart.
    long: Shares,
    /// Room for the bodies of requests.
    pub(super) bodies: Shares,
    /// The largest body that is not a file, bytes.
    pub(super) body_limit: usize,
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

/// Who asks, by what they show: known anew each time that it counts.
#[derive(Clone)]
pub(super) struct Who {
    bearer: String,
    request_id: Arc<str>,
    /// Whether what they send is to lead to nobody.
    unnamed: bool,
}

impl Who {
    /// Who sends this request.
    ///
    /// # Errors
    /// When it shows no token.
    pub fn of(request: &HttpRequest) -> Outcome<Self> {
        Ok(Self { bearer: bearer(request)?, request_id: request_id(request), unnamed: unnamed::is(request) })
    }
}

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
    pub fn new(store: Store, authenticator: Authenticator, patience: Duration, body_limit: usize) -> Self {
        let (shares, long) = Shares::of(store.readers());
        let bodies = Shares::new("bodies", entrance::ROOM.0, entrance::ROOM.1);
        Self { store, authenticator, patience, shares, long, bodies, body_limit, running: Mutex::default() }
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
        let shares = reads_much(request).then_some(&self.shares);
        self.read_as(request, shares, run).await
    }

    /// The same for what costs much: it is worked out [`apart`], in its caller's share.
    ///
    /// # Errors
    /// As [`State::reading`].
    pub async fn reading_much<T, F, Fut>(&self, request: &HttpRequest, run: F) -> Outcome<T>
    where
        F: Fn(Caller) -> Fut,
        Fut: Future<Output = Outcome<T>> + Send + 'static,
        T: Send + 'static,
    {
        self.read_as(request, Some(&self.long), |caller| apart(run(caller))).await
    }

    /// The same, answered as JSON.
    ///
    /// # Errors
    /// As [`State::reading`].
    pub async fn telling<T, F, Fut>(&self, request: &HttpRequest, run: F) -> Outcome<HttpResponse>
    where
        F: Fn(Caller) -> Fut,
        Fut: Future<Output = Outcome<T>> + Send + 'static,
        T: Serialize,
    {
        let written = |caller| {
            let told = run(caller);
            async move { Ok(serde_json::to_vec(&told.await?)?) }
        };
        let written = self.reading_much(request, written).await?;
        Ok(HttpResponse::Ok().content_type("application/json").body(written))
    }

    async fn read_as<T, F, Fut>(&self, request: &HttpRequest, of: Option<&Shares>, run: F) -> Outcome<T>
    where
        F: Fn(Caller) -> Fut,
        Fut: Future<Output = Outcome<T>>,
    {
        let noted = |caller: Caller| async {
            let reader = caller.clone();
            let (share, caller) = match of {
                Some(shares) => (Some(shares.take(caller.id(), 1).await?), caller.in_line()),
                None => (None, caller),
            };
            let shown = run(caller).await?;
            drop(share);
            note(&reader, request).await?;
            Ok(shown)
        };
        self.attempts(request, Error::Unavailable, &|caller| Box::pin(noted(caller))).await
    }

    /// A share of what reads much, for as long as it is held.
    ///
    /// # Errors
    /// As [`Shares::take`].
    pub async fn share(&self, caller: &Caller) -> Outcome<Share<'_>> {
        self.shares.take(caller.id(), 1).await
    }

    /// Does what costs much for a caller who is known, [`apart`] and in their share.
    ///
    /// # Errors
    /// As [`Shares::take`]; what the work says.
    pub async fn at_length<T: Send + 'static>(
        &self,
        caller: &Caller,
        work: impl Future<Output = Outcome<T>> + Send + 'static,
    ) -> Outcome<T> {
        let _share = self.long.take(caller.id(), 1).await?;
        apart(work).await
    }

    /// Runs it as often as rights change meanwhile; when it takes too long, it ends with this error.
    async fn attempts<T>(&self, request: &HttpRequest, late: fn(String) -> Error, run: &Run<'_, T>) -> Outcome<T> {
        let factor = if route(request).ends_with(":import") { 10 } else { 1 };
        let patience = self.patience * factor;
        let late = |_| Err(late(format!("the request took longer than {} s", patience.as_secs())));
        tokio::time::timeout(patience, self.attempt_some(request, run)).await.unwrap_or_else(late)
    }

    async fn attempt_some<T>(&self, request: &HttpRequest, run: &Run<'_, T>) -> Outcome<T> {
        let noted = |caller: Caller| async move {
            let done = run(caller.clone()).await;
            if let Err(Error::Denied(why)) = &done {
                let what = format!("{} {}", request.method(), place(request));
                caller.note_denials(&[(what, why.clone())]).await;
            }
            done
        };
        self.going_on(&Who::of(request)?, noted).await
    }

    /// Who shows this token, as they stand now.
    ///
    /// # Errors
    /// When the token is not good any more.
    pub(super) async fn known(&self, who: &Who) -> Outcome<Caller> {
        let id = Arc::clone(&who.request_id);
        if who.unnamed {
            return self.authenticator.unnoted(&who.bearer, id).await;
        }
        self.authenticator.caller(&who.bearer, id).await
    }

    /// Runs it with the caller's rights as they stand now, again if they change meanwhile: what is answered piece by
    /// piece asks anew for each.
    ///
    /// # Errors
    /// Whatever it says, or that nobody knows the caller any more.
    pub(super) async fn going_on<T, F, Fut>(&self, who: &Who, run: F) -> Outcome<T>
    where
        F: Fn(Caller) -> Fut,
        Fut: Future<Output = Outcome<T>>,
    {
        for _ in 0..3 {
            match run(self.known(who).await?).await {
                Err(Error::StaleAccess) => self.authenticator.forget(&who.bearer),
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
        match attempt(&transaction, &route(request), claim, run).await {
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

/// Notes what an external auditor was shown.
async fn note(reader: &Caller, request: &HttpRequest) -> Outcome<()> {
    if reader.access.principal.remit.is_none() {
        return Ok(());
    }
    let question = request.extensions().get::<Question>().map(|question| format!(" {}", question.0));
    let what = format!("{} {}{}", request.method(), request.uri(), question.unwrap_or_default());
    let route = route(request);
    let spec = crate::resources::specs().iter().find(|spec| spec.plural == plural(&route));
    let record = request.match_info().get("id").and_then(|id| id.parse().ok());
    reader.note_reading(&what, spec, record).await
}

async fn attempt(transaction: &Caller, route: &str, claim: Option<&KeyClaim>, run: &Run<'_, Reply>) -> Outcome<Reply> {
    let Some(claim) = claim else { return run(transaction.clone()).await };
    if let Some(mut answer) = transaction.answered(claim).await? {
        // What was made tells by its address of what type it is: not always of that which it was made from.
        let made = answer.headers.iter().find(|(name, _)| name == "Location").map(|(_, place)| place.clone());
        may_have_again(transaction, plural(made.as_deref().unwrap_or(route)), &answer).await?;
        answer.headers.push(("Idempotency-Replayed".into(), "true".into()));
        return Ok(Reply { answer, once: None });
    }
    let reply = run(transaction.clone()).await?;
    transaction.keep_answer(claim, &reply.answer).await?;
    Ok(reply)
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
        .chain_update(place(request))
        .chain_update([0])
        .chain_update(request.query_string())
        .chain_update([0])
        .chain_update(body)
        .finalize();
    Ok(Some(KeyClaim { key: key.to_owned(), fingerprint: token::hex(&digest), unnamed: unnamed::is(request) }))
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
