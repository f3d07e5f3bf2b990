//! The auditor accepts the terms, and the link turns into a token.

use super::Invitation;
use crate::authz::Action;
use crate::caller::{Caller, token};
use crate::evaluation::engagement::Engagement;
use crate::resource::{Error, Outcome};
use crate::store::Found;
use isms_entity::evaluation::invitation::InvitationState;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// The auditor's word.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Acceptance {
    /// Whether they accept the engagement's terms, as they read there.
    pub accept_terms: bool,
}

/// Accepts the terms for whoever came by a link; gives the token that the link has become, which is told this once.
///
/// # Errors
/// [`Error::NotFound`] for everybody else, [`Error::Conflict`] when the link was used before.
pub async fn accept(caller: &Caller, input: Acceptance) -> Outcome<(Found<Invitation>, String)> {
    let before = caller.fetch::<Invitation>(caller.id()).await?.row;
    let permit = caller.permit::<Invitation>(Action::Accept, &before)?;
    if before.state != InvitationState::Invited {
        return Err(Error::Conflict("the terms are accepted already".into()));
    }
    if !input.accept_terms {
        return Err(Error::field("/acceptTerms", "nothing is shown before the terms are accepted"));
    }
    let engagement = caller.fetch::<Engagement>(before.engagement_id).await?;
    let secret = token::mint();
    let mut after = before.clone();
    after.state = InvitationState::Accepted;
    after.accepted_at = Some(caller.now());
    after.terms_digest = Some(token::hex(&Sha256::digest(engagement.row.terms)));
    after.hint = token::hint(&secret);
    after.hash = token::hash(&secret).ok_or_else(|| Error::Internal("a fresh token is none".into()))?;
    caller.update(permit, &before, after, "accept").await?;
    Ok((caller.fetch(before.id).await?, secret))
}
