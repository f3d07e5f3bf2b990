//! `GET /v1/engagements/{id}/readings`: what its auditors have opened and taken out, for both sides.

use super::{Engagement, Reading};
use crate::caller::Caller;
use crate::resource::query::{MOST, USUAL};
use crate::resource::{Error, Operation, Outcome, Registry, Resource, State, id, pairs};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use uuid::Uuid;

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let spec = Engagement::SPEC;
    let schema = registry.schema::<Reading>();
    let operation =
        Operation::new("listReadings", "What its auditors have opened and taken out, latest first", spec.clause)
            .on(spec.name)
            .takes([
                json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST}}),
                json!({"name": "cursor", "in": "query", "schema": {"type": "string"}}),
            ])
            .answers(
                200,
                "The readings",
                json!({"type": "object", "required": ["items", "nextCursor"], "properties": {
                "items": {"type": "array", "items": schema}, "nextCursor": {"type": ["string", "null"]}}}),
            );
    registry.route(Method::GET, "/v1/engagements/{id}/readings", operation, || web::route().to(show));
}

async fn show(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let engagement = id(&request)?;
    let (mut limit, mut before): (u64, Option<Uuid>) = (USUAL, None);
    for (name, value) in pairs(&request)? {
        match (name.as_str(), value.parse::<u64>(), value.parse()) {
            ("limit", Ok(number @ 1..=MOST), _) => limit = number,
            ("cursor", _, Ok(place)) => before = Some(place),
            _ => return Err(Error::Malformed(format!("{name}: is not a parameter here, or has no such value"))),
        }
    }
    let read = |caller: Caller| async move { caller.readings(engagement, before, limit + 1).await };
    let mut items = state.reading(&request, read).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next = items.last().filter(|_| more).map(|last| last.id);
    Ok(HttpResponse::Ok().json(json!({"items": items, "nextCursor": next})))
}
