//! Bringing the catalogues in: Annex A, threats and vulnerabilities, each entry once by its code.

mod rest;

pub use rest::register;

use super::control::{self, Control};
use super::threat::{self, Threat};
use super::vulnerability::{self, Vulnerability};
use crate::caller::Caller;
use crate::resource::{Error, Outcome, Resource, service};
use isms_authz::Action;
use serde_json::Value;
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
    let missing = drafts
        .into_iter()
        .filter(|draft| draft.get("code").and_then(Value::as_str).is_none_or(|code| !there.contains(code)));
    Ok(service::create_all::<R>(caller, missing.collect()).await?.len())
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
