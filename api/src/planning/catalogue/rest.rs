//! `POST /v1/controls:seed` and its like.

use super::{Catalogue, may_make};
use crate::resource::{Error, Operation, Outcome, Registry, Reply, State, json as body_of};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

/// Mounts and documents the seeding of a record type.
pub fn register<R: Catalogue>(registry: &mut Registry) {
    let spec = R::SPEC;
    let summary = format!("Make the {} records of the catalogue that are not there yet", spec.noun);
    let operation = Operation::new(format!("seed{}", spec.name), summary, spec.clause).on(spec.name).answers(
        200,
        "How many were made",
        json!({"type": "object", "required": ["created"], "properties": {"created": {"type": "integer"}}}),
    );
    let path = format!("/v1/{}:seed", spec.plural);
    registry.route(Method::POST, &path, operation, || web::route().to(seed::<R>));
}

async fn seed<R: Catalogue>(state: web::Data<State>, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    if body_of(&request, &body)?.as_object().is_none_or(|fields| !fields.is_empty()) {
        return Err(Error::field("", "nothing is said here; send no body"));
    }
    state
        .writing(&request, &body, |caller| async move {
            may_make::<R>(&caller)?;
            let created = R::seed(&caller).await?;
            Ok(Reply::json(StatusCode::OK, json!({"created": created}).to_string(), Vec::new()))
        })
        .await
}
