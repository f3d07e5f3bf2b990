//! The phases of the response: contained, eradicated, recovered, each with its moment (I-69).

use super::{Incident, acts::record};
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Error, Outcome};
use isms_entity::Time;
use isms_entity::operation::incident::{self, IncidentState, TimelineKind};
use serde::Deserialize;
use utoipa::ToSchema;

/// When a phase was reached, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Moment {
    /// When; now unless given.
    pub at: Option<Time>,
    /// How, or why it was not needed.
    pub note: Option<String>,
}

/// The moment of a phase, after the one before and not ahead.
fn moment(caller: &Caller, row: &incident::Model, input: &Moment) -> Outcome<Time> {
    let at = input.at.unwrap_or_else(|| caller.now());
    let before = [row.detected_at, row.contained_at, row.eradicated_at].into_iter().flatten().max();
    if at > caller.now() {
        return Err(Error::field("/at", "lies in the future"));
    }
    if before.is_some_and(|before| at < before) {
        return Err(Error::field("/at", "is before the phase before it (I-69)"));
    }
    Ok(at)
}

macro_rules! phase {
    ($(#[$doc:meta])* $name:ident, $act:literal, [$($from:literal),*], $state:ident, $stamp:ident, $kind:ident, $what:literal) => {
        $(#[$doc])*
        pub struct $name;

        impl Act for $name {
            type Of = Incident;
            type Input = Moment;
            const SPEC: ActSpec =
                ActSpec { name: $act, verb: Action::Update, from: &[$($from),*], summary: $what };

            async fn run(caller: &Caller, row: &mut incident::Model, input: Moment) -> Outcome<()> {
                let at = moment(caller, row, &input)?;
                row.$stamp = Some(at);
                row.state = IncidentState::$state;
                record(caller, row, at, TimelineKind::$kind, input.note.unwrap_or_else(|| $what.to_owned()));
                Ok(())
            }
        }
    };
}

phase! {
    /// Declared → contained.
    Contain, "contain", ["declared"], Contained, contained_at, Containment, "It does not spread any more"
}
phase! {
    /// Contained → eradicated.
    Eradicate, "eradicate", ["contained"], Eradicated, eradicated_at, Eradication, "Its cause is gone"
}
phase! {
    /// → recovered.
    Recover, "recover", ["contained", "eradicated"], Recovered, recovered_at, Recovery, "All works again"
}
