//! The end of an incident, and when it is not the end (I-70).

use super::{Incident, acts::record};
use crate::caller::Caller;
use crate::planning::action::Action as Task;
use crate::resource::{Act, ActSpec, Because, Error, Outcome, is_told};
use crate::store::{Query, Test};
use isms_authz::Action;
use isms_entity::operation::incident::{self, IncidentState, TimelineKind};
use serde::Deserialize;
use utoipa::ToSchema;

/// → closed.
pub struct Close;

/// What follows, when nothing is linked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ending {
    /// Why nothing follows from a severe incident to which no action, risk or control is linked.
    pub nothing_follows: Option<String>,
}

impl Act for Close {
    type Of = Incident;
    type Input = Ending;
    const SPEC: ActSpec = ActSpec {
        name: "close",
        verb: Action::Close,
        from: &["recovered", "reviewed"],
        summary: "It is over; a severe one has its lessons and something that follows from them (I-70)",
    };

    async fn run(caller: &Caller, row: &mut incident::Model, input: Ending) -> Outcome<()> {
        if is_severe(row) {
            if !is_told(row.lessons.as_ref()) {
                return Err(Error::Conflict("a severe incident is closed with its lessons (I-70)".into()));
            }
            if !is_told(input.nothing_follows.as_ref()) && !leads_somewhere(caller, row).await? {
                let why = "a severe incident leads to an action, a risk or a control before it is closed, or it is \
                           said why nothing follows (I-70)";
                return Err(Error::Conflict(why.into()));
            }
        }
        row.nothing_follows = input.nothing_follows;
        row.state = IncidentState::Closed;
        row.closed_at = Some(caller.now());
        Ok(())
    }
}

/// Now or once of the two upper severities.
fn is_severe(row: &incident::Model) -> bool {
    row.worst_severity.is_some_and(|severity| severity <= 2)
}

async fn leads_somewhere(caller: &Caller, row: &incident::Model) -> Outcome<bool> {
    let linked = !row.risk_ids.0.is_empty() || !row.control_ids.0.is_empty();
    Ok(linked || !caller.for_rules::<Task>(&Query::of([Test::is("incident_id", row.id)])).await?.is_empty())
}

/// → contained, or reported when it was none.
pub struct Reopen;

impl Act for Reopen {
    type Of = Incident;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "reopen",
        verb: Action::Approve,
        from: &["closed", "reviewed", "recovered", "noIncident"],
        summary: "It goes on, or was one after all",
    };

    async fn run(caller: &Caller, row: &mut incident::Model, input: Because) -> Outcome<()> {
        let reason = input.given()?;
        record(caller, row, caller.now(), TimelineKind::Decision, format!("Opened again: {reason}"));
        row.decision = Some(reason);
        (row.eradicated_at, row.recovered_at, row.closed_at) = (None, None, None);
        row.nothing_follows = None;
        row.state = if row.declared_at.is_some() { IncidentState::Contained } else { IncidentState::Reported };
        Ok(())
    }
}
