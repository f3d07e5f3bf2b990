//! Deciding on an event, keeping its timeline, learning from it, closing it.

use super::{Incident, clock};
use crate::authz::Action;
use crate::caller::Caller;
use crate::planning::action::Action as Task;
use crate::resource::{Act, ActSpec, Because, Error, Faults, Nothing, Outcome, is_told};
use crate::store::{Query, Test};
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
    /// Whether personal data are concerned, if that is known by now.
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
        row.personal_data = input.personal_data.unwrap_or(row.personal_data);
        if !input.incident {
            row.state = IncidentState::NoIncident;
            return Ok(());
        }
        row.state = IncidentState::Declared;
        row.severity = input.severity;
        row.affects = input.affects;
        row.manager_id = Some(input.manager_id.unwrap_or_else(|| caller.id()));
        for member in input.team_ids.0.into_iter().chain(row.manager_id).chain([caller.id()]) {
            if !row.team_ids.0.contains(&member) {
                row.team_ids.0.push(member);
            }
        }
        row.aware_at = Some(input.aware_at.unwrap_or_else(|| caller.now()));
        row.declared_at = Some(caller.now());
        clock::start(caller, row).await
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
        from: &[],
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

/// → closed.
pub struct Close;

impl Act for Close {
    type Of = Incident;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "close",
        verb: Action::Close,
        from: &["recovered", "reviewed"],
        summary: "It is over; a severe one has its lessons and something that follows from them (I-70)",
    };

    async fn run(caller: &Caller, row: &mut incident::Model, _input: Nothing) -> Outcome<()> {
        if row.severity.is_some_and(|severity| severity <= 2) {
            if !is_told(row.lessons.as_ref()) {
                return Err(Error::Conflict("a severe incident is closed with its lessons (I-70)".into()));
            }
            let linked = !row.risk_ids.0.is_empty() || !row.control_ids.0.is_empty();
            let acted = Query::of([Test::is("incident_id", row.id)]);
            if !linked && caller.for_rules::<Task>(&acted).await?.is_empty() {
                let why = "a severe incident leads to an action, a risk or a control before it is closed (I-70)";
                return Err(Error::Conflict(why.into()));
            }
        }
        row.state = IncidentState::Closed;
        row.closed_at = Some(caller.now());
        Ok(())
    }
}

/// → contained.
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

    async fn run(_caller: &Caller, row: &mut incident::Model, input: Because) -> Outcome<()> {
        row.decision = Some(input.given()?);
        row.closed_at = None;
        row.state = if row.declared_at.is_some() { IncidentState::Contained } else { IncidentState::Reported };
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
        from: &["declared", "contained", "eradicated", "recovered", "reviewed"],
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
