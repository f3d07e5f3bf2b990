//! `POST /v1/invitations:accept`, and the page behind an invitation's link: who invites, the terms of an engagement, the token.

use super::Invitation;
use super::accept::{InvitationAcceptance, accept};
use crate::resource::Pages;
use crate::resource::{Operation, Outcome, Registry, Resource, State, json, service, shown};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use include_dir::{Dir, include_dir};
use serde_json::{Map, Value, json as value};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/invitation");

/// Only this service's own files, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// Mounts the page and its files.
pub fn mount(config: &mut web::ServiceConfig) {
    Pages { files: &FILES, policy: POLICY }.mount(config, "/invitation");
}

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let of = <Invitation as Resource>::SPEC;
    let input = registry.schema::<InvitationAcceptance>();
    let answer = value!({"allOf": [{"$ref": "#/components/schemas/Invitation"}, {"type": "object", "required": ["token"],
        "properties": {"token": {"type": "string", "description": "The token; shown this once"}}}]});
    let operation = Operation::new(
        "acceptInvitation",
        "Accept; the link turns into a token, an auditor's for the engagement, a person's of their own",
        of.clause,
    )
    .on(of.name)
    .body("application/json", input)
    .answers(200, "The invitation and the token", answer);
    registry.route(Method::POST, "/v1/invitations:accept", operation, || web::route().to(serve));
}

async fn serve(state: web::Data<State>, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let input = &json(&request, &body)?;
    state
        .writing(&request, &body, |caller| async move {
            let input: InvitationAcceptance = service::parse_input(input.clone())?;
            let (found, secret) = accept(&caller, input).await?;
            let mut reply = shown(&caller, &found, StatusCode::OK)?;
            let mut whole: Map<String, Value> = serde_json::from_str(&reply.answer.body)?;
            whole.insert("token".into(), Value::String(secret));
            reply.once = Some(serde_json::to_string(&whole)?);
            Ok(reply)
        })
        .await
}
