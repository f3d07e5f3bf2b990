//! Whether corrective action worked, seen by somebody else after some time (10.2 d; I-59, I-60).

use super::Nonconformity;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Error, Outcome, is_blank, is_told};
use chrono::{DateTime, Days, Utc};
use isms_authz::Action as Verb;
use isms_entity::improvement::nonconformity::{self, CorrectionEffect, NonconformityState};
use serde::Deserialize;
use utoipa::ToSchema;

/// How long it takes until an effect shows.
pub(super) const SHOWS_AFTER: Days = Days::new(30);

/// Whether the effect cannot show yet (I-60).
pub(super) fn awaits(caller: &Caller, row: &nonconformity::Model) -> bool {
    let shows = row.implemented_at.map(|at| DateTime::<Utc>::from(at) + SHOWS_AFTER);
    shows.is_none_or(|shows| DateTime::<Utc>::from(caller.now()) < shows)
}

/// Implemented → closed, or back to the cause.
pub struct Verify;

/// What was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EffectCheck {
    /// Whether it worked.
    pub effect: CorrectionEffect,
    /// What shows it.
    pub evidence: String,
}

impl Act for Verify {
    type Of = Nonconformity;
    type Input = EffectCheck;
    const SPEC: ActSpec = ActSpec {
        name: "verify",
        verb: Verb::Accept,
        from: &["implemented"],
        summary: "Somebody else has seen whether it worked: then it is closed, else its cause is looked for again",
    };

    async fn run(caller: &Caller, row: &mut nonconformity::Model, input: EffectCheck) -> Outcome<()> {
        if is_blank(&input.evidence) {
            return Err(Error::field("/evidence", "says what shows it"));
        }
        if row.owner_id == Some(caller.id()) || row.executor_ids.0.contains(&caller.id()) {
            return Err(Error::Conflict("nobody checks the effect of what they answer for or did (I-59)".into()));
        }
        if !is_told(row.cause.as_ref()) || !row.similar_searched {
            return Err(Error::Conflict("cause and search for similar ones are missing (I-60)".into()));
        }
        if awaits(caller, row) {
            let detail = "the effect shows thirty days after it was implemented, not before (I-60)";
            return Err(Error::Conflict(detail.into()));
        }
        row.effect = Some(input.effect);
        row.effect_evidence = Some(input.evidence);
        row.verified_by = Some(caller.id());
        row.verified_at = Some(caller.now());
        row.state = match input.effect {
            CorrectionEffect::Effective => NonconformityState::Closed,
            CorrectionEffect::NotEffective => NonconformityState::CauseFound,
        };
        if input.effect == CorrectionEffect::NotEffective {
            (row.plan_approved_by, row.plan_approved_at, row.implemented_at) = (None, None, None);
        }
        Ok(())
    }
}
