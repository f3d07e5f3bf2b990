//! `GET /v1/evidence-gaps`.

use super::{Evidence, gaps};
use crate::resource::{Operation, Outcome, Registry, Resource, State, pairs, span};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let schema = registry.schema::<super::Gaps>();
    let summary =
        "Which controls that apply lack accepted evidence for a period, twelve months until today unless given";
    let operation = Operation::new("evidenceGaps", summary, Evidence::SPEC.clause)
        .on(Evidence::SPEC.name)
        .takes(span::parameters(false))
        .answers(200, "The controls and the days that nothing proves", schema);
    registry.route(Method::GET, "/v1/evidence-gaps", operation, || web::route().to(show));
}

async fn show(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let (from, to) = span::asked(&pairs(&request)?)?;
    state.telling(&request, |caller| async move { gaps(&caller, from, to).await }).await
}
