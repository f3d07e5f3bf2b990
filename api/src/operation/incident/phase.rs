//! The phases of the response: contained, eradicated, recovered, each with its moment or why it was not needed (I-69).

use super::{Incident, acts::record};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Faults, Outcome};
use isms_authz::Action;
use isms_entity::Time;
use isms_entity::operation::incident::{self, IncidentState, TimelineKind};
use serde::Deserialize;
use utoipa::ToSchema;

/// When a phase was reached, and how; or why it was not needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Moment {
    /// When; now unless given.
    pub at: Option<Time>,
    /// How, or why it was not needed.
    pub note: Option<String>,
    /// Whether there was nothing to do in this phase.
    #[serde(default)]
    pub not_needed: bool,
}

/// Writes a phase into the timeline and gives its moment, none when it was not needed. It is neither ahead nor before
/// the phase before.
fn reach(
    caller: &Caller,
    row: &mut incident::Model,
    input: Moment,
    kind: TimelineKind,
    done: &str,
) -> Outcome<Option<Time>> {
    let at = input.at.unwrap_or_else(|| caller.now());
    let before = [row.detected_at, row.contained_at, row.eradicated_at].into_iter().flatten().max();
    let mut faults = Faults::default();
    faults.when(at > caller.now(), "at", "lies in the future");
    faults.when(before.is_some_and(|before| at < before), "at", "is before the phase before it (I-69)");
    if input.not_needed {
        faults.told("note", input.note.as_ref(), "says why it was not needed");
    }
    faults.settle()?;
    let kind = if input.not_needed { TimelineKind::Decision } else { kind };
    record(caller, row, at, kind, input.note.unwrap_or_else(|| done.to_owned()));
    Ok((!input.not_needed).then_some(at))
}

macro_rules! phase {
    ($(#[$doc:meta])* $name:ident, $act:literal, $from:literal, $state:ident, $stamp:ident, $kind:ident, $what:literal) => {
        $(#[$doc])*
        pub struct $name;

        impl Act for $name {
            type Of = Incident;
            type Input = Moment;
            const SPEC: ActSpec =
                ActSpec { name: $act, verb: Action::Update, from: &[$from], summary: $what };

            async fn run(caller: &Caller, row: &mut incident::Model, input: Moment) -> Outcome<()> {
                row.$stamp = reach(caller, row, input, TimelineKind::$kind, $what)?;
                row.state = IncidentState::$state;
                Ok(())
            }
        }
    };
}

phase! {
    /// Declared → contained.
    Contain, "contain", "declared", Contained, contained_at, Containment, "It does not spread any more"
}
phase! {
    /// Contained → eradicated.
    Eradicate, "eradicate", "contained", Eradicated, eradicated_at, Eradication, "Its cause is gone"
}
phase! {
    /// Eradicated → recovered.
    Recover, "recover", "eradicated", Recovered, recovered_at, Recovery, "All works again"
}
