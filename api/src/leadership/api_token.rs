//! Bearer tokens: shown once, stored hashed, refused from the next request after they are retired.

use super::role_assignment::RoleAssignment;
use crate::authz::{Attribute, Kind};
use crate::caller::{Caller, Credential, token};
use crate::resource::{Computed, Error, Outcome, Reference, Resource, Spec, record_of};
use crate::resources;
use crate::store::{Query, Test};
use isms_entity::Time;
use isms_entity::leadership::api_token;
use isms_entity::leadership::role_assignment::Role;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A token.
pub struct ApiToken;

/// When a token was used.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Use {
    /// The last use, to the minute.
    pub last_used_at: Option<Time>,
}

impl Resource for ApiToken {
    record_of!(api_token, Use);

    const SPEC: Spec = Spec {
        name: "ApiToken",
        policy_type: "ApiToken",
        plural: "api-tokens",
        noun: "token",
        table: "api_token",
        prefix: "TOK",
        clause: "5 Leadership",
        attributes: &[Attribute::new("user", "user_id", Kind::Entity("User"))],
        references: &[Reference::one("userId", "User", "user")],
        computed: &[Computed {
            name: "last_used_at",
            sql: "(SELECT s.last_used_at FROM {token_use} s WHERE s.token_id = {self}.\"id\")",
        }],
        grants_access: true,
        ..Spec::PLAIN
    };

    async fn settle(caller: &Caller, old: Option<&api_token::Model>, row: &mut api_token::Model) -> Outcome<()> {
        if old.is_some_and(|old| old.user_id != row.user_id) {
            return Err(Error::field("/userId", "a token stays its user's"));
        }
        if old.is_some_and(|old| old.retired_at.is_some()) && row.retired_at.is_none() {
            return Err(Error::Conflict("a retired token stays retired: make another".into()));
        }
        // A token lies where its user does, so that making one for somebody asks for rights over their unit.
        let Ok(user) = caller.fetch::<super::user::User>(row.user_id).await else {
            return Err(Error::field("/userId", format!("there is no user {}", row.user_id)));
        };
        row.unit_id = user.row.unit_id;
        if old.is_none() && row.scopes.0.is_empty() {
            row.scopes.0 = vec!["read".into(), "write".into()];
        }
        if row.scopes.0.is_empty() {
            return Err(Error::field("/scopes", "names at least one: a token that may do nothing is retired"));
        }
        if row.user_id != caller.id() && old.is_none_or(|old| is_wider(old, row)) {
            refuse_beyond(caller, row.user_id).await?;
        }
        if row.user_id == caller.id() && old.is_none_or(|old| old.expires_at != row.expires_at) {
            end_with(caller, row).await?;
        }
        let known = |scope: &str| {
            matches!(scope, "read" | "write" | "*") || resources::specs().iter().any(|spec| spec.plural == scope)
        };
        if let Some(i) = row.scopes.0.iter().position(|scope| !known(scope)) {
            return Err(Error::field(
                format!("/scopes/{i}"),
                "is not read, write, * or the plural name of a record type",
            ));
        }
        if old.is_none() && row.expires_at.is_some_and(|end| end <= caller.now()) {
            return Err(Error::field("/expiresAt", "is in the past"));
        }
        Ok(())
    }

    fn secret(_caller: &Caller, row: &mut api_token::Model) -> Option<(&'static str, String)> {
        let secret = token::mint();
        row.hint = token::hint(&secret);
        row.hash = token::hash(&secret)?;
        Some(("token", secret))
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

/// A token makes no successor for its own user that outlives it.
async fn end_with(caller: &Caller, row: &mut api_token::Model) -> Outcome<()> {
    let Credential::Token(used) = caller.access.credential else { return Ok(()) };
    let used = caller.for_rules::<ApiToken>(&Query::of([Test::is("id", used)])).await?;
    let Some(end) = used.first().and_then(|used| used.expires_at) else { return Ok(()) };
    if *row.expires_at.get_or_insert(end) > end {
        return Err(Error::field("/expiresAt", "is after the end of the token that you use"));
    }
    Ok(())
}

/// A token acts with all roles of its user: making one for somebody else takes authority wherever they hold any.
async fn refuse_beyond(caller: &Caller, user: Uuid) -> Outcome<()> {
    let held = caller.for_rules::<RoleAssignment>(&Query::of([Test::is("user_id", user)])).await?;
    if held.iter().all(|held| caller.holds(Role::Administrator, held.unit_id)) {
        return Ok(());
    }
    Err(Error::Denied("they hold a role where you do not administer: a token would carry it".into()))
}
