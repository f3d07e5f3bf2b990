//! What a changed policy set, or changed roles, would give to people and take from them: today's people, today's records.

use super::access::people;
use super::{may_ask, record_type};
use crate::app;
use crate::caller::Caller;
use crate::leadership::role_assignment::RoleAssignment;
use crate::leadership::user::User;
use crate::resource::{Error, Faults, Outcome, Spec, found_or};
use crate::resources;
use isms_authz::{Action, Bundle, Engine, Principal, PrincipalKind};
use isms_entity::leadership::role_assignment::Role;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// A role that somebody would hold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleToSimulate {
    /// Who.
    pub user_id: Uuid,
    /// Which role.
    pub role: Role,
    /// Where; everywhere unless given.
    pub unit_id: Option<Uuid>,
}

/// A change to think through; nothing of it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = AuthorizationChange)]
pub struct Change {
    /// Policies in Cedar, each with its `@id` and `@intent`: one whose name is known takes that one's place.
    pub policies: Vec<String>,
    /// Policies that would be gone, by name.
    pub without_policies: Vec<String>,
    /// Roles that would be given.
    pub roles: Vec<RoleToSimulate>,
    /// Roles that would be taken away: ids of role assignments.
    pub without_roles: Vec<Uuid>,
    /// Only these people; the first 50 unless given.
    pub principal_ids: Vec<Uuid>,
    /// Only these types of record; all unless given.
    pub record_types: Vec<String>,
}

/// What somebody would gain or lose with one verb on records of one type.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuthorizationDifference)]
pub struct Difference {
    /// Who.
    pub principal_id: Uuid,
    /// Their name.
    pub name: String,
    /// The type of record.
    pub record_type: &'static str,
    /// The verb.
    pub action: &'static str,
    /// How many records that the caller may list they would gain. For `create` 1 where they could not before.
    pub gained: u64,
    /// How many they would lose.
    pub lost: u64,
    /// References of some that would be gained or lost.
    pub examples: Vec<String>,
}

/// What would change.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuthorizationSimulation)]
pub struct Simulation {
    /// How many people were looked at.
    pub people: u64,
    /// Whether there are more, who were not.
    pub more: bool,
    /// What each would gain or lose; nothing else would change for those who were looked at.
    pub differences: Vec<Difference>,
}

/// So many people are looked at.
const PEOPLE: u64 = 50;

/// Thinks it through. For those who may know who holds which role.
///
/// # Errors
/// What is wrong with the policies or roles; denied for others.
pub async fn simulate(caller: &Caller, change: &Change) -> Outcome<Simulation> {
    may_ask(caller)?;
    let types = change.record_types.iter().map(|name| record_type(name)).collect::<Outcome<Vec<_>>>()?;
    let types: Vec<&'static Spec> = if types.is_empty() { resources::specs().iter().collect() } else { types };
    let (before, after) = (Arc::clone(&caller.access.engine), engine(caller, change)?);
    let (people, more) = match change.principal_ids.as_slice() {
        [] => people(caller, None, PEOPLE).await.map(|(people, next)| (people, next.is_some()))?,
        ids if ids.len() as u64 > PEOPLE => {
            return Err(Error::field("/principalIds", format!("names {PEOPLE} people at most")));
        }
        ids => {
            let mut people = Vec::new();
            for id in ids {
                let found = caller.fetch::<User>(*id).await;
                let missing = || Error::field("/principalIds", format!("there is nobody {id}"));
                people.push(found_or(found, missing)?.row);
            }
            (people, false)
        }
    };
    let removed = removed(caller, change).await?;
    let everything = || types.iter().flat_map(|spec| Action::all().map(move |action| (*spec, action)));
    let reworded: HashMap<PrincipalKind, Vec<_>> = PrincipalKind::ALL
        .into_iter()
        .map(|kind| {
            let reworded =
                |(spec, action): &(&Spec, Action)| !before.speaks_like(&after, kind, *action, spec.policy_type);
            (kind, everything().filter(reworded).collect())
        })
        .collect();
    let mut differences = Vec::new();
    for person in &people {
        let today = caller.principal_of(person).await?;
        let changed = with_roles(caller, &today, change, &removed)?;
        let same_roles = changed.grants == today.grants;
        let (old, new) = (caller.acting(today, before.clone()), caller.acting(changed, after.clone()));
        let looked_at = match reworded.get(&old.access.principal.kind) {
            Some(reworded) if same_roles => reworded.clone(),
            _ => everything().collect(),
        };
        for (spec, action) in looked_at {
            if let Some((gained, lost, examples)) = differ(caller, &old, &new, action, spec).await? {
                differences.push(Difference {
                    principal_id: person.id,
                    name: person.name.clone(),
                    record_type: spec.name,
                    action: action.name(),
                    gained,
                    lost,
                    examples,
                });
            }
            tokio::task::yield_now().await;
        }
    }
    Ok(Simulation { people: people.len() as u64, more, differences })
}

/// How many records somebody would gain and lose, with some of them; none where nothing changes.
async fn differ(
    caller: &Caller,
    old: &Caller,
    new: &Caller,
    action: Action,
    spec: &'static Spec,
) -> Outcome<Option<(u64, u64, Vec<String>)>> {
    let (before, after) =
        (old.access.condition(action, spec.policy_type)?, new.access.condition(action, spec.policy_type)?);
    if before == after {
        return Ok(None);
    }
    if action == Action::Create {
        let could = !old.access.rules_out(action, spec.policy_type)?;
        let can = !new.access.rules_out(action, spec.policy_type)?;
        return Ok((could != can).then(|| (u64::from(can), u64::from(could), Vec::new())));
    }
    let (gained, mut examples) = caller.allowed_to_one_alone(new, old, action, spec).await?;
    let (lost, others) = caller.allowed_to_one_alone(old, new, action, spec).await?;
    examples.extend(others);
    Ok((gained + lost > 0).then_some((gained, lost, examples)))
}

/// The policies as they would be.
fn engine(caller: &Caller, change: &Change) -> Outcome<Arc<Engine>> {
    if change.policies.is_empty() && change.without_policies.is_empty() {
        return Ok(Arc::clone(&caller.access.engine));
    }
    let texts = caller.access.engine.texts();
    let mut faults = Faults::default();
    for (place, id) in change.without_policies.iter().enumerate() {
        let unknown = texts.iter().all(|policy| policy.id != *id);
        faults.when(unknown, &format!("withoutPolicies/{place}"), format!("there is no policy {id}"));
    }
    faults.settle()?;
    let wrong = |error: isms_authz::PolicyError| Error::field("/policies", error.to_string());
    let given = change.policies.join("\n");
    let replaced = Engine::names(&given).map_err(wrong)?;
    let gone = |id: &str| replaced.iter().chain(&change.without_policies).any(|name| name == id);
    let kept = texts.iter().filter(|policy| !gone(&policy.id)).map(|policy| policy.text.as_str());
    let whole = kept.chain(change.policies.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
    let bundle = Bundle { policies: vec![("simulated".to_owned(), whole)], ..Bundle::embedded() };
    Ok(Arc::new(app::engine(&bundle).map_err(wrong)?))
}

/// The roles that would be taken away: who holds which where.
async fn removed(caller: &Caller, change: &Change) -> Outcome<BTreeSet<(Uuid, Role, Uuid)>> {
    let mut removed = BTreeSet::new();
    for id in &change.without_roles {
        let found = caller.fetch::<RoleAssignment>(*id).await;
        let missing = || Error::field("/withoutRoles", format!("there is no role assignment {id}"));
        let row = found_or(found, missing)?.row;
        removed.insert((row.user_id, row.role, row.unit_id));
    }
    Ok(removed)
}

/// Somebody with the roles that they would have.
fn with_roles(
    caller: &Caller,
    today: &Principal,
    change: &Change,
    removed: &BTreeSet<(Uuid, Role, Uuid)>,
) -> Outcome<Principal> {
    let mut changed = today.clone();
    for (_, role, unit) in removed.iter().filter(|(user, ..)| *user == today.id) {
        if let Some(units) = changed.grants.get_mut(role) {
            units.retain(|held| held != unit);
        }
    }
    for (place, given) in change.roles.iter().enumerate().filter(|(_, given)| given.user_id == today.id) {
        let unit = given.unit_id.unwrap_or(caller.access.root);
        if !caller.access.units.is_open(unit) {
            return Err(Error::field(format!("/roles/{place}/unitId"), format!("there is no unit {unit}")));
        }
        changed.grants.entry(given.role).or_default().push(unit);
    }
    changed.grants.retain(|_, units| !units.is_empty());
    let held = changed.grants.values().flatten().copied();
    changed.within = caller.access.units.around(held.chain(today.within.iter().copied()));
    Ok(changed)
}
