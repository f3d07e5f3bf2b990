//! May this person do this here? The decision, the policies that made it and the facts that they looked at.

use super::subject::{Record, facts_of, is_inside, principal};
use super::{Shown, may_ask, named, record_type, verb};
use crate::caller::Caller;
use crate::resource::{Error, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = AuthorizationQuestion)]
pub struct Question {
    /// Who: a person, a service or the invitation of an external auditor; the caller unless given.
    pub principal_id: Option<Uuid>,
    /// The verb: `read`, `update`, `approve` …
    pub action: String,
    /// The type of the record, such as `Risk`.
    pub record_type: String,
    /// The record.
    pub record_id: Uuid,
}

/// What the policies say.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuthorizationAnswer)]
pub struct Answer {
    /// `allow` or `deny`.
    pub decision: &'static str,
    /// In words.
    pub because: String,
    /// The policies that decided: those that allow it, or those that forbid it; none where nothing allows it.
    pub policies: Vec<Shown>,
    /// The principal as the policies see them today, with all that a token may be used for.
    pub principal: Value,
    /// What the policies may ask of the record, as far as the caller may see it.
    #[schema(value_type = Object)]
    pub record: Map<String, Value>,
}

/// Answers it. Whoever asks may read the record, and, about others, knows who holds which role.
///
/// # Errors
/// [`Error::NotFound`] for a record that they may not read, [`Error::Denied`] about others.
pub async fn check(caller: &Caller, question: &Question) -> Outcome<Answer> {
    if !is_inside(&caller.access.principal) {
        return Err(Error::Denied("decisions are explained to people of the organisation".into()));
    }
    let (action, spec) = (verb(&question.action)?, record_type(&question.record_type)?);
    let mut record = Record::read(caller, spec, question.record_id).await?;
    let who = question.principal_id.unwrap_or_else(|| caller.id());
    if who != caller.id() {
        may_ask(caller)?;
    }
    let principal = principal(caller, who).await?;
    record.faces(caller, &principal).await?;
    let decision = record.decide(caller, &caller.access.engine, &principal, action)?;
    let policies = named(caller, &decision.reasons);
    let because = match (decision.allowed, policies.as_slice()) {
        (_, []) => format!("no policy lets them {} this {}", action.name(), spec.noun),
        (_, list) => list.iter().map(|policy| policy.intent.as_str()).collect::<Vec<_>>().join("; "),
    };
    Ok(Answer {
        decision: if decision.allowed { "allow" } else { "deny" },
        because,
        policies,
        principal: facts_of(&principal),
        record: record.shown,
    })
}
