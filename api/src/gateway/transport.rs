//! GraphQL over HTTP: GET and POST, two media types, and statuses as the specification has them.

use super::session::Session;
use super::{gateway, graphiql, limits, name};
use crate::caller::Caller;
use crate::resource::{Error, Outcome, Question, State, enter, header, list_header, method_not_allowed, pairs};
use crate::resources;
use actix_web::http::header as names;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{PathSegment, Request, Response, Variables};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::sync::Arc;

/// Mounts `/graphql`, which needs a caller, and GraphiQL, which is a page.
pub fn mount(config: &mut web::ServiceConfig) {
    let other = || async { method_not_allowed(&["GET", "POST"]) };
    config.service(
        web::resource("/graphql")
            .wrap(from_fn(enter))
            .route(web::get().to(answer))
            .route(web::post().to(answer))
            .default_service(web::to(other)),
    );
    graphiql::mount(config);
}

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Media {
    /// `application/graphql-response+json`: the status tells whether the request was executed.
    GraphQl,
    /// `application/json`: 200 for every request that is well formed.
    Json,
}

/// What a request says.
struct Asked {
    query: String,
    operation: Option<String>,
    variables: Value,
}

/// Why a request is not executed.
struct Refused {
    message: String,
    extensions: Value,
    /// Whether not even the parameters make sense.
    malformed: bool,
}

impl Refused {
    fn malformed(message: impl Into<String>) -> Self {
        Self { message: message.into(), extensions: json!({"code": "malformed"}), malformed: true }
    }

    fn document(message: impl Into<String>) -> Self {
        Self { malformed: false, ..Self::malformed(message) }
    }
}

impl From<limits::Refusal> for Refused {
    fn from(refusal: limits::Refusal) -> Self {
        let extensions = json!({"code": "malformed", "limit": refusal.limit, "most": refusal.most});
        Self { message: refusal.to_string(), extensions, malformed: false }
    }
}

async fn answer(state: web::Data<State>, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let (state, request, body) = (&state, &request, &body);
    state
        .reading(request, |caller| async move {
            caller.confirm_access().await?;
            let media = accepted(request)?;
            let asked = match asked(request, body)? {
                Ok(asked) => asked,
                Err(refused) => return Ok(refuse(media, &refused)),
            };
            request.extensions_mut().insert(Question(noted(&asked)));
            let (status, body) = match prepare(request.method(), asked)? {
                Ok((prepared, cost)) if cost >= limits::DEAR => {
                    state.at_length(&caller.clone(), execute(media, caller, prepared)).await?
                }
                Ok((prepared, _)) => {
                    let _share = state.share(&caller).await?;
                    execute(media, caller.clone(), prepared).await?
                }
                Err(refused) => return Ok(refuse(media, &refused)),
            };
            Ok(write(media, status, body))
        })
        .await
}

/// A question of more characters tells first which kinds of records it names: of a long one not all is noted.
const LONG: usize = 1_000;

/// What is asked, as it is noted of external auditors.
fn noted(asked: &Asked) -> String {
    let text = limits::plain(&asked.query);
    let whole = format!("{text} {}", asked.variables);
    if whole.chars().nth(LONG).is_none() {
        return whole;
    }
    let words: HashSet<&str> = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).collect();
    let specs = resources::specs().iter();
    let named =
        specs.filter(|spec| words.contains(name::plural(spec).as_str()) || words.contains(name::single(spec).as_str()));
    let kinds: Vec<&str> = named.map(|spec| spec.plural).collect();
    format!("[{}] {whole}", kinds.join(", "))
}

/// The media type that the client likes best.
fn accepted(request: &HttpRequest) -> Outcome<Media> {
    let Some(accept) = list_header(request, names::ACCEPT.as_str())? else { return Ok(Media::GraphQl) };
    let mut best: Option<(Media, f32)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "application/graphql-response+json" | "application/*" | "*/*" | "" => Media::GraphQl,
            "application/json" => Media::Json,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if quality > 0.0 && best.is_none_or(|(_, before)| quality > before) {
            best = Some((media, quality));
        }
    }
    let offer = "application/graphql-response+json or application/json is given here";
    best.map(|(media, _)| media).ok_or_else(|| Error::NotAcceptable(offer.into()))
}

/// Reads the parameters from the address or the body.
fn asked(request: &HttpRequest, body: &[u8]) -> Outcome<Result<Asked, Refused>> {
    if *request.method() == Method::GET {
        return Ok(from_query(request));
    }
    let kind = header(request, names::CONTENT_TYPE.as_str())?.unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(Error::UnsupportedMediaType("send application/json".into()));
    }
    Ok(serde_json::from_slice(body)
        .map_err(|error| Refused::malformed(format!("the body is not JSON: {error}")))
        .and_then(from_json))
}

fn from_query(request: &HttpRequest) -> Result<Asked, Refused> {
    let mut body = Map::new();
    let pairs = pairs(request).map_err(|error| Refused::malformed(error.to_string()))?;
    for (name, text) in pairs {
        let value = match name.as_str() {
            "variables" | "extensions" if !text.is_empty() => serde_json::from_str(&text)
                .map_err(|error| Refused::malformed(format!("{name}: is not JSON: {error}")))?,
            _ => Value::String(text),
        };
        if body.insert(name.clone(), value).is_some() {
            return Err(Refused::malformed(format!("{name}: is given twice")));
        }
    }
    from_json(Value::Object(body))
}

fn from_json(body: Value) -> Result<Asked, Refused> {
    let Value::Object(mut body) = body else {
        return Err(Refused::malformed("the body is one JSON object with a query"));
    };
    let Some(Value::String(query)) = body.remove("query") else {
        return Err(Refused::malformed("query: is a text and has to be given"));
    };
    let operation = match body.remove("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
        Some(_) => return Err(Refused::malformed("operationName: is a text")),
    };
    let object = |name: &str, value: Option<Value>| match value {
        None | Some(Value::Null) => Ok(json!({})),
        Some(Value::String(text)) if text.is_empty() => Ok(json!({})),
        Some(value) if value.is_object() => Ok(value),
        Some(_) => Err(Refused::malformed(format!("{name}: is a JSON object"))),
    };
    let variables = object("variables", body.remove("variables"))?;
    object("extensions", body.remove("extensions"))?;
    Ok(Asked { query, operation, variables })
}

/// Parses the query and checks its limits; tells what it costs.
fn prepare(method: &Method, asked: Asked) -> Outcome<Result<(Request, u64), Refused>> {
    let shape = &gateway()?.shape;
    let variables = Variables::from_json(asked.variables);
    let parsed = limits::text(&asked.query).map_err(Refused::from).and_then(|()| {
        let document = parse_query(&asked.query).map_err(|error| Refused::document(error.to_string()))?;
        let cost = limits::document(&document, &variables, shape)?;
        Ok((document, cost))
    });
    let (document, cost) = match parsed {
        Ok(parsed) => parsed,
        Err(refused) => return Ok(Err(refused)),
    };
    if *method == Method::GET && kind(&document, asked.operation.as_deref()).is_some_and(|k| k != OperationType::Query)
    {
        return Err(Error::MethodNotAllowed);
    }
    let mut request = Request::new(asked.query).variables(variables);
    request.set_parsed_query(document);
    let request = match asked.operation {
        Some(name) => request.operation_name(name),
        None => request,
    };
    Ok(Ok((request, cost)))
}

/// What kind of operation would be executed.
fn kind(document: &ExecutableDocument, name: Option<&str>) -> Option<OperationType> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation.node.ty),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name).map(|operation| operation.node.ty),
        (DocumentOperations::Multiple(_), None) => None,
    }
}

/// The status and the body of the answer.
async fn execute(media: Media, caller: Caller, request: Request) -> Outcome<(StatusCode, String)> {
    let session = Session::new(caller.in_line());
    let mut response = gateway()?.schema.execute(request.data(Arc::clone(&session))).await;
    let failures = session.failures();
    // The library leaves out a field that is never null and whose value it cannot write.
    for error in &response.errors {
        if !error.path.is_empty() && is_left_out(&response.data, &error.path) {
            empty(&mut response.data, &error.path);
        }
    }
    if !failures.is_empty() {
        // The library's own errors of fields are the same ones, without their paths.
        response.errors.retain(|error| !error.path.is_empty());
        failures.iter().filter(|failure| failure.bubbles).for_each(|failure| empty(&mut response.data, &failure.path));
        response.errors.extend(failures.into_iter().map(|failure| {
            let mut error = failure.error.into_server_error(async_graphql::Pos::default());
            (error.locations, error.path) = (Vec::new(), failure.path);
            error
        }));
    }
    if session.is_stale() {
        return Err(Error::StaleAccess);
    }
    let refused: Vec<_> = session.refused().into_iter().map(|why| ("/graphql".to_owned(), why)).collect();
    session.caller.note_denials(&refused).await;
    Ok(told(media, response))
}

/// Whether nothing at all stands at this path, not even null, although something stands around it.
fn is_left_out(data: &async_graphql::Value, path: &[PathSegment]) -> bool {
    let mut part = data;
    for (place, step) in path.iter().enumerate() {
        let inner = match (part, step) {
            (async_graphql::Value::Object(fields), PathSegment::Field(name)) => fields.get(name.as_str()),
            (async_graphql::Value::List(list), PathSegment::Index(place)) => list.get(*place),
            _ => return false,
        };
        match inner {
            Some(inner) => part = inner,
            None => return place + 1 == path.len(),
        }
    }
    false
}

/// A field that is never null and failed empties the nearest field around it that may be null, or all when there is
/// none. Lists and what is in them are never null, nor is what an edge of a connection leads to.
fn empty(data: &mut async_graphql::Value, path: &[PathSegment]) {
    let around = |place: &usize| match path.get(*place..).unwrap_or_default() {
        [PathSegment::Field(name), PathSegment::Field(_), ..] => *place == 0 || name != "node",
        [PathSegment::Field(_), _, ..] => *place == 0,
        _ => false,
    };
    let nullable = (0..path.len()).rev().find(around).map(|place| path.get(..=place).unwrap_or_default());
    let mut part = data;
    for step in nullable.unwrap_or_default() {
        let inner = match (&mut *part, step) {
            (async_graphql::Value::Object(fields), PathSegment::Field(name)) => fields.get_mut(name.as_str()),
            (async_graphql::Value::List(list), PathSegment::Index(place)) => list.get_mut(*place),
            _ => None,
        };
        let Some(inner) = inner else { return };
        part = inner;
    }
    *part = async_graphql::Value::Null;
}

fn told(media: Media, response: Response) -> (StatusCode, String) {
    // An error with a path comes from a field that was executed.
    let executed = response.errors.is_empty() || response.errors.iter().any(|error| !error.path.is_empty());
    let errors: Vec<Value> = response.errors.into_iter().map(|error| failure(&error)).collect();
    let mut body = Map::new();
    if !errors.is_empty() {
        body.insert("errors".into(), errors.into());
    }
    if executed {
        body.insert("data".into(), response.data.into_json().unwrap_or_default());
    }
    let status = if executed || media == Media::Json { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    (status, Value::Object(body).to_string())
}

/// An error as it is sent; what only the log should see is replaced.
fn failure(error: &async_graphql::ServerError) -> Value {
    let mut told = match serde_json::to_value(error) {
        Ok(Value::Object(told)) => told,
        _ => Map::new(),
    };
    if told.get("extensions").and_then(|extensions| extensions.get("code")).is_none() {
        let internal = error.message.starts_with("internal:") || error.message.contains(" does not exist.");
        let mut code = "malformed";
        if internal && !error.path.is_empty() {
            tracing::error!(why = error.message, "a GraphQL field failed");
            told.insert("message".into(), Error::Internal(String::new()).to_string().into());
            code = "internal";
        }
        told.insert("extensions".into(), json!({"code": code}));
    }
    Value::Object(told)
}

fn refuse(media: Media, refused: &Refused) -> HttpResponse {
    let body = json!({"errors": [{"message": refused.message, "extensions": refused.extensions}]});
    let fine = media == Media::Json && !refused.malformed;
    write(media, if fine { StatusCode::OK } else { StatusCode::BAD_REQUEST }, body.to_string())
}

fn write(media: Media, status: StatusCode, body: String) -> HttpResponse {
    let kind = match media {
        Media::GraphQl => "application/graphql-response+json; charset=utf-8",
        Media::Json => "application/json; charset=utf-8",
    };
    HttpResponse::build(status).content_type(kind).body(body)
}
