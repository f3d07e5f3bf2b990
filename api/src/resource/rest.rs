//! The REST operations that every record type has: list, read, create, change, retire, restore, history, batch, acts.

use super::address::{id, pairs};
use super::batch::{self, Batch, BatchOutcome};
use super::headers::{etag, if_match, not_modified};
use super::http::{State, json};
use super::name::camel;
use super::openapi::{self, Operation};
use super::query::{Listing, USUAL, instant};
use super::{
    Act, ActSpec, Error, Fields, Handler, Known, Nothing, Outcome, Registry, Reply, Resource, Spec, View, service,
};
use crate::caller::Caller;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use futures::future::BoxFuture;
use isms_entity::{Common, Recorded, Time};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uuid::Uuid;

type Shared = web::Data<State>;

/// The handlers that every record type has, without their type.
struct Handlers {
    list: Handler,
    read: Handler,
    history: Handler,
    update: Handler,
    create: Handler,
    retire: Handler,
    restore: Handler,
    batch: Handler,
}

impl Handlers {
    fn of<R: Resource>() -> Self {
        Self {
            list: |state, request, _| {
                Box::pin(list(state, request, |caller, pairs| Box::pin(page::<R>(caller, pairs))))
            },
            read: |state, request, _| {
                Box::pin(read(state, request, |caller, id, as_of| Box::pin(one::<R>(caller, id, as_of))))
            },
            history: |state, request, _| Box::pin(crate::trail::history::<R>(state, request)),
            update: |state, request, body| Box::pin(update::<R>(state, request, body)),
            create: |state, request, body| Box::pin(create::<R>(state, request, body)),
            retire: |state, request, body| Box::pin(retire::<R>(state, request, body, true)),
            restore: |state, request, body| Box::pin(retire::<R>(state, request, body, false)),
            batch: |state, request, body| Box::pin(batch::batch::<R>(state, request, body)),
        }
    }
}

/// Mounts and documents what every record type has.
pub fn register<R: Resource>(registry: &mut Registry) {
    // The whole goes by the record's name; its parts have none at the door.
    registry.parts::<R::Draft>();
    registry.parts::<R::Kept>();
    registry.parts::<R::Computed>();
    register_known(registry, Known::of::<R>(), &Handlers::of::<R>());
    R::register_acts(registry);
    super::export::register::<R>(registry);
    super::compare::register::<R>(registry);
    super::sample::register::<R>(registry);
}

fn register_known(registry: &mut Registry, known: Known, handlers: &Handlers) {
    let Known { spec, fields } = known;
    let (noun, name) = (spec.noun, spec.name);
    for (part, schema) in &fields.components {
        registry.name(part, schema);
    }
    registry.name(name, openapi::shown(fields));
    let of = |part: &str| json!({"$ref": format!("#/components/schemas/{name}{part}")});
    registry.name(&format!("{name}Page"), page_schema(name));
    registry.name(&format!("{name}Patch"), openapi::patch(fields));
    let (all, one) = (format!("/v1/{}", spec.plural), format!("/v1/{}/{{id}}", spec.plural));
    let operation = |id: &str, summary: String| Operation::new(format!("{id}{name}"), summary, spec.clause).on(name);

    let list = operation("list", format!("List every {noun} that the caller may see"))
        .takes(openapi::list_parameters(known))
        .answers(200, "A page", of("Page"));
    registry.serve(Method::GET, &all, list, handlers.list);
    let read = operation("read", format!("Read one {noun}"))
        .takes([openapi::as_of_parameter()])
        .answers(200, "The record", of(""))
        .unchanged();
    registry.serve(Method::GET, &one, read, handlers.read);
    let changes = registry.schema::<crate::trail::History>();
    let history = operation("history", format!("Every change of one {noun}, latest first"))
        .takes([
            json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": super::query::MOST}}),
            json!({"name": "cursor", "in": "query", "schema": {"type": "string"}}),
        ])
        .answers(200, "The changes", changes);
    registry.serve(Method::GET, &format!("{one}/history"), history, handlers.history);
    let update = operation("update", format!("Change one {noun} by a merge patch (RFC 7396)"))
        .takes([if_match_parameter(true)])
        .body("application/merge-patch+json", of("Patch"))
        .body("application/json", of("Patch"))
        .answers(200, "The changed record", of(""));
    registry.serve(Method::PATCH, &one, update, handlers.update);
    if spec.creatable {
        register_making(registry, known, handlers, &all, &one);
    }
}

/// Making, retiring and restoring, for types whose records clients make.
fn register_making(registry: &mut Registry, known: Known, handlers: &Handlers, all: &str, one: &str) {
    let spec = known.spec;
    let (noun, name) = (spec.noun, spec.name);
    let of = |part: &str| json!({"$ref": format!("#/components/schemas/{name}{part}")});
    let operation = |id: &str, summary: String| Operation::new(format!("{id}{name}"), summary, spec.clause).on(name);
    registry.name(&format!("{name}Create"), create_schema(known.fields));
    let made = known.spec.told_once.map_or_else(
        || of(""),
        |(field, what)| {
            let once = json!({"type": "object", "properties": {field: {"type": "string", "readOnly": true, "description": what}}});
            registry.name(&format!("{name}Made"), json!({"allOf": [of(""), once]}));
            of("Made")
        },
    );
    let create = operation("create", format!("Make a {noun}")).body("application/json", of("Create")).answers(
        201,
        "The new record",
        made,
    );
    registry.serve(Method::POST, all, create, handlers.create);
    let change = |id: &str, summary: String| {
        operation(id, summary).takes([if_match_parameter(true)]).answers(200, "The record", of(""))
    };
    let retire = change("retire", format!("Retire one {noun}; it stays readable"));
    registry.serve(Method::POST, &format!("{one}/retire"), retire, handlers.retire);
    let restore = change("restore", format!("Restore one retired {noun}"));
    registry.serve(Method::POST, &format!("{one}/restore"), restore, handlers.restore);
    let batch = operation("batch", format!("Make or change many {noun} records in one call"))
        .body("application/json", registry.schema::<Batch>())
        .answers(200, "An outcome for each operation", registry.schema::<BatchOutcome>());
    registry.serve(Method::POST, &format!("{all}:batch"), batch, handlers.batch);
}

/// Mounts and documents a named act.
pub fn register_act<A: Act>(registry: &mut Registry) {
    let input = registry.schema::<A::Input>();
    let handler: Handler = |state, request, body| Box::pin(act::<A>(state, request, body));
    register_known_act(registry, const { &<A::Of as Resource>::SPEC }, &A::SPEC, input, handler);
}

fn register_known_act(registry: &mut Registry, spec: &Spec, act: &ActSpec, input: Value, handler: Handler) {
    let operation = Operation::new(format!("{}{}", camel(act.name), spec.name), act.summary, spec.clause)
        .on(spec.name)
        .takes([if_match_parameter(true)])
        .body("application/json", input)
        .answers(200, "The record", json!({"$ref": format!("#/components/schemas/{}", spec.name)}));
    registry.serve(Method::POST, &format!("/v1/{}/{{id}}/{}", spec.plural, act.name), operation, handler);
}

/// The header that names the version to change.
pub fn if_match_parameter(required: bool) -> Value {
    json!({"name": "If-Match", "in": "header", "required": required, "schema": {"type": "string"},
        "description": "The ETag of the version to change, or *"})
}

fn page_schema(name: &str) -> Value {
    json!({"type": "object", "required": ["items", "nextCursor"], "properties": {
        "items": {"type": "array", "items": {"$ref": format!("#/components/schemas/{name}")}},
        "nextCursor": {"type": ["string", "null"], "description": "Where the next page begins"},
        "total": {"type": "integer", "description": "All records, when `count=true`"},
    }})
}

fn create_schema(fields: &Fields) -> Value {
    let mut schema = openapi::patch(fields);
    let required: Vec<&str> = fields.list.iter().filter(|f| f.required).map(|f| f.name.as_str()).collect();
    if let Some(map) = schema.as_object_mut().filter(|_| !required.is_empty()) {
        map.insert("required".into(), json!(required));
    }
    schema
}

/// One page as it is sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", bound = "")]
struct PageView<R: Resource> {
    items: Vec<View<R>>,
    next_cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

/// Name and value pairs of a query string.
type Pairs = Arc<Vec<(String, String)>>;
/// A page as it is sent, and where the next one begins.
type Page = (Option<String>, String);
/// Reads a page, without its type.
type ReadPage = fn(Caller, Pairs) -> BoxFuture<'static, Outcome<Page>>;
/// Reads a record and its version, without its type.
type ReadOne = fn(Caller, Uuid, Option<Time>) -> BoxFuture<'static, Outcome<(i32, String)>>;

async fn list(state: Shared, request: HttpRequest, page: ReadPage) -> Outcome<HttpResponse> {
    let pairs = Arc::new(pairs(&request)?);
    let read = |caller| page(caller, Arc::clone(&pairs));
    let (cursor, body) =
        if is_long(&pairs) { state.reading_much(&request, read).await? } else { state.reading(&request, read).await? };
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = cursor {
        response.insert_header((header::LINK, next_link(&request, &cursor)));
    }
    Ok(response.content_type("application/json").body(body))
}

/// Whether a list takes long to work out: one of the past, or with more records than usual pages have.
fn is_long(pairs: &[(String, String)]) -> bool {
    pairs.iter().any(|(name, value)| match name.as_str() {
        "asOf" => true,
        "limit" => value.parse().is_ok_and(|limit: u64| limit > 2 * USUAL),
        _ => false,
    })
}

async fn page<R: Resource>(caller: Caller, pairs: Pairs) -> Outcome<Page> {
    let listing = Listing::parse::<R>(&caller, &pairs)?;
    let caller = in_past(&caller, listing.as_of)?;
    let page = caller.list::<R>(&listing.query).await?;
    let items = page.items.iter().map(|found| View::new(&caller, found)).collect::<Outcome<Vec<_>>>()?;
    let page = PageView { items, next_cursor: page.next.map(|after| listing.seal(&after)), total: page.total };
    Ok((page.next_cursor.clone(), serde_json::to_string(&page)?))
}

/// The address of the next page (RFC 8288).
fn next_link(request: &HttpRequest, cursor: &str) -> String {
    let others = request.query_string().split('&').filter(|p| !p.is_empty() && !p.starts_with("cursor="));
    let rest = others.fold(String::new(), |text, pair| format!("{text}&{pair}"));
    format!("<{}?cursor={cursor}{rest}>; rel=\"next\"", super::place(request))
}

/// The caller reading as of an instant, which cannot lie ahead, nor outside the window of an external auditor.
///
/// # Errors
/// An instant that lies there.
pub fn in_past(caller: &Caller, as_of: Option<Time>) -> Outcome<Caller> {
    at_instant(caller, "asOf", as_of)
}

/// The same for an instant that a parameter of another name asks for.
///
/// # Errors
/// As [`in_past`], by the parameter's name.
pub fn at_instant(caller: &Caller, name: &str, at: Option<Time>) -> Outcome<Caller> {
    match at {
        Some(at) if chrono::DateTime::<chrono::Utc>::from(at).date_naive() > caller.present().today() => {
            Err(Error::Malformed(format!("{name}: lies in the future")))
        }
        Some(at) if caller.access.window.is_some_and(|window| !window.holds(at)) => {
            Err(Error::Malformed(format!("{name}: lies outside the window of the engagement")))
        }
        at => Ok(caller.at(at)),
    }
}

async fn read(state: Shared, request: HttpRequest, one: ReadOne) -> Outcome<HttpResponse> {
    let (id, as_of) = (id(&request)?, only_as_of(&pairs(&request)?)?);
    let read = |caller| one(caller, id, as_of);
    let (version, body) = match as_of {
        Some(_) => state.reading_much(&request, read).await?,
        None => state.reading(&request, read).await?,
    };
    tagged(&request, version, body)
}

async fn one<R: Resource>(caller: Caller, id: Uuid, as_of: Option<Time>) -> Outcome<(i32, String)> {
    let caller = in_past(&caller, as_of)?;
    let found = caller.fetch::<R>(id).await?;
    Ok((found.row.common().version, serde_json::to_string(&View::new(&caller, &found)?)?))
}

/// The instant that a request asks for, where it may ask for nothing else.
///
/// # Errors
/// Other parameters, or no instant.
pub fn only_as_of(pairs: &[(String, String)]) -> Outcome<Option<Time>> {
    let mut as_of = None;
    for (name, value) in pairs {
        match name.as_str() {
            "asOf" if as_of.is_none() => as_of = Some(instant("asOf", value)?),
            _ => return Err(Error::Malformed(format!("{name}: is not a parameter here, or is given twice"))),
        }
    }
    Ok(as_of)
}

fn tagged(request: &HttpRequest, version: i32, body: String) -> Outcome<HttpResponse> {
    let tag = etag(version, &body);
    if not_modified(request, &tag)? {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).content_type("application/json").body(body))
}

/// The answer that shows a record.
///
/// # Errors
/// When the record cannot be written as JSON.
pub fn shown<R: Resource>(caller: &Caller, found: &crate::store::Found<R>, status: StatusCode) -> Outcome<Reply> {
    let body = serde_json::to_string(&View::new(caller, found)?)?;
    Ok(answer(const { &R::SPEC }, &found.row.common(), body, status))
}

fn answer(spec: &Spec, common: &Common, body: String, status: StatusCode) -> Reply {
    let mut headers = vec![("ETag".to_owned(), etag(common.version, &body))];
    if status == StatusCode::CREATED {
        headers.push(("Location".to_owned(), format!("/v1/{}/{}", spec.plural, common.id)));
    }
    Reply::json(status, body, headers)
}

async fn create<R: Resource>(state: Shared, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let draft = json(&request, &body)?;
    state
        .writing(&request, &body, |caller| {
            let draft = draft.clone();
            async move {
                let created = service::create::<R>(&caller, draft).await?;
                let mut reply = shown(&caller, &created.found, StatusCode::CREATED)?;
                if let Some(((field, _), secret)) = R::SPEC.told_once.zip(created.secret) {
                    let mut whole: Map<String, Value> = serde_json::from_str(&reply.answer.body)?;
                    whole.insert(field.to_owned(), Value::String(secret));
                    reply.once = Some(serde_json::to_string(&whole)?);
                }
                Ok(reply)
            }
        })
        .await
}

async fn update<R: Resource>(state: Shared, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let (id, patch) = (id(&request)?, json(&request, &body)?);
    let version = if_match(&request);
    let patch = &patch;
    let version = &version;
    state
        .writing(&request, &body, |caller| async move {
            let version = named::<R>(&caller, id, version).await?;
            let found = service::update::<R>(&caller, id, version, patch).await?;
            shown(&caller, &found, StatusCode::OK)
        })
        .await
}

/// A missing `If-Match` is told only to those who may see the record.
async fn named<R: Resource>(caller: &Caller, id: Uuid, version: &Outcome<super::Version>) -> Outcome<super::Version> {
    match version {
        Ok(version) => Ok(*version),
        Err(error) => {
            caller.fetch::<R>(id).await?;
            Err(match error {
                Error::PreconditionRequired => Error::PreconditionRequired,
                Error::Malformed(why) => Error::Malformed(why.clone()),
                _ => Error::PreconditionFailed,
            })
        }
    }
}

async fn retire<R: Resource>(
    state: Shared,
    request: HttpRequest,
    body: web::Bytes,
    retired: bool,
) -> Outcome<HttpResponse> {
    let (id, input) = (id(&request)?, json(&request, &body)?);
    let version = if_match(&request);
    let (input, version) = (&input, &version);
    state
        .writing(&request, &body, |caller| async move {
            let version = named::<R>(&caller, id, version).await?;
            let Nothing {} = service::parse_input(input.clone())?;
            let found = service::retire::<R>(&caller, id, version, retired).await?;
            shown(&caller, &found, StatusCode::OK)
        })
        .await
}

async fn act<A: Act>(state: Shared, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let (id, input) = (id(&request)?, json(&request, &body)?);
    let version = if_match(&request);
    let (input, version) = (&input, &version);
    state
        .writing(&request, &body, |caller| async move {
            let version = named::<A::Of>(&caller, id, version).await?;
            let found = caller.fetch::<A::Of>(id).await?;
            let _ = caller.permit_found(A::SPEC.verb, &found)?;
            let input = service::parse_input::<A::Input>(input.clone())?;
            let found = service::act::<A>(&caller, id, version, input).await?;
            shown(&caller, &found, StatusCode::OK)
        })
        .await
}
