//! Deciding on an event, keeping its timeline, learning from it.

use super::{Incident, lead, personal};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Faults, Outcome};
use isms_authz::Action;
use isms_entity::operation::incident::{self, IncidentState, PersonalDataConcern, TimelineEntry, TimelineKind};
use isms_entity::{Time, Words};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Reported → declared, or no incident (A.5.25).
pub struct Assess;

/// The decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Triage {
    /// Whether it is an incident.
    pub incident: bool,
    /// Why.
    pub reason: String,
    /// 1 worst to 4 least.
    pub severity: Option<i32>,
    /// Which of `confidentiality`, `integrity`, `availability` it harms.
    #[serde(default)]
    pub affects: Words,
    /// Whether personal data are concerned, if that is known by now; what the report denies is unknown until then.
    pub personal_data: Option<PersonalDataConcern>,
    /// Who leads the response; whoever decides unless given.
    pub manager_id: Option<Uuid>,
    /// Who works on it.
    #[serde(default)]
    pub team_ids: isms_entity::Ids,
    /// When the organisation became aware; now unless given.
    pub aware_at: Option<Time>,
}

impl Act for Assess {
    type Of = Incident;
    type Input = Triage;
    const SPEC: ActSpec = ActSpec {
        name: "assess",
        verb: Action::Approve,
        from: &["reported"],
        summary: "Decide whether it is an incident; its clocks begin by themselves",
    };

    async fn run(caller: &Caller, row: &mut incident::Model, input: Triage) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("reason", Some(&input.reason), "says why");
        faults.words("affects", &input.affects, crate::planning::PROPERTIES);
        if input.incident {
            faults.range("severity", input.severity.unwrap_or_default(), 1..=4);
            let late = input.aware_at.is_some_and(|at| at > caller.now());
            faults.when(late, "awareAt", "lies in the future");
        }
        faults.settle()?;
        row.decision = Some(input.reason);
        row.personal_data = personal::decided(row.personal_data, input.personal_data);
        if !input.incident {
            row.state = IncidentState::NoIncident;
            return Ok(());
        }
        row.state = IncidentState::Declared;
        lead::rate(caller, row, input.severity);
        row.affects = input.affects;
        let manager = input.manager_id.unwrap_or_else(|| caller.id());
        lead::staff(row, manager, input.team_ids.0.into_iter().chain([caller.id()]));
        row.aware_at = Some(input.aware_at.unwrap_or_else(|| caller.now()));
        row.declared_at = Some(caller.now());
        Ok(())
    }
}

/// A line in the timeline.
pub struct Note;

/// What happened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimelineNote {
    /// When it happened, as far as is known; now unless given.
    pub at: Option<Time>,
    /// What it is about.
    pub kind: TimelineKind,
    /// What happened.
    pub text: String,
}

impl Act for Note {
    type Of = Incident;
    type Input = TimelineNote;
    const SPEC: ActSpec = ActSpec {
        name: "note",
        verb: Action::Update,
        from: &["reported", "declared", "contained", "eradicated", "recovered", "reviewed"],
        summary: "Write down what happened; when that was written is kept, too",
    };

    async fn run(caller: &Caller, row: &mut incident::Model, input: TimelineNote) -> Outcome<()> {
        let at = input.at.unwrap_or_else(|| caller.now());
        let mut faults = Faults::default();
        faults.told("text", Some(&input.text), "says what happened");
        faults.when(at > caller.now(), "at", "lies in the future");
        faults.settle()?;
        record(caller, row, at, input.kind, input.text);
        Ok(())
    }
}

/// Adds a line to the timeline.
pub(super) fn record(caller: &Caller, row: &mut incident::Model, at: Time, kind: TimelineKind, text: String) {
    row.timeline.0.push(TimelineEntry { at, recorded_at: caller.now(), by: caller.id(), kind, text });
}

/// Recovered → reviewed (A.5.27).
pub struct Review;

/// What was learned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lessons {
    /// What brought it about.
    pub root_cause: String,
    /// What was learned.
    pub lessons: String,
}

impl Act for Review {
    type Of = Incident;
    type Input = Lessons;
    const SPEC: ActSpec =
        ActSpec { name: "review", verb: Action::Update, from: &["recovered"], summary: "Say what was learned" };

    async fn run(_caller: &Caller, row: &mut incident::Model, input: Lessons) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("rootCause", Some(&input.root_cause), "what brought it about");
        faults.told("lessons", Some(&input.lessons), "what was learned");
        faults.settle()?;
        row.root_cause = Some(input.root_cause);
        row.lessons = Some(input.lessons);
        row.state = IncidentState::Reviewed;
        Ok(())
    }
}
