//! Risks with what is done about them and until when, and the acceptances as their log.

use super::Scope;
use super::form::{called, day, each, given, prop, prose, uuid};
use crate::planning::risk::{Handling, Risk};
use crate::resource::word;
use crate::store::Found;
use isms_entity::planning::acceptance::{self, AcceptanceState};
use isms_entity::planning::action::{self, ActionState};
use isms_entity::planning::risk::{self, RiskState, Treatment};
use isms_entity::planning::treatment_plan::{self, PlanState};
use serde_json::{Value, json};
use uuid::Uuid;

/// What belongs to a risk.
#[derive(Default)]
pub struct Treated<'a> {
    /// Plans that hold it.
    pub plans: Vec<&'a treatment_plan::Model>,
    /// Actions that treat it.
    pub actions: Vec<&'a action::Model>,
    /// Acceptances of it.
    pub acceptances: Vec<&'a acceptance::Model>,
}

/// What others know a risk by.
pub fn known_as(id: Uuid) -> Uuid {
    uuid("risk", id)
}

/// One risk.
pub fn told(scope: &Scope<'_>, found: &Found<Risk>, treated: &Treated<'_>) -> Value {
    let row = found.shown();
    let handling = Some(found.computed.handling).filter(|_| !found.withholds("handling"));
    let title = called(&row.title, &row.reference);
    let statement = prose([row.cause.as_deref(), row.event.as_deref(), row.consequence.as_deref()]);
    let log: Vec<Value> = treated.acceptances.iter().map(|row| logged(row)).collect();
    json!({
        "uuid": known_as(row.id),
        "title": title,
        "description": prose([Some(title.as_str()), row.rationale.as_deref()]),
        "statement": statement.unwrap_or_else(|| title.clone()),
        "props": props(scope, row, handling),
        "status": status(row, handling, &treated.acceptances),
        "deadline": deadline(row, treated),
        "remediations": [row.treatment.map(|treatment| response(row, treatment, handling, treated))],
        "risk-log": if log.is_empty() { Value::Null } else { json!({"entries": log}) },
    })
}

/// What OSCAL has no word of its own for. Whether a risk is accepted is not told to who may not see by what.
fn props(scope: &Scope<'_>, row: &risk::Model, handling: Option<Handling>) -> Vec<Value> {
    let mut props = vec![
        prop("reference", &row.reference),
        prop("kind", word(&row.kind)),
        given("category", row.category.as_deref()),
        prop("state", word(&row.state)),
        given("treatment", row.treatment.as_ref().map(word)),
        given("inherent-level", row.inherent_level),
        given("current-level", row.current_level),
        given("residual-level", row.residual_level),
        prop("above-criterion", row.above_criterion),
        given("review-on", row.review_on),
        given("handling", Some(handling.map_or_else(|| "withheld".to_owned(), |handling| word(&handling)))),
    ];
    props.extend(each("affects", &row.affects.0));
    props.extend(each("control", scope.controls.ids(&row.control_ids.0)));
    props.extend(each("planned-control", scope.controls.ids(&row.planned_control_ids.0)));
    props
}

/// Where it stands in OSCAL's words. What is kept is a deviation there: approved while an acceptance holds.
fn status(row: &risk::Model, handling: Option<Handling>, acceptances: &[&acceptance::Model]) -> &'static str {
    let is_asked = acceptances.iter().any(|acceptance| acceptance.state == AcceptanceState::Requested);
    match row.state {
        RiskState::Closed => "closed",
        _ if handling == Some(Handling::Accepted) => "deviation-approved",
        _ if is_asked => "deviation-requested",
        RiskState::Identified => "open",
        RiskState::Analysed | RiskState::Evaluated => "investigating",
        RiskState::TreatmentDecided if row.treatment == Some(Treatment::Retain) => "open",
        RiskState::TreatmentDecided | RiskState::InTreatment => "remediating",
        // Treated, rated afresh, and within the criterion: nothing is left to do but to watch it.
        RiskState::Monitored if !row.above_criterion => "closed",
        RiskState::Monitored => "open",
    }
}

/// By when it is treated: the last day of what is under way.
fn deadline(row: &risk::Model, treated: &Treated<'_>) -> Option<String> {
    match row.treatment? {
        Treatment::Retain => None,
        Treatment::Avoid => row.treatment_ends_on.and_then(day),
        Treatment::Modify | Treatment::Share => {
            let plans = treated.plans.iter().filter(|plan| plan.state != PlanState::Superseded);
            let actions = treated.actions.iter().filter(|action| action.state != ActionState::Cancelled);
            plans.filter_map(|plan| plan.due_on).chain(actions.map(|action| action.due_on)).max().and_then(day)
        }
    }
}

fn response(row: &risk::Model, treatment: Treatment, handling: Option<Handling>, treated: &Treated<'_>) -> Value {
    let kind = match treatment {
        Treatment::Modify => "mitigate",
        Treatment::Retain => "accept",
        Treatment::Avoid => "avoid",
        Treatment::Share => "share",
    };
    let lifecycle = match row.state {
        RiskState::Identified | RiskState::Analysed | RiskState::Evaluated => "recommendation",
        RiskState::TreatmentDecided | RiskState::InTreatment => "planned",
        // Watched, and yet above the criterion with nobody who accepts that: something is left to do.
        RiskState::Monitored if row.above_criterion && handling != Some(Handling::Accepted) => "planned",
        RiskState::Monitored | RiskState::Closed => "completed",
    };
    let summaries = treated.plans.iter().map(|plan| plan.summary.as_deref());
    let description = prose([row.treatment_detail.as_deref()].into_iter().chain(summaries));
    json!({
        "uuid": uuid("response", row.id),
        "lifecycle": lifecycle,
        "title": format!("Treatment of {}", row.reference),
        "description": description.unwrap_or_else(|| word(&treatment)),
        "props": [{"name": "type", "value": kind}],
        "tasks": treated.actions.iter().map(|action| task(row, action)).collect::<Vec<_>>(),
    })
}

/// An action as a milestone of this risk; one that treats several is one of each.
fn task(risk: &risk::Model, row: &action::Model) -> Value {
    json!({
        "uuid": uuid(&format!("task/{}", risk.id), row.id),
        "type": "milestone",
        "title": called(&row.title, &row.reference),
        "description": prose([row.description.as_deref()]),
        "timing": day(row.due_on).map(|day| json!({"on-date": {"date": day}})),
        "props": [prop("reference", &row.reference), prop("state", word(&row.state)), prop("progress", row.progress)],
    })
}

/// An acceptance as an entry of the log.
fn logged(row: &acceptance::Model) -> Value {
    let change = match row.state {
        AcceptanceState::Requested => Some("deviation-requested"),
        AcceptanceState::Accepted => Some("deviation-approved"),
        AcceptanceState::Rejected | AcceptanceState::Revoked => Some("open"),
        AcceptanceState::Superseded => None,
    };
    json!({
        "uuid": uuid("acceptance", row.id),
        "title": format!("Acceptance {}", row.reference),
        "description": prose([Some(row.justification.as_str()), row.conditions.as_deref(), row.decision_reason.as_deref()]),
        "start": row.decided_at.unwrap_or(row.created_at),
        "end": day(row.expires_on),
        "status-change": change,
        "props": [prop("state", word(&row.state)), prop("level", row.level)],
    })
}
