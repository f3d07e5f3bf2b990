//! Bearer tokens: shown once, stored hashed, refused from the next request after they are retired.

use super::user::{User, answers_for};
use crate::caller::{Caller, Credential, token};
use crate::resource::{Computed, Error, Outcome, Reference, Resource, Spec, record_of};
use crate::resources;
use crate::store::{Found, Query, Test};
use isms_authz::{Attribute, Kind};
use isms_entity::Time;
use isms_entity::leadership::api_token;
use isms_entity::leadership::role_assignment::Role;
use isms_entity::leadership::user::UserKind;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A token.
pub struct ApiToken;

/// When a token was used.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Use {
    /// The minute of the last use; making an anonymous report is none.
    pub last_used_at: Option<Time>,
}

impl Resource for ApiToken {
    record_of!(api_token, Use);

    const SPEC: Spec = Spec {
        name: "ApiToken",
        policy_type: "ApiToken",
        plural: "api-tokens",
        told_once: Some(("token", "The token itself: told this once.")),
        noun: "token",
        table: "api_token",
        prefix: "TOK",
        clause: "5 Leadership",
        attributes: &[Attribute::new("user", "user_id", Kind::Entity("User")), Attribute::HELD_BEYOND],
        references: &[Reference::one("userId", "User", "user"), Reference::one("reachId", "Unit", "reach").copied()],
        computed: &[Computed {
            name: "last_used_at",
            sql: "(SELECT s.last_used_at FROM {token_use} s WHERE s.token_id = {self}.\"id\")",
        }],
        grants_access: true,
        person: Some("user_id"),
        ..Spec::PLAIN
    };

    async fn settle(caller: &Caller, old: Option<&api_token::Model>, row: &mut api_token::Model) -> Outcome<()> {
        if old.is_some_and(|old| old.user_id != row.user_id) {
            return Err(Error::field("/userId", "a token stays its user's"));
        }
        // A token lies where its user does, so that making one for somebody asks for rights over their unit.
        let user = caller.named::<User>("/userId", row.user_id).await?;
        row.unit_id = user.row.unit_id;
        if old.is_none() && row.scopes.0.is_empty() {
            row.scopes.0 = vec!["read".into(), "write".into()];
        }
        are_known(&row.scopes.0)?;
        if row.user_id != caller.id() && old.is_none_or(|old| is_wider(old, row)) {
            for_another(caller, &user)?;
        }
        if row.user_id == caller.id() && old.is_none_or(|old| old.expires_at != row.expires_at) {
            descend(caller, &user, old, row).await?;
        }
        if old.is_none() && row.expires_at.is_some_and(|end| end <= caller.now()) {
            return Err(Error::field("/expiresAt", "is in the past"));
        }
        Ok(())
    }

    async fn retiring(_caller: &Caller, old: &api_token::Model, row: &mut api_token::Model) -> Outcome<()> {
        if old.retired_at.is_some() && row.retired_at.is_none() {
            return Err(Error::Conflict("a retired token stays retired: make another".into()));
        }
        Ok(())
    }

    fn secret(_caller: &Caller, row: &mut api_token::Model) -> Option<String> {
        let secret = token::mint();
        row.hint = token::hint(&secret);
        row.hash = token::hash(&secret)?;
        Some(secret)
    }
}

/// Refuses scopes that are none, and a token without any.
fn are_known(scopes: &[String]) -> Outcome<()> {
    if scopes.is_empty() {
        return Err(Error::field("/scopes", "names at least one: a token that may do nothing is retired"));
    }
    let known = |scope: &str| {
        matches!(scope, "read" | "write" | "*") || resources::specs().iter().any(|spec| spec.plural == scope)
    };
    match scopes.iter().position(|scope| !known(scope)) {
        Some(i) => {
            Err(Error::field(format!("/scopes/{i}"), "is not read, write, * or the plural name of a record type"))
        }
        None => Ok(()),
    }
}

/// Whether a token may do more than before, or for longer.
fn is_wider(old: &api_token::Model, row: &api_token::Model) -> bool {
    let lasts = match (old.expires_at, row.expires_at) {
        (Some(was), Some(is)) => is > was,
        (was, is) => was.is_some() && is.is_none(),
    };
    lasts || row.scopes.0.iter().any(|scope| !old.scopes.0.contains(scope))
}

/// A token makes no successor for its own user that outlives it or reaches further; the first one reaches as far as who
/// invited.
async fn descend(
    caller: &Caller,
    user: &Found<User>,
    old: Option<&api_token::Model>,
    row: &mut api_token::Model,
) -> Outcome<()> {
    match caller.access.credential {
        Credential::CommandLine => {}
        Credential::Invitation { made_by, .. } => {
            let reached = caller.store.grants(made_by, caller.today()).await?;
            let reached = reached.get(&Role::Administrator).map(Vec::as_slice).unwrap_or_default();
            let above = caller.access.units.above(user.row.unit_id);
            // The highest unit that they administer above where the person works; the root is everywhere.
            let reach = above.into_iter().rfind(|unit| reached.contains(unit)).unwrap_or(user.row.unit_id);
            row.reach_id = Some(reach).filter(|_| !reached.contains(&caller.access.root));
        }
        Credential::Token { id, reach, .. } => {
            row.reach_id = old.map_or(reach, |old| old.reach_id);
            let used = caller.for_rules::<ApiToken>(&Query::of([Test::is("id", id)])).await?;
            let Some(end) = used.first().and_then(|used| used.expires_at) else { return Ok(()) };
            if *row.expires_at.get_or_insert(end) > end {
                return Err(Error::field("/expiresAt", "is after the end of the token that you use"));
            }
        }
    }
    Ok(())
}

/// Nobody makes a token for another person: it would act in their name. Whoever keeps the machine does, as an
/// administrator of the whole organisation. A service's are made by who answers for all that it holds.
fn for_another(caller: &Caller, user: &Found<User>) -> Outcome<()> {
    if user.row.kind == UserKind::Service {
        return answers_for(caller, user);
    }
    let keeps_the_machine = caller.access.credential == Credential::CommandLine;
    if keeps_the_machine && caller.holds(Role::Administrator, caller.access.root) {
        return Ok(());
    }
    let way = "nobody makes a token for another person: invite them (POST /v1/invitations with their userId), and the link \
               turns into a token of their own";
    Err(Error::Denied(way.into()))
}
