//! Giving a notice, or deciding that none is needed (I-68).

use super::Notification;
use crate::caller::Caller;
use crate::operation::incident::{Incident, follow};
use crate::resource::{Act, ActSpec, Because, Error, Faults, Outcome};
use crate::store::{Query, Test};
use isms_authz::Action;
use isms_entity::Time;
use isms_entity::operation::incident;
use isms_entity::operation::notification::{self, NotificationState};
use serde::Deserialize;
use utoipa::ToSchema;

/// Pending → sent.
pub struct Send;

/// How it was given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sent {
    /// When, not before the organisation became aware; now unless given.
    pub sent_at: Option<Time>,
    /// What proves it.
    pub receipt: String,
    /// Why it was late, or is told only now, when its clock has run out.
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
        let (now, incident) = (caller.now(), about(caller, row).await?);
        let at = input.sent_at.unwrap_or(now);
        let mut faults = Faults::default();
        faults.told("receipt", Some(&input.receipt), "what proves it");
        faults.when(at > now, "sentAt", "lies in the future");
        let before = input.sent_at.is_some() && incident.aware_at.is_some_and(|aware| at < aware);
        faults.when(before, "sentAt", "is before the organisation became aware");
        if row.due_at.is_some_and(|due| now > due) {
            faults.told("reason", input.reason.as_ref(), "a notice that is late, or told late, says why");
        }
        faults.settle()?;
        row.sent_at = Some(at);
        row.receipt = Some(input.receipt);
        row.reason = input.reason;
        row.decided_by = Some(caller.id());
        row.decided_at = Some(now);
        row.state = NotificationState::Sent;
        follow(caller, row, &incident, at).await
    }
}

/// The incident that a notice is about.
async fn about(caller: &Caller, row: &notification::Model) -> Outcome<incident::Model> {
    let found = caller.for_rules::<Incident>(&Query::of([Test::is("id", row.incident_id)]).with_retired()).await?;
    found.into_iter().next().ok_or_else(|| Error::Internal(format!("{} is about no incident", row.reference)))
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
        row.decided_at = Some(caller.now());
        row.state = NotificationState::NotRequired;
        Ok(())
    }
}
