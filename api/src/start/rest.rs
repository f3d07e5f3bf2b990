//! `POST` and `GET /v1/organisations/{id}/setup`.

use super::{Setup, Template, setup, step};
use crate::caller::Caller;
use crate::context::organisation::Organisation;
use crate::resource::{Error, Operation, Outcome, Registry, Reply, State, id, json as body_of, service};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// What kind of organisation is set up.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetupWanted {
    /// The template.
    template: Template,
}

/// The steps of the guided start.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SetupProgress {
    /// In order.
    steps: Vec<step::Step>,
}

/// Mounts and documents the operations.
pub fn register(registry: &mut Registry) {
    let path = "/v1/organisations/{id}/setup";
    let (wanted, answer) = (registry.schema::<SetupWanted>(), registry.schema::<Setup>());
    let operation = Operation::new("setUpOrganisation", "Make the drafts that a template has, where they are missing", "4 Context")
        .described(
            "Units, methodology, documents, assets, threats, risks, decisions on controls, an audit programme and metrics, \
             all as drafts. Safe to call again: what is there stays as it is, and what a caller may not make is left for \
             somebody who may.",
        )
        .on("Organisation")
        .body("application/json", wanted)
        .answers(200, "What was made, and what to do next", answer);
    registry.route(Method::POST, path, operation, || web::route().to(make));
    let answer = registry.schema::<SetupProgress>();
    let operation = Operation::new("setupProgress", "The steps of the guided start, with how far each is", "4 Context")
        .on("Organisation")
        .answers(200, "The steps", answer);
    registry.route(Method::GET, path, operation, || web::route().to(progress));
}

async fn make(state: web::Data<State>, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let id = id(&request)?;
    let input = &body_of(&request, &body)?;
    state
        .writing(&request, &body, |caller| async move {
            let organisation = caller.fetch::<Organisation>(id).await?;
            if !super::may_make::<crate::planning::risk::Risk>(&caller)?
                && !super::may_make::<crate::context::unit::Unit>(&caller)?
                && !super::may_make::<crate::evaluation::audit_programme::AuditProgramme>(&caller)?
            {
                return Err(Error::Denied(format!("{} is set up by those who run its ISMS", organisation.row.name)));
            }
            let wanted: SetupWanted = service::parse_input(input.clone())?;
            let made = setup(&caller, wanted.template).await?;
            Ok(Reply::json(StatusCode::OK, json!(made).to_string(), Vec::new()))
        })
        .await
}

async fn progress(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let id = id(&request)?;
    let told = |caller: Caller| async move {
        caller.fetch::<Organisation>(id).await?;
        crate::assurance::readiness::sees_all(&caller, None).await?;
        Ok(SetupProgress { steps: step::steps(&caller).await? })
    };
    state.telling(&request, told).await
}
