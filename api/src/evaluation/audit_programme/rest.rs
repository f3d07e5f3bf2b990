//! `GET /v1/audit-programmes/{id}/coverage`.

use super::AuditProgramme;
use super::coverage::{Coverage, coverage};
use crate::resource::{Error, Operation, Outcome, Registry, Resource, State, id, pairs};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let spec = AuditProgramme::SPEC;
    let schema = registry.schema::<Coverage>();
    let summary = "Which sub-clauses and applicable controls the programme's audits cover, and which none does";
    let operation = Operation::new("auditProgrammeCoverage", summary, spec.clause).on(spec.name).answers(
        200,
        "The coverage",
        schema,
    );
    registry.route(Method::GET, "/v1/audit-programmes/{id}/coverage", operation, || web::route().to(show));
}

async fn show(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    if let Some((name, _)) = pairs(&request)?.first() {
        return Err(Error::Malformed(format!("{name}: is not a parameter here")));
    }
    let id = id(&request)?;
    state.telling(&request, |caller| async move { coverage(&caller, id).await }).await
}
