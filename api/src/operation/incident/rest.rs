//! `POST /v1/incidents:report-anonymously`.

use super::{Incident, anonymous};
use crate::resource::{Operation, Outcome, Registry, Reply, Resource, State, json as body_of};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let operation = Operation::new("reportAnonymously", "Report an event without being named", Incident::SPEC.clause)
        .described(
            "The same as making an incident, by any person, but neither the record nor its history nor the sealed trail \
             names who reported it, what they may do otherwise, or the request that did. Nor can the reporter follow it: \
             the answer does not tell which record it became, and the use of the token is not noted. What is written has to \
             name nobody by itself, and whoever runs the machine could still compare times in its logs.",
        )
        .on("Incident")
        .body("application/json", json!({"$ref": "#/components/schemas/IncidentCreate"}))
        .answers(202, "It was reported", json!({"type": "object"}));
    registry.route(Method::POST, "/v1/incidents:report-anonymously", operation, || web::route().to(report));
}

async fn report(state: web::Data<State>, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let draft = &body_of(&request, &body)?;
    state
        .writing(&request, &body, |caller| async move {
            anonymous::report(&caller, draft.clone()).await?;
            Ok(Reply::json(StatusCode::ACCEPTED, "{}".into(), Vec::new()))
        })
        .await
}
