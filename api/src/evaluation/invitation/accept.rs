//! Whoever is invited accepts, and the link turns into a token.

use super::Invitation;
use crate::caller::{Caller, Credential, token};
use crate::evaluation::engagement::Engagement;
use crate::leadership::api_token::ApiToken;
use crate::leadership::user::{User, answers_for};
use crate::resource::{Error, Outcome, service};
use crate::store::Found;
use isms_authz::Action;
use isms_entity::evaluation::invitation::{InvitationState, Model};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The word of whoever is invited.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationAcceptance {
    /// Whether an auditor accepts the engagement's terms, as they read there. A person of the organisation accepts none.
    #[serde(default)]
    pub accept_terms: bool,
}

/// Accepts for whoever came by a link; gives the token that the link has become, which is told this once.
///
/// # Errors
/// [`Error::NotFound`] for everybody else, [`Error::Conflict`] when the link was used before, [`Error::Denied`] when who
/// invited a person does not administer any more all that the person holds.
pub async fn accept(caller: &Caller, input: InvitationAcceptance) -> Outcome<(Found<Invitation>, String)> {
    let Credential::Invitation { id, .. } = caller.access.credential else { return Err(Error::NotFound) };
    let found = caller.fetch::<Invitation>(id).await?;
    let permit = caller.permit_found(Action::Accept, &found)?;
    let before = found.row;
    if before.state != InvitationState::Invited {
        return Err(Error::Conflict("it is accepted already".into()));
    }
    let mut after = before.clone();
    after.state = InvitationState::Accepted;
    after.accepted_at = Some(caller.now());
    let secret = match (before.engagement_id, before.user_id) {
        (Some(engagement), _) => terms(caller, engagement, &input, &mut after).await?,
        (None, Some(person)) => first_token(caller, &before, person).await?,
        (None, None) => return Err(Error::Internal("an invitation is for nobody".into())),
    };
    caller.update(permit, &before, after, "accept").await?;
    Ok((caller.fetch(before.id).await?, secret))
}

/// An auditor accepts the terms of the engagement; the invitation is known by the token from here on.
async fn terms(caller: &Caller, engagement: Uuid, input: &InvitationAcceptance, after: &mut Model) -> Outcome<String> {
    if !input.accept_terms {
        return Err(Error::field("/acceptTerms", "nothing is shown before the terms are accepted"));
    }
    let engagement = caller.fetch::<Engagement>(engagement).await?;
    let secret = token::mint();
    after.terms_digest = Some(token::hex(&Sha256::digest(engagement.row.terms)));
    after.hint = token::hint(&secret);
    after.hash = token::hash(&secret).ok_or_else(|| Error::Internal("a fresh token is none".into()))?;
    Ok(secret)
}

/// A person makes a token of their own, if who invited them still answers for all that they hold.
async fn first_token(caller: &Caller, invitation: &Model, person: Uuid) -> Outcome<String> {
    let gone = || {
        let why = "whoever invited you does not administer all that you hold: ask an administrator who does for another \
                   invitation";
        Error::Denied(why.into())
    };
    let engine = || Arc::clone(&caller.access.engine);
    let maker = caller.standing(invitation.created_by).await?.ok_or_else(gone)?;
    let maker = caller.acting(caller.principal_of(&maker).await?, engine());
    let seen = maker.fetch::<User>(person).await?;
    answers_for(&maker, &seen).map_err(|_| gone())?;
    let themselves = caller.acting(caller.principal_of(&seen.row).await?, engine());
    let draft = json!({"name": format!("Invitation {}", invitation.reference), "userId": person});
    let made = service::create::<ApiToken>(&themselves, draft).await?;
    made.secret.ok_or_else(|| Error::Internal("the token was not told".into()))
}
