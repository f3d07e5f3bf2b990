//! The one builder of statement entries, for screen, version and export.

use crate::caller::Caller;
use crate::planning::action::Action;
use crate::planning::control::Control;
use crate::planning::risk::Risk;
use crate::resource::{FieldError, Outcome};
use crate::store::{Query, Sort, Test};
use crate::support::evidence::Evidence;
use isms_entity::planning::control::{self, Applicability, ControlOrigin, ControlStatus};
use isms_entity::planning::statement::StatementEntry;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;
use uuid::Uuid;

/// The statement as the data has it now.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StatementDraft)]
pub struct Draft {
    /// One entry for each control, Annex A first and in its order.
    pub entries: Vec<StatementEntry>,
    /// What keeps it from being approved.
    pub gaps: Vec<FieldError>,
}

/// What the guided start says of a control that nobody has decided on: no justification, but the place for one.
pub const TO_BE_JUSTIFIED: &str =
    "Good practice for an organisation of this kind; to be confirmed by the risk assessment";

/// Draws the statement from controls, risks, evidence and actions: four statements, however many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn build(caller: &Caller) -> Outcome<Draft> {
    let order = vec![Sort { column: "ordinal", descending: false }, Sort { column: "code", descending: false }];
    let controls = caller.all::<Control>(&Query { sort: order, ..Query::default() }).await?;
    let mut risks: HashMap<Uuid, Vec<String>> = HashMap::new();
    for found in caller.all::<Risk>(&Query::default()).await? {
        let (operating, chosen) = (&found.shown().control_ids.0, &found.shown().planned_control_ids.0);
        for control in operating.iter().chain(chosen.iter().filter(|id| !operating.contains(id))) {
            risks.entry(*control).or_default().push(found.row.reference.clone());
        }
    }
    let mut evidence: HashMap<Uuid, Vec<String>> = HashMap::new();
    // A version is for all who may read the register: what is for few is not named in it.
    let valid = Query::of([
        Test::Computed("valid", vec![true.into()]),
        Test::is("confidential", false),
        Test::NoneOf("classification", vec!["restricted".into()]),
    ]);
    for found in caller.all::<Evidence>(&valid).await? {
        for control in &found.shown().control_ids.0 {
            evidence.entry(*control).or_default().push(found.row.reference.clone());
        }
    }
    let open = ["open", "inProgress", "blocked"].map(Into::into).to_vec();
    let mut pursued: HashSet<Uuid> = HashSet::new();
    for found in caller.all::<Action>(&Query::of([Test::OneOf("state", open)])).await? {
        pursued.extend(&found.shown().control_ids.0);
    }
    let taken = |of: &mut HashMap<Uuid, Vec<String>>, control: Uuid| of.remove(&control).unwrap_or_default();
    let entries: Vec<StatementEntry> = controls
        .iter()
        .map(|found| entry(found.shown(), taken(&mut risks, found.row.id), taken(&mut evidence, found.row.id)))
        .collect();
    let mut gaps = Vec::new();
    for (entry, found) in entries.iter().zip(&controls) {
        let is_to_come = entry.target_on.is_some() && pursued.contains(&entry.control_id);
        gaps.extend(faults(entry, found.computed.evidenced || found.withholds("evidenced") || is_to_come));
    }
    let annex_a = entries.iter().filter(|entry| entry.origin == ControlOrigin::AnnexA).count();
    if annex_a != 93 {
        let detail = format!("{annex_a} of the 93 controls of Annex A are there; seed the catalogue (I-42)");
        gaps.insert(0, FieldError::new("/entries", detail));
    }
    Ok(Draft { entries, gaps })
}

fn entry(row: &control::Model, mut risks: Vec<String>, mut evidence: Vec<String>) -> StatementEntry {
    risks.sort_unstable();
    evidence.sort_unstable();
    StatementEntry {
        control_id: row.id,
        code: row.code.clone(),
        title: row.title.clone(),
        theme: row.theme,
        origin: row.origin,
        applicability: row.applicability,
        reasons: row.reasons.0.clone(),
        justification: row.justification.clone().unwrap_or_default(),
        status: row.status,
        description: row.description.clone().unwrap_or_default(),
        owner_id: row.owner_id,
        risks,
        evidence,
        target_on: row.target_on,
    }
}

/// What is missing in an entry (I-42 to I-44); that it works is shown by evidence, or will be by an action.
fn faults(entry: &StatementEntry, is_shown: bool) -> Vec<FieldError> {
    let gap = |detail: &str| FieldError::new(format!("/entries/{}", entry.code), detail);
    let mut gaps = Vec::new();
    match entry.applicability {
        Applicability::Undecided => gaps.push(gap("nobody has decided whether it applies")),
        Applicability::Applicable if entry.reasons.is_empty() => gaps.push(gap("applies, but no reason is given")),
        _ if entry.justification.trim().is_empty() => gaps.push(gap("has no justification")),
        _ if entry.justification == TO_BE_JUSTIFIED => {
            gaps.push(gap("has the words of the guided start for its justification: say why it applies here"));
        }
        _ => {}
    }
    if entry.applicability == Applicability::Excluded && !entry.risks.is_empty() {
        gaps.push(gap(&format!("is excluded, but {} rests on it", entry.risks.join(", "))));
    }
    let unfinished =
        matches!(entry.status, ControlStatus::Planned | ControlStatus::Partial | ControlStatus::NotStarted);
    if entry.applicability == Applicability::Applicable && unfinished && entry.target_on.is_none() {
        gaps.push(gap("applies and is not implemented, but has no target date"));
    }
    if entry.applicability == Applicability::Applicable && entry.status == ControlStatus::Implemented && !is_shown {
        gaps.push(gap(
            "is called implemented, but no accepted evidence shows it: have some accepted, or set a target date and an \
             action that will (I-44)",
        ));
    }
    gaps
}
