//! Each control that applies as a row of readiness: implemented, and shown by its latest test to work.

use super::rule::{latest_test, proven};
use super::{State, Who};
use crate::caller::Caller;
use crate::resource::Outcome;
use crate::store::Probe;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// More controls than this are not shown.
const MOST: u64 = 2_000;

/// What tells how a control stands; a control is in the first group that it belongs to.
const GROUPS: [(State, &str, &str); 4] = [
    (
        State::Met,
        concat!("{self}.\"applicability\" = 'applicable' AND {self}.\"status\" = 'implemented' AND ", proven!()),
        "",
    ),
    (
        State::Stale,
        concat!(
            "{self}.\"applicability\" = 'applicable' AND {self}.\"status\" = 'implemented' AND ",
            latest_test!("t.result = 'effective'")
        ),
        "Test it again: its last proof has run out",
    ),
    (
        State::Partly,
        "{self}.\"applicability\" = 'applicable' AND {self}.\"status\" IN ('implemented', 'partial', 'planned')",
        "Finish it, and show by a test that it works",
    ),
    (
        State::Missing,
        "{self}.\"applicability\" = 'applicable' AND {self}.\"status\" NOT IN ('implemented', 'partial', 'planned')",
        "Implement it",
    ),
];

/// One control.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadinessControl)]
pub struct Row {
    /// The control.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// How it stands.
    pub state: State,
    /// The accountable person.
    pub owner_id: Option<Uuid>,
    /// What to do next; none when it is met.
    pub next: Option<&'static str>,
    /// Who does it.
    pub who: Who,
}

/// The controls that apply, in one statement; for a unit those above it, too, in two.
///
/// # Errors
/// When the database does not answer.
pub async fn rows(caller: &Caller, unit: Option<Uuid>) -> Outcome<Vec<Row>> {
    let probes = GROUPS.map(|(_, is, _)| Probe::list("Control", is));
    let answers = match unit {
        Some(unit) => caller.probe_around(&probes, unit, MOST).await?,
        None => caller.probe(&probes, None, MOST).await?,
    };
    let mut seen: HashMap<Uuid, Row> = HashMap::new();
    for ((state, _, next), answer) in GROUPS.iter().zip(answers) {
        for found in answer.first {
            seen.entry(found.id).or_insert_with(|| Row {
                id: found.id,
                reference: found.reference,
                title: found.title,
                state: *state,
                owner_id: found.owner_id,
                next: Some(*next).filter(|next| !next.is_empty()),
                who: Who::Owner,
            });
        }
    }
    let mut rows: Vec<Row> = seen.into_values().collect();
    rows.sort_by(|a, b| a.reference.cmp(&b.reference));
    Ok(rows)
}
