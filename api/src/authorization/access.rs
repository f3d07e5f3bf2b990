//! Who may do what with a record, and what somebody may do with all there are (A.5.18).

use super::may_ask;
use super::subject::{Record, principal};
use crate::caller::Caller;
use crate::evaluation::invitation::Invitation;
use crate::leadership::user::User;
use crate::resource::{Outcome, Spec};
use crate::resources;
use crate::store::{After, Query, Sort, Test};
use isms_authz::{Action, Condition};
use isms_entity::leadership::user::Model as Person;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody, and the verbs that they may use on a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HolderOfAccess {
    /// A person, a service, or the invitation of an external auditor.
    pub principal_id: Uuid,
    /// Their name.
    pub name: String,
    /// `User`, `Service` or `ExternalAuditor`.
    pub kind: &'static str,
    /// What they may do.
    pub may: Vec<&'static str>,
}

/// Who may do what with one record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessToRecord {
    /// Everybody of this page who may do anything with it; external auditors stand on the first page.
    pub holders: Vec<HolderOfAccess>,
    /// Asks for the next people; none when all were looked at.
    pub next_cursor: Option<Uuid>,
}

/// What somebody may do with records of one type.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessToType {
    /// The type.
    pub record_type: &'static str,
    /// Verbs that they may use on every record of the organisation.
    pub every: Vec<&'static str>,
    /// Verbs that they may use on some, by what the record says: its unit, owner, state …
    pub some: Vec<&'static str>,
}

/// What somebody may do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessOfPrincipal {
    /// Who.
    pub principal_id: Uuid,
    /// Each type on which they may do anything.
    pub types: Vec<AccessToType>,
}

/// So many people are looked at for one page.
const PAGE: u64 = 200;

/// Whether anything may be done at all: inspecting is seeing whole what one may see otherwise.
fn is_seen<'a>(may: impl IntoIterator<Item = &'a &'static str>) -> bool {
    may.into_iter().any(|verb| *verb != Action::Inspect.name())
}

/// Active people and services after one, by id.
pub(super) async fn people(caller: &Caller, after: Option<Uuid>, limit: u64) -> Outcome<(Vec<Person>, Option<Uuid>)> {
    let query = Query {
        sort: vec![Sort { column: "id", descending: false }],
        after: after.map(|id| After { keys: vec![Some(id.into())], id }),
        limit: Some(limit + 1),
        ..Query::of([Test::is("active", true)])
    };
    let mut found: Vec<Person> = caller.all::<User>(&query).await?.into_iter().map(|found| found.row).collect();
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|last| last.id);
    Ok((found, next))
}

/// Who may do what with a record that the caller may read.
///
/// # Errors
/// Not found when they may not; denied when they may not know others' roles.
pub async fn of_record(caller: &Caller, spec: &'static Spec, id: Uuid, after: Option<Uuid>) -> Outcome<AccessToRecord> {
    let mut record = Record::read(caller, spec, id).await?;
    may_ask(caller)?;
    let mut holders = Vec::new();
    let mut judge = |record: &Record, principal: &isms_authz::Principal, name: String| -> Outcome<()> {
        let mut may = Vec::new();
        for action in Action::all() {
            if record.decide(caller, &caller.access.engine, principal, action)?.allowed {
                may.push(action.name());
            }
        }
        if is_seen(&may) {
            holders.push(HolderOfAccess { principal_id: principal.id, name, kind: principal.kind.name(), may });
        }
        Ok(())
    };
    let (people, next_cursor) = people(caller, after, PAGE).await?;
    for person in people {
        let principal = caller.principal_of(&person).await?;
        record.faces(caller, &principal).await?;
        judge(&record, &principal, person.name)?;
        tokio::task::yield_now().await;
    }
    if after.is_none() {
        for found in caller.all::<Invitation>(&Query::of([Test::Absent("user_id", true)])).await? {
            let principal = principal(caller, found.row.id).await?;
            record.faces(caller, &principal).await?;
            judge(&record, &principal, found.row.name)?;
        }
    }
    Ok(AccessToRecord { holders, next_cursor })
}

/// What somebody may do today, type by type; about others for those who may know their roles.
///
/// # Errors
/// Denied when the caller may not know.
pub async fn of_principal(caller: &Caller, id: Uuid) -> Outcome<AccessOfPrincipal> {
    if id != caller.id() {
        may_ask(caller)?;
    }
    let engine = caller.access.engine.clone();
    let subject = caller.acting(principal(caller, id).await?, engine);
    let mut types = Vec::new();
    for spec in resources::specs() {
        let (mut every, mut some) = (Vec::new(), Vec::new());
        for action in Action::all() {
            let condition = subject.access.condition(action, spec.policy_type)?;
            if condition.admits_organisation(caller.organisation()) {
                every.push(action.name());
            } else if *condition != Condition::Never {
                some.push(action.name());
            }
        }
        if is_seen(every.iter().chain(&some)) {
            types.push(AccessToType { record_type: spec.name, every, some });
        }
        tokio::task::yield_now().await;
    }
    Ok(AccessOfPrincipal { principal_id: id, types })
}
