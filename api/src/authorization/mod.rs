//! Why somebody may do something, or may not (A.5.15, A.5.18): decisions with their policies and facts, who may do what,
//! the policies themselves, and what a change to them would change.

mod access;
mod check;
mod denial;
mod rest;
mod simulate;
mod subject;

pub use denial::{Denials, denials};
pub use rest::register;

use crate::caller::Caller;
use crate::leadership::role_assignment::RoleAssignment;
use crate::resource::{Error, Outcome, Spec};
use crate::resources;
use isms_authz::{Action, PolicyText};
use serde::Serialize;
use utoipa::ToSchema;

/// A policy that the service decides by.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PolicyShown)]
pub struct Shown {
    /// Its name.
    pub id: String,
    /// What it is for.
    pub intent: String,
    /// The clauses and controls that it serves, such as `A.5.18`, as the intent names them.
    pub clauses: Vec<String>,
    /// `permit` or `forbid`; what is forbidden is not allowed by any permit.
    pub effect: &'static str,
    /// The file that it stands in.
    pub file: String,
    /// Its text in Cedar.
    pub text: String,
}

impl Shown {
    fn of(policy: &PolicyText) -> Self {
        let named = policy.intent.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')'));
        let clauses = named.map(|(list, _)| list.split(", ").map(str::to_owned).collect()).unwrap_or_default();
        Self {
            id: policy.id.clone(),
            intent: policy.intent.clone(),
            clauses,
            effect: if policy.forbids { "forbid" } else { "permit" },
            file: policy.file.clone(),
            text: policy.text.clone(),
        }
    }
}

/// The policies of these names, in that order.
fn named(caller: &Caller, ids: &[String]) -> Vec<Shown> {
    let texts = caller.access.engine.texts();
    ids.iter().filter_map(|id| texts.iter().find(|policy| policy.id == *id)).map(Shown::of).collect()
}

/// Who asks about somebody else belongs to the organisation and may know who holds which role everywhere.
fn may_ask(caller: &Caller) -> Outcome<()> {
    if caller.access.principal.remit.is_none() && caller.sees_every::<RoleAssignment>(Action::List)? {
        Ok(())
    } else {
        Err(Error::Denied("what others may do is told to those who see every role (A.5.18)".into()))
    }
}

/// The verb of this name.
fn verb(name: &str) -> Outcome<Action> {
    Action::all().find(|action| action.name() == name).ok_or_else(|| {
        let all = Action::all().map(Action::name).collect::<Vec<_>>().join(", ");
        Error::field("/action", format!("is one of {all}"))
    })
}

/// The record type of this name at the doors.
fn record_type(name: &str) -> Outcome<&'static Spec> {
    resources::spec(name).ok_or_else(|| Error::field("/recordType", "is the name of a record type, such as Risk"))
}
