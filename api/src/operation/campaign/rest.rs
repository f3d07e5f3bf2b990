//! `GET /v1/campaigns/{id}/diff`: what moved within a campaign, or since an earlier one.

use super::{Campaign, Movement, movements};
use crate::resource::{Error, Operation, Outcome, Registry, Resource, State, id, pairs};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use uuid::Uuid;

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let movement = registry.schema::<Movement>();
    let differences = Operation::new(
        "diffCampaign",
        "What moved from its opening register to its closing one, or to it from an earlier campaign's, and why",
        Campaign::SPEC.clause,
    )
    .on(Campaign::SPEC.name)
    .takes([
        json!({"name": "against", "in": "query", "required": false, "schema": {"type": "string", "format": "uuid"},
        "description": "An earlier campaign; without it, the register when this one was opened"}),
    ])
    .answers(
        200,
        "The movements, risk by risk",
        json!({"type": "object", "required": ["movements"],
            "properties": {"movements": {"type": "array", "items": movement}}}),
    );
    registry.route(Method::GET, "/v1/campaigns/{id}/diff", differences, || web::route().to(differ));
}

async fn differ(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let id = id(&request)?;
    let other = against(&pairs(&request)?)?;
    let told = |caller| async move { Ok(json!({"movements": movements(&caller, id, other).await?})) };
    state.telling(&request, told).await
}

fn against(pairs: &[(String, String)]) -> Outcome<Option<Uuid>> {
    match pairs {
        [] => Ok(None),
        [(name, id)] if name == "against" => {
            id.parse().map(Some).map_err(|_| Error::Malformed("against: is the id of a campaign".into()))
        }
        _ => Err(Error::Malformed("against: is the one parameter".into())),
    }
}
