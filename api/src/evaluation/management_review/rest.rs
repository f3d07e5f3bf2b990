//! `GET /v1/management-reviews/{id}/minutes.pdf`.

use super::{ManagementReview, minutes};
use crate::caller::Caller;
use crate::resource::export::answer_pdf;
use crate::resource::heavy::Line;
use crate::resource::{Error, Operation, Outcome, Registry, Resource, State, id, pairs};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let spec = ManagementReview::SPEC;
    let summary = "Inputs, attendance, decisions and minutes of the review, to print";
    let file = json!({"type": "string", "format": "binary"});
    let operation = Operation::new("managementReviewMinutes", summary, spec.clause).on(spec.name).answers_with(
        200,
        "The document",
        "application/pdf",
        file,
    );
    registry.route(Method::GET, "/v1/management-reviews/{id}/minutes.pdf", operation, || web::route().to(print));
}

async fn print(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    if let Some((name, _)) = pairs(&request)?.first() {
        return Err(Error::Malformed(format!("{name}: is not a parameter here")));
    }
    let id = id(&request)?;
    let read = |caller: Caller| async move { Ok((Line::Request(caller.id()), minutes::read(&caller, id).await?)) };
    let (line, minutes) = state.reading_much(&request, read).await?;
    Ok(answer_pdf(&minutes.file(), minutes.print(line).await?))
}
