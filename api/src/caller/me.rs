//! `GET /v1/me`: who I am, which roles I hold where, and what I may do.

use super::{Caller, Credential};
use crate::resource::{Operation, Outcome, Registry, State};
use crate::resources;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use isms_authz::Action;
use isms_entity::leadership::role_assignment::Role;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A role held today.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeldRole {
    /// Which.
    pub role: Role,
    /// At this unit and below.
    pub unit_id: Uuid,
}

/// Who the caller is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The user.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// `User`, `Service` or `ExternalAuditor`.
    pub kind: &'static str,
    /// Their organisation.
    pub organisation_id: Uuid,
    /// Its root unit.
    pub root_unit_id: Uuid,
    /// The token that was shown; none at the machine's own command line.
    pub token_id: Option<Uuid>,
    /// What the token may be used for.
    pub scopes: Vec<String>,
    /// The engagement of an external auditor.
    pub engagement_id: Option<Uuid>,
    /// Roles held today.
    pub roles: Vec<HeldRole>,
    /// For each record type, the verbs that some record may allow.
    pub may: BTreeMap<&'static str, Vec<&'static str>>,
}

/// Who the caller is, with rights as they stand now.
///
/// # Errors
/// When rights have changed meanwhile.
pub async fn me(caller: &Caller) -> Outcome<Me> {
    caller.confirm_access().await?;
    let mut may = BTreeMap::new();
    for spec in resources::specs() {
        let mut verbs = Vec::new();
        for action in Action::all() {
            if !caller.access.rules_out(action, spec.policy_type)? {
                verbs.push(action.name());
            }
        }
        may.insert(spec.name, verbs);
    }
    let principal = &caller.access.principal;
    let held = |(role, units): (&Role, &Vec<Uuid>)| {
        units.iter().map(|unit| HeldRole { role: *role, unit_id: *unit }).collect::<Vec<_>>()
    };
    Ok(Me {
        id: principal.id,
        name: caller.access.name.clone(),
        kind: principal.kind.name(),
        organisation_id: principal.organisation,
        root_unit_id: caller.access.root,
        token_id: match caller.access.credential {
            Credential::Token { id, .. } => Some(id),
            Credential::Invitation { .. } | Credential::CommandLine => None,
        },
        scopes: principal.scopes.clone(),
        engagement_id: principal.remit.as_ref().map(|remit| remit.engagement),
        roles: principal.grants.iter().flat_map(held).collect(),
        may,
    })
}

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let schema = registry.schema::<Me>();
    let operation =
        Operation::new("me", "Who I am, my roles and what I may do", "5 Leadership").answers(200, "The caller", schema);
    registry.route(Method::GET, "/v1/me", operation, || web::route().to(show));
}

async fn show(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let me = state.reading(&request, |caller| async move { me(&caller).await }).await?;
    Ok(HttpResponse::Ok().json(me))
}
