//! The REST operations that every record type has: list, read, create, change, retire, restore, history, batch, acts.

use super::http::{State, etag, if_match, json, not_modified, pairs};
use super::query::{Listing, instant};
use super::{Act, Error, FieldError, Outcome, Registry, Reply, Resource, View, openapi, service};
use crate::caller::Caller;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use isms_entity::Recorded;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

type Shared = web::Data<State>;

/// Mounts and documents what every record type has.
pub fn register<R: Resource>(registry: &mut Registry) {
    let spec = R::SPEC;
    let (noun, name) = (spec.noun, spec.name);
    registry.schema::<R::Draft>();
    registry.schema::<R::Kept>();
    registry.schema::<R::Computed>();
    // The parts are told once more under names of their own; the whole goes by the record's.
    for part in ["Draft", "Kept", "Progress", "Standing", "Validity", "Lateness", "Needs", "NothingComputed"] {
        registry.schemas.remove(part);
    }
    for (part, schema) in &R::fields().components {
        registry.schemas.entry(part.clone()).or_insert_with(|| schema.clone());
    }
    registry.schemas.insert(name.into(), openapi::shown::<R>());
    let of = |part: &str| json!({"$ref": format!("#/components/schemas/{name}{part}")});
    registry.schemas.insert(format!("{name}Page"), page_schema(name));
    let (all, one) = (format!("/v1/{}", spec.plural), format!("/v1/{}/{{id}}", spec.plural));
    let operation = |id: &str, summary: &str| json!({"operationId": format!("{id}{name}"), "summary": summary, "tags": [spec.clause], "x-record": name});
    let ok = |part: &str, description: &str| json!({"200": {"description": description, "content": {"application/json": {"schema": of(part)}}}});

    let mut list = operation("list", &format!("List every {noun} that the caller may see"));
    list["parameters"] = Value::Array(openapi::list_parameters::<R>());
    list["responses"] = ok("Page", "A page");
    registry.route(Method::GET, &all, list, || web::route().to(self::list::<R>));

    let mut read = operation("read", &format!("Read one {noun}"));
    read["parameters"] = json!([{"name": "asOf", "in": "query", "schema": {"type": "string"},
        "description": "As of this instant (RFC 3339) or the end of this day"}]);
    read["responses"] = ok("", "The record");
    registry.route(Method::GET, &one, read, || web::route().to(self::read::<R>));

    let mut history = operation("history", &format!("Every change of one {noun}, latest first"));
    history["responses"] = ok_value(json!({"type": "object"}), "The changes");
    registry.route(Method::GET, &format!("{one}/history"), history, || web::route().to(crate::trail::history::<R>));

    let body = |schema: Value, kind: &str| json!({"required": true, "content": {kind: {"schema": schema}}});
    registry.schemas.insert(format!("{name}Patch"), openapi::patch::<R>());
    let mut update = operation("update", &format!("Change one {noun} by a merge patch (RFC 7396)"));
    update["parameters"] = json!([if_match_parameter()]);
    update["requestBody"] = body(of("Patch"), "application/merge-patch+json");
    update["responses"] = ok("", "The changed record");
    registry.route(Method::PATCH, &one, update, || web::route().to(self::update::<R>));

    super::export::register::<R>(registry);
    if spec.creatable {
        registry.schemas.insert(format!("{name}Create"), create_schema::<R>());
        let mut create = operation("create", &format!("Make a {noun}"));
        create["requestBody"] = body(of("Create"), "application/json");
        create["responses"] = json!({"201": {"description": "The new record",
            "content": {"application/json": {"schema": of("")}}}});
        registry.route(Method::POST, &all, create, || web::route().to(self::create::<R>));
        for (act, summary) in [("retire", "Retire"), ("restore", "Restore")] {
            let mut operation = operation(act, &format!("{summary} one {noun}"));
            operation["parameters"] = json!([if_match_parameter()]);
            operation["responses"] = ok("", "The record");
            let retired = act == "retire";
            registry.route(Method::POST, &format!("{one}/{act}"), operation, move || {
                if retired { web::route().to(retire::<R, true>) } else { web::route().to(retire::<R, false>) }
            });
        }
        let mut batch = operation("batch", &format!("Make or change many {noun} records in one call"));
        batch["requestBody"] = body(registry.schema::<Batch>(), "application/json");
        batch["responses"] = ok_value(json!({"type": "object"}), "An outcome for each operation");
        registry.route(Method::POST, &format!("{all}:batch"), batch, || web::route().to(self::batch::<R>));
    }
}

/// Mounts and documents a named act.
pub fn register_act<A: Act>(registry: &mut Registry) {
    let spec = <A::Of as Resource>::SPEC;
    let input = registry.schema::<A::Input>();
    let mut operation = json!({
        "operationId": format!("{}{}", camel(A::SPEC.name), spec.name), "summary": A::SPEC.summary,
        "tags": [spec.clause], "x-record": spec.name, "parameters": [if_match_parameter()],
        "requestBody": {"content": {"application/json": {"schema": input}}},
    });
    operation["responses"] = ok_value(json!({"$ref": format!("#/components/schemas/{}", spec.name)}), "The record");
    let path = format!("/v1/{}/{{id}}/{}", spec.plural, A::SPEC.name);
    registry.route(Method::POST, &path, operation, || web::route().to(act::<A>));
}

fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (head, tail) = part.split_at(part.len().min(1));
        text + &head.to_uppercase() + tail
    })
}

fn ok_value(schema: Value, description: &str) -> Value {
    json!({"200": {"description": description, "content": {"application/json": {"schema": schema}}}})
}

fn if_match_parameter() -> Value {
    json!({"name": "If-Match", "in": "header", "required": true, "schema": {"type": "string"},
        "description": "The ETag of the version to change, or *"})
}

fn page_schema(name: &str) -> Value {
    json!({"type": "object", "required": ["items", "nextCursor"], "properties": {
        "items": {"type": "array", "items": {"$ref": format!("#/components/schemas/{name}")}},
        "nextCursor": {"type": ["string", "null"], "description": "Where the next page begins"},
        "total": {"type": "integer", "description": "All records, when `count=true`"},
    }})
}

fn create_schema<R: Resource>() -> Value {
    let mut schema = openapi::patch::<R>();
    let required: Vec<&str> = R::fields().list.iter().filter(|f| f.required).map(|f| f.name.as_str()).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
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

async fn list<R: Resource>(state: Shared, request: HttpRequest) -> Outcome<HttpResponse> {
    let pairs = pairs(&request)?;
    let listing = Listing::parse::<R>(&pairs)?;
    let page = state
        .reading(&request, |caller| {
            let listing = &listing;
            async move {
                let caller = in_past(&caller, listing.as_of)?;
                let page = caller.list::<R>(&listing.query).await?;
                let items = page.items.iter().map(|found| View::new(&caller, found)).collect::<Outcome<Vec<_>>>()?;
                Ok(PageView { items, next_cursor: page.next.map(|after| listing.seal(&after)), total: page.total })
            }
        })
        .await?;
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = &page.next_cursor {
        let others: Vec<_> =
            request.query_string().split('&').filter(|p| !p.is_empty() && !p.starts_with("cursor=")).collect();
        let rest = others.iter().fold(String::new(), |text, pair| format!("{text}&{pair}"));
        response.insert_header((header::LINK, format!("<{}?cursor={cursor}{rest}>; rel=\"next\"", request.path())));
    }
    Ok(response.json(page))
}

/// The caller reading as of an instant, which cannot lie ahead.
pub fn in_past(caller: &Caller, as_of: Option<isms_entity::Time>) -> Outcome<Caller> {
    match as_of {
        Some(at) if chrono::DateTime::<chrono::Utc>::from(at).date_naive() > caller.today() => {
            Err(Error::Malformed("asOf: lies in the future".into()))
        }
        at => Ok(caller.at(at)),
    }
}

fn id(request: &HttpRequest) -> Outcome<Uuid> {
    request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or(Error::NotFound)
}

async fn read<R: Resource>(state: Shared, request: HttpRequest) -> Outcome<HttpResponse> {
    let id = id(&request)?;
    let mut as_of = None;
    for (name, value) in pairs(&request)? {
        match name.as_str() {
            "asOf" if as_of.is_none() => as_of = Some(instant("asOf", &value)?),
            _ => return Err(Error::Malformed(format!("{name}: is not a parameter here, or is given twice"))),
        }
    }
    let (version, body) = state
        .reading(&request, |caller| async move {
            let caller = in_past(&caller, as_of)?;
            let found = caller.fetch::<R>(id).await?;
            let body = serde_json::to_string(&View::new(&caller, &found)?)?;
            Ok((found.row.common().version, body))
        })
        .await?;
    let tag = etag(version, &body);
    if not_modified(&request, &tag)? {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).content_type("application/json").body(body))
}

/// The answer that shows a record.
pub fn shown<R: Resource>(caller: &Caller, found: &crate::store::Found<R>, status: StatusCode) -> Outcome<Reply> {
    let body = serde_json::to_string(&View::new(caller, found)?)?;
    let common = found.row.common();
    let mut headers = vec![("ETag".to_owned(), etag(common.version, &body))];
    if status == StatusCode::CREATED {
        headers.push(("Location".to_owned(), format!("/v1/{}/{}", R::SPEC.plural, common.id)));
    }
    Ok(Reply::json(status, body, headers))
}

async fn create<R: Resource>(state: Shared, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let draft = json(&request, &body)?;
    state
        .writing(&request, &body, |caller| {
            let draft = draft.clone();
            async move {
                let created = service::create::<R>(&caller, draft).await?;
                let mut reply = shown(&caller, &created.found, StatusCode::CREATED)?;
                if let Some((field, secret)) = created.secret {
                    let mut whole: Value = serde_json::from_str(&reply.answer.body)?;
                    whole[field] = Value::String(secret);
                    reply.once = Some(whole.to_string());
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

async fn retire<R: Resource, const RETIRED: bool>(
    state: Shared,
    request: HttpRequest,
    body: web::Bytes,
) -> Outcome<HttpResponse> {
    let id = id(&request)?;
    let version = if_match(&request);
    let version = &version;
    state
        .writing(&request, &body, |caller| async move {
            let version = named::<R>(&caller, id, version).await?;
            let found = service::retire::<R>(&caller, id, version, RETIRED).await?;
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
            let _ = caller.permit::<A::Of>(A::SPEC.verb, &found.row)?;
            let input = service::parse_input::<A::Input>(input.clone())?;
            let found = service::act::<A>(&caller, id, version, input).await?;
            shown(&caller, &found, StatusCode::OK)
        })
        .await
}

/// Many operations in one call.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Batch {
    /// Try everything and keep nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// All or nothing; otherwise each operation stands for itself.
    #[serde(default)]
    pub atomic: bool,
    /// 1 to 500 operations.
    pub operations: Vec<Operation>,
}

/// One operation: `create` with a draft, or `id`, `version` and a merge patch to change.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Operation {
    /// A draft of a new record.
    #[schema(value_type = Option<Object>)]
    pub create: Option<Value>,
    /// The record to change.
    pub id: Option<Uuid>,
    /// The version that is changed.
    pub version: Option<i32>,
    /// What changes.
    #[schema(value_type = Option<Object>)]
    pub update: Option<Value>,
}

async fn batch<R: Resource>(state: Shared, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let batch: Batch = service::parse_input(json(&request, &body)?)?;
    if batch.operations.is_empty() || batch.operations.len() > 500 {
        return Err(Error::field("/operations", "has 1 to 500 operations"));
    }
    let batch = &batch;
    state.writing(&request, &body, |caller| async move { run_batch::<R>(&caller, batch).await }).await
}

async fn run_batch<R: Resource>(caller: &Caller, batch: &Batch) -> Outcome<Reply> {
    let whole = caller.nested().await?;
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for (i, operation) in batch.operations.iter().enumerate() {
        let step = whole.nested().await?;
        match run_operation::<R>(&step, operation).await {
            Ok(view) => {
                step.commit().await?;
                results.push(json!({"status": if operation.create.is_some() { 201 } else { 200 }, "record": view}));
            }
            Err(error @ (Error::Internal(_) | Error::Unavailable(_) | Error::StaleAccess)) => return Err(error),
            Err(error) => {
                step.store.rollback().await;
                let problem = error.problem();
                errors.extend(match &error {
                    Error::Invalid(list) => list
                        .iter()
                        .map(|e| FieldError::new(format!("/operations/{i}{}", e.pointer), e.detail.clone()))
                        .collect(),
                    other => vec![FieldError::new(format!("/operations/{i}"), other.to_string())],
                });
                results.push(json!({"status": problem.status, "problem": problem}));
            }
        }
    }
    if batch.atomic && !errors.is_empty() && !batch.dry_run {
        return Err(Error::Invalid(errors));
    }
    if batch.dry_run {
        whole.store.rollback().await;
    } else {
        whole.commit().await?;
    }
    let body = json!({"dryRun": batch.dry_run, "results": results}).to_string();
    Ok(Reply::json(StatusCode::OK, body, Vec::new()))
}

async fn run_operation<R: Resource>(caller: &Caller, operation: &Operation) -> Outcome<Value> {
    let found = match operation {
        Operation { create: Some(draft), id: None, version: None, update: None } => {
            service::create::<R>(caller, draft.clone()).await?.found
        }
        Operation { create: None, id: Some(id), version: Some(version), update: Some(patch) } => {
            service::update::<R>(caller, *id, super::Version::Exactly(*version), patch).await?
        }
        _ => return Err(Error::field("", "is either create, or id, version and update")),
    };
    Ok(serde_json::to_value(View::new(caller, &found)?)?)
}
