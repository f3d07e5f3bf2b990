//! `GET /v1/engagements/{id}/readings`: what its auditors have opened and taken out, for both sides.

use super::{Engagement, Readings, readings};
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
    let schema = registry.schema::<Readings>();
    let operation =
        Operation::new("listReadings", "What its auditors have opened and taken out, latest first", spec.clause)
            .on(spec.name)
            .takes([
                json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST}}),
                json!({"name": "cursor", "in": "query", "schema": {"type": "string"}}),
            ])
            .answers(200, "The readings", schema);
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
    let read = |caller: Caller| async move { readings(&caller, engagement, before, limit).await };
    state.telling(&request, read).await
}
