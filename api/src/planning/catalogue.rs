//! Bringing the catalogues in: Annex A, threats and vulnerabilities, each entry once by its code.

use super::control::{self, Control};
use super::threat::{self, Threat};
use super::vulnerability::{self, Vulnerability};
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::{Error, Operation, Outcome, Registry, Reply, Resource, State, json as body_of, service};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::future::Future;

/// A record type with a catalogue of its own.
pub trait Catalogue: Resource {
    /// Makes the entries that are not there yet; returns how many.
    ///
    /// # Errors
    /// No leave to make such records.
    fn seed(caller: &Caller) -> impl Future<Output = Outcome<usize>> + Send;
}

impl Catalogue for Control {
    async fn seed(caller: &Caller) -> Outcome<usize> {
        control::seed(caller).await
    }
}

impl Catalogue for Threat {
    async fn seed(caller: &Caller) -> Outcome<usize> {
        seed_from::<Self>(caller, threat::STARTER).await
    }
}

impl Catalogue for Vulnerability {
    async fn seed(caller: &Caller) -> Outcome<usize> {
        seed_from::<Self>(caller, vulnerability::STARTER).await
    }
}

/// Makes those of the drafts whose code no record has, retired ones among them.
async fn seed_from<R: Resource>(caller: &Caller, starter: &str) -> Outcome<usize> {
    let there: HashSet<String> =
        caller.labels(R::SPEC.name, None).await?.into_iter().filter_map(|label| label.code).collect();
    let drafts: Vec<Value> = serde_json::from_str(starter)?;
    let missing = drafts.into_iter().filter(|draft| draft["code"].as_str().is_none_or(|code| !there.contains(code)));
    Ok(service::create_all::<R>(caller, missing.collect()).await?.len())
}

/// Mounts and documents the seeding of a record type.
pub fn register<R: Catalogue>(registry: &mut Registry) {
    let spec = R::SPEC;
    let summary = format!("Make the {} records of the catalogue that are not there yet", spec.noun);
    let operation = Operation::new(format!("seed{}", spec.name), summary, spec.clause).on(spec.name).answers(
        200,
        "How many were made",
        json!({"type": "object", "required": ["created"], "properties": {"created": {"type": "integer"}}}),
    );
    let path = format!("/v1/{}:seed", spec.plural);
    registry.route(Method::POST, &path, operation, || web::route().to(seed::<R>));
}

async fn seed<R: Catalogue>(state: web::Data<State>, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    if body_of(&request, &body)?.as_object().is_none_or(|fields| !fields.is_empty()) {
        return Err(Error::field("", "nothing is said here; send no body"));
    }
    state
        .writing(&request, &body, |caller| async move {
            may_make::<R>(&caller)?;
            let created = R::seed(&caller).await?;
            Ok(Reply::json(StatusCode::OK, json!({"created": created}).to_string(), Vec::new()))
        })
        .await
}

/// Who sees only a part of a catalogue cannot tell what is missing in it, and who makes none has nothing to seed.
fn may_make<R: Resource>(caller: &Caller) -> Outcome<()> {
    for action in [Action::List, Action::Create] {
        let condition = caller.access.condition(action, R::SPEC.policy_type)?;
        if !condition.admits_organisation(caller.organisation()) {
            return Err(Error::Denied(format!("a catalogue is for those who make every {}", R::SPEC.noun)));
        }
    }
    Ok(())
}
