//! The path of an engagement: prepared by the manager, opened by management, frozen, extended for a reason, closed.

use super::Engagement;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Faults, Nothing, Outcome, is_blank, refuse_authors};
use isms_authz::Action;
use isms_entity::evaluation::engagement::{self, EngagementState};
use isms_entity::{Recorded, Time};
use serde::Deserialize;
use utoipa::ToSchema;

/// Draft → open.
pub struct Open;

impl Act for Open {
    type Of = Engagement;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "open",
        verb: Action::Approve,
        from: &["draft"],
        summary: "Let the invited auditors look into what it covers",
    };

    async fn run(caller: &Caller, row: &mut engagement::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(row.unit_ids.0.is_empty(), "unitIds", "names the units that they look into");
        faults.when(is_blank(&row.terms), "terms", "says what the auditors accept");
        faults.when(row.expires_at <= caller.now(), "expiresAt", "has passed");
        faults.settle()?;
        refuse_authors(caller, &row.common(), &row.author_ids, None)?;
        row.state = EngagementState::Open;
        row.opened_by = Some(caller.id());
        row.opened_at = Some(caller.now());
        Ok(())
    }
}

/// Sets the moment that auditors see unless they ask for another day.
pub struct Freeze;

impl Act for Freeze {
    type Of = Engagement;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "freeze",
        verb: Action::Close,
        from: &["draft", "open"],
        summary: "From now on its auditors see records as they stand at this moment, unless they ask for another day of the \
                  window (I-81)",
    };

    async fn run(caller: &Caller, row: &mut engagement::Model, _input: Nothing) -> Outcome<()> {
        if row.frozen_at.is_some() {
            return Err(Error::Conflict("it is frozen already, and auditors rely on it".into()));
        }
        row.frozen_at = Some(caller.now());
        Ok(())
    }
}

/// Gives the auditors more time.
pub struct Extend;

/// Until when, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EngagementExtension {
    /// The new end.
    pub expires_at: Time,
    /// Why it takes longer.
    pub reason: String,
}

impl Act for Extend {
    type Of = Engagement;
    type Input = EngagementExtension;
    const SPEC: ActSpec = ActSpec {
        name: "extend",
        verb: Action::Approve,
        from: &["open"],
        summary: "Give its auditors more time, for a reason; also after its time is over",
    };

    async fn run(caller: &Caller, row: &mut engagement::Model, input: EngagementExtension) -> Outcome<()> {
        let mut faults = Faults::default();
        let later = input.expires_at > row.expires_at && input.expires_at > caller.now();
        faults.when(!later, "expiresAt", "comes after the present end, and after now");
        faults.when(is_blank(&input.reason), "reason", "says why it takes longer");
        faults.settle()?;
        row.expires_at = input.expires_at;
        row.extensions += 1;
        row.extension_reason = Some(input.reason);
        Ok(())
    }
}

/// Open → closed.
pub struct Close;

impl Act for Close {
    type Of = Engagement;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "close",
        verb: Action::Close,
        from: &["draft", "open"],
        summary: "Its auditors see nothing any more; it is not opened again",
    };

    async fn run(caller: &Caller, row: &mut engagement::Model, input: Because) -> Outcome<()> {
        row.close_reason = Some(input.given()?);
        row.closed_by = Some(caller.id());
        row.closed_at = Some(caller.now());
        row.state = EngagementState::Closed;
        Ok(())
    }
}
