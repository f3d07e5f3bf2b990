//! What is decided while an incident lasts: how bad it is, who works on it, when it became known.

use super::{Incident, acts::record, clock};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Faults, Outcome};
use isms_authz::Action;
use isms_entity::operation::incident::{self, TimelineKind};
use isms_entity::{Ids, Time};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The states in which somebody works on it.
pub(super) const OPEN: &[&str] = &["declared", "contained", "eradicated", "recovered", "reviewed"];

/// Puts somebody in charge, and these people to work with them, each once.
pub(super) fn staff(row: &mut incident::Model, manager: Uuid, team: impl IntoIterator<Item = Uuid>) {
    row.manager_id = Some(manager);
    row.leader_ids.add(manager);
    row.team_ids = Ids::default();
    for member in team.into_iter().chain([manager]) {
        row.team_ids.add(member);
    }
}

/// How bad it is from now on; how bad it once was is kept.
pub(super) fn rate(caller: &Caller, row: &mut incident::Model, severity: Option<i32>) {
    row.severity = severity;
    if row.worst_severity.is_none_or(|worst| severity.is_some_and(|severity| severity < worst)) {
        row.worst_severity = severity;
        row.rated_at = Some(caller.now());
    }
}

/// Another severity.
pub struct Rate;

/// How bad it is, and why that is known only now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSeverity {
    /// 1 worst to 4 least.
    pub severity: i32,
    /// Why.
    pub reason: String,
}

impl Act for Rate {
    type Of = Incident;
    type Input = NewSeverity;
    const SPEC: ActSpec = ActSpec {
        name: "rate",
        verb: Action::Approve,
        from: OPEN,
        summary: "It is worse, or less bad, than was thought; clocks that this starts begin by themselves",
    };

    async fn run(caller: &Caller, row: &mut incident::Model, input: NewSeverity) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("severity", input.severity, 1..=4);
        faults.told("reason", Some(&input.reason), "says why");
        faults.settle()?;
        rate(caller, row, Some(input.severity));
        let text = format!("Severity {}: {}", input.severity, input.reason);
        record(caller, row, caller.now(), TimelineKind::Decision, text);
        Ok(())
    }
}

/// Other people.
pub struct Assign;

/// Who works on it from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Staffing {
    /// Who leads the response.
    pub manager_id: Uuid,
    /// Who works on it beside them.
    pub team_ids: Ids,
}

impl Act for Assign {
    type Of = Incident;
    type Input = Staffing;
    const SPEC: ActSpec = ActSpec {
        name: "assign",
        verb: Action::Approve,
        from: OPEN,
        summary: "Others work on it; of a confidential one, who leaves the team knows no more",
    };

    async fn run(_caller: &Caller, row: &mut incident::Model, input: Staffing) -> Outcome<()> {
        staff(row, input.manager_id, input.team_ids.0);
        Ok(())
    }
}

/// Another moment of awareness.
pub struct Correct;

/// The moment, and why it was another.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Awareness {
    /// When the organisation became aware.
    pub aware_at: Time,
    /// Why that is so.
    pub reason: String,
}

impl Act for Correct {
    type Of = Incident;
    type Input = Awareness;
    const SPEC: ActSpec = ActSpec {
        name: "correct-awareness",
        verb: Action::Accept,
        from: OPEN,
        summary: "Whoever answers for data protection corrects when the organisation became aware",
    };

    async fn run(caller: &Caller, row: &mut incident::Model, input: Awareness) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("reason", Some(&input.reason), "says why");
        faults.when(input.aware_at > caller.now(), "awareAt", "lies in the future");
        faults.settle()?;
        row.aware_at = Some(input.aware_at);
        record(caller, row, input.aware_at, TimelineKind::Decision, format!("Aware: {}", input.reason));
        clock::restart(caller, row).await
    }
}
