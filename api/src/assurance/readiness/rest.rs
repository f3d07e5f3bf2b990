//! `GET /v1/readiness`.

use super::{Readiness, readiness};
use crate::resource::query::instant;
use crate::resource::{Error, Operation, Outcome, Registry, State, in_past, pairs};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use isms_entity::Time;
use serde_json::json;
use uuid::Uuid;

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let schema = registry.schema::<Readiness>();
    let operation = Operation::new("readiness", "How ready the organisation is for certification", "9 Evaluation")
        .described(
            "Each demand of clauses 4 to 10 and each control that applies, with its state, the rule it comes from, the \
             records that prove it and what to do next. Counted by gate and severity; never one percentage.",
        )
        .takes([
            json!({"name": "unitId", "in": "query", "schema": {"type": "string", "format": "uuid"},
                "description": "In this unit and below it; everywhere unless given"}),
            json!({"name": "asOf", "in": "query", "schema": {"$ref": "#/components/schemas/InstantOrDay"},
                "description": "As of this instant (RFC 3339) or the end of this day"}),
        ])
        .answers(200, "How each demand stands", schema);
    registry.route(Method::GET, "/v1/readiness", operation, || web::route().to(show));
}

async fn show(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let (unit, as_of) = asked(&pairs(&request)?)?;
    state.telling(&request, |caller| async move { readiness(&in_past(&caller, as_of)?, unit).await }).await
}

/// The unit and the day that were asked for.
///
/// # Errors
/// [`Error::Malformed`] names the parameter.
pub fn asked(pairs: &[(String, String)]) -> Outcome<(Option<Uuid>, Option<Time>)> {
    let (mut unit, mut as_of) = (None, None);
    for (name, value) in pairs {
        match name.as_str() {
            "unitId" if unit.is_none() => {
                unit = Some(value.parse().map_err(|_| Error::Malformed("unitId: is not a UUID".into()))?);
            }
            "asOf" if as_of.is_none() => as_of = Some(instant("asOf", value)?),
            _ => return Err(Error::Malformed(format!("{name}: is not a parameter here, or is given twice"))),
        }
    }
    Ok((unit, as_of))
}
