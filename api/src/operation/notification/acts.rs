//! Giving a notice, or deciding that none is needed (I-68).

use super::Notification;
use crate::authz::Action;
use crate::caller::Caller;
use crate::operation::incident::follow;
use crate::resource::{Act, ActSpec, Because, Faults, Outcome};
use isms_entity::Time;
use isms_entity::operation::notification::{self, NotificationState};
use serde::Deserialize;
use utoipa::ToSchema;

/// Pending → sent.
pub struct Send;

/// How it was given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sent {
    /// When; now unless given.
    pub sent_at: Option<Time>,
    /// What proves it.
    pub receipt: String,
    /// Why it was late, when it was.
    pub reason: Option<String>,
}

impl Act for Send {
    type Of = Notification;
    type Input = Sent;
    const SPEC: ActSpec = ActSpec {
        name: "send",
        verb: Action::Update,
        from: &["pending"],
        summary: "It was given; the clock of the next stage begins",
    };

    async fn run(caller: &Caller, row: &mut notification::Model, input: Sent) -> Outcome<()> {
        let at = input.sent_at.unwrap_or_else(|| caller.now());
        let mut faults = Faults::default();
        faults.told("receipt", Some(&input.receipt), "what proves it");
        faults.when(at > caller.now(), "sentAt", "lies in the future");
        if row.due_at.is_some_and(|due| at > due) {
            faults.told("reason", input.reason.as_ref(), "a late notice says why");
        }
        faults.settle()?;
        row.sent_at = Some(at);
        row.receipt = Some(input.receipt);
        row.reason = input.reason;
        row.decided_by = Some(caller.id());
        row.state = NotificationState::Sent;
        follow(caller, row, at).await
    }
}

/// Pending → not required.
pub struct Waive;

impl Act for Waive {
    type Of = Notification;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "not-required",
        verb: Action::Accept,
        from: &["pending"],
        summary: "Decide that it need not be given, with a reason (I-68)",
    };

    async fn run(caller: &Caller, row: &mut notification::Model, input: Because) -> Outcome<()> {
        row.reason = Some(input.given()?);
        row.decided_by = Some(caller.id());
        row.state = NotificationState::NotRequired;
        Ok(())
    }
}
