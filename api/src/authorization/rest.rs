//! `/v1/authorization/…`.

use super::Shown;
use super::access::{self, AccessOfPrincipal, AccessToRecord};
use super::check::{Answer, Question, check};
use super::denial::{self, Denials};
use super::record_type;
use super::simulate::{Change, Simulation, simulate};
use crate::resource::query::instant;
use crate::resource::{Error, Operation, Outcome, Registry, State, json as body_of, pairs, service};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

const CLAUSE: &str = "5 Leadership";

/// Every policy.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Policies {
    /// In the order of their files.
    policies: Vec<Shown>,
}

fn parameter(name: &str, schema: &Value, description: &str) -> Value {
    json!({"name": name, "in": "query", "schema": schema, "description": description})
}

/// Mounts and documents the operations.
pub fn register(registry: &mut Registry) {
    let id = json!({"type": "string", "format": "uuid"});
    let (asked, answer) = (registry.schema::<Question>(), registry.schema::<Answer>());
    let operation = Operation::new("checkAuthorization", "May somebody do this here, and why", CLAUSE)
        .described(
            "The decision with the policies that made it and the facts that they looked at. Everybody asks about \
             themselves and records that they may read; about others, those who may see every role.",
        )
        .body("application/json", asked)
        .answers(200, "The decision", answer);
    registry.route(Method::POST, "/v1/authorization/check", operation, || web::route().to(show_check));
    let answer = registry.schema::<Policies>();
    let operation =
        Operation::new("policies", "The policies that every decision comes from, with what each is for", CLAUSE)
            .answers(200, "The policies", answer);
    registry.route(Method::GET, "/v1/authorization/policies", operation, || web::route().to(show_policies));
    let (of_record, of_principal) = (registry.schema::<AccessToRecord>(), registry.schema::<AccessOfPrincipal>());
    let operation = Operation::new("access", "Who may do what with a record, or what somebody may do", CLAUSE)
        .described(
            "With `recordType` and `recordId`: everybody who may do anything with that record, 200 people looked at for \
             each page. With `principalId`: the verbs that somebody may use on every record of each type, or on some.",
        )
        .takes([
            parameter("recordType", &json!({"type": "string"}), "The type of the record, such as Risk"),
            parameter("recordId", &id, "The record"),
            parameter("cursor", &id, "nextCursor of a page"),
            parameter("principalId", &id, "A person, a service, or the invitation of an external auditor"),
        ])
        .answers(200, "Who, or what", json!({"oneOf": [of_record, of_principal]}));
    registry.route(Method::GET, "/v1/authorization/access", operation, || web::route().to(show_access));
    let (asked, answer) = (registry.schema::<Change>(), registry.schema::<Simulation>());
    let operation = Operation::new(
        "simulateAuthorization",
        "What changed policies or roles would give and take",
        CLAUSE,
    )
    .described(
        "Today's people and records under the change. Nothing of it is kept. A policy set that the service would \
             refuse to start with is refused here with the same words.",
    )
    .body("application/json", asked)
    .answers(200, "What each would gain and lose", answer);
    registry.route(Method::POST, "/v1/authorization/simulate", operation, || web::route().to(show_simulation));
    let answer = registry.schema::<Denials>();
    let operation = Operation::new("denials", "What was refused to whom, counted and one by one", CLAUSE)
        .takes([
            parameter(
                "since",
                &json!({"type": "string"}),
                "From this instant (RFC 3339) or day on; thirty days unless given",
            ),
            parameter("limit", &json!({"type": "integer", "minimum": 1, "maximum": 200}), "50 unless given"),
            parameter("cursor", &id, "nextCursor of a page"),
        ])
        .answers(200, "The refusals", answer);
    registry.route(Method::GET, "/v1/authorization/denials", operation, || web::route().to(show_denials));
}

async fn show_check(state: web::Data<State>, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let input = &body_of(&request, &body)?;
    let answer = state.reading(&request, |caller| async move {
        let question: Question = service::parse_input(input.clone())?;
        check(&caller, &question).await
    });
    Ok(HttpResponse::Ok().json(answer.await?))
}

async fn show_policies(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let policies = state.reading(&request, |caller| async move {
        Ok(Policies { policies: caller.access.engine.texts().iter().map(Shown::of).collect() })
    });
    Ok(HttpResponse::Ok().json(policies.await?))
}

async fn show_simulation(state: web::Data<State>, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let input = body_of(&request, &body)?;
    let answer = |caller| {
        let input = input.clone();
        async move {
            let change: Change = service::parse_input(input)?;
            simulate(&caller, &change).await
        }
    };
    state.telling(&request, answer).await
}

/// A parameter that is an id.
fn uuid(name: &str, value: &str) -> Outcome<Uuid> {
    value.parse().map_err(|_| Error::Malformed(format!("{name}: is not a UUID")))
}

fn unknown(name: &str) -> Error {
    Error::Malformed(format!("{name}: is not a parameter here, or is given twice"))
}

async fn show_access(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let (mut kind, mut record, mut principal, mut cursor) = (None, None, None, None);
    for (name, value) in &pairs(&request)? {
        match name.as_str() {
            "recordType" if kind.is_none() => kind = Some(value.clone()),
            "recordId" if record.is_none() => record = Some(uuid(name, value)?),
            "principalId" if principal.is_none() => principal = Some(uuid(name, value)?),
            "cursor" if cursor.is_none() => cursor = Some(uuid(name, value)?),
            _ => return Err(unknown(name)),
        }
    }
    match (kind, record, principal) {
        (Some(kind), Some(record), None) => {
            let told = |caller| {
                let kind = kind.clone();
                async move {
                    let spec =
                        record_type(&kind).map_err(|_| Error::Malformed(format!("recordType: there is no {kind}")))?;
                    access::of_record(&caller, spec, record, cursor).await
                }
            };
            state.telling(&request, told).await
        }
        (None, None, Some(principal)) if cursor.is_none() => {
            state.telling(&request, |caller| async move { access::of_principal(&caller, principal).await }).await
        }
        _ => {
            // Nobody is told how to ask before it is known who asks.
            state.reading(&request, |_| async { Ok(()) }).await?;
            Err(Error::Malformed("takes recordType and recordId, or principalId".into()))
        }
    }
}

async fn show_denials(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let (mut since, mut limit, mut cursor) = (None, None, None);
    for (name, value) in &pairs(&request)? {
        match name.as_str() {
            "since" if since.is_none() => since = Some(instant(name, value)?),
            "cursor" if cursor.is_none() => cursor = Some(uuid(name, value)?),
            "limit" if limit.is_none() => {
                let number = value.parse().ok().filter(|number| (1..=200).contains(number));
                limit = Some(number.ok_or_else(|| Error::Malformed("limit: is 1 to 200".into()))?);
            }
            _ => return Err(unknown(name)),
        }
    }
    let told = |caller| async move { denial::denials(&caller, since, cursor, limit.unwrap_or(50)).await };
    state.telling(&request, told).await
}
