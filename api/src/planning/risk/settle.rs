//! The rules of a risk's content: ratings on their scale, levels computed, predictions kept apart (I-25, I-29 to I-34).

use super::Risk;
use crate::caller::Caller;
use crate::leadership::role_assignment::RoleAssignment;
use crate::planning::PROPERTIES;
use crate::planning::control::Control;
use crate::planning::methodology::{Methodology, in_force, level};
use crate::resource::{Error, Faults, Outcome, digest};
use crate::store::{Query, Test};
use chrono::Months;
use isms_entity::planning::methodology;
use isms_entity::planning::risk::{self, RiskState, Treatment};
use std::collections::HashSet;
use uuid::Uuid;

/// Checks what was written and computes what follows from it.
pub(super) async fn settle(caller: &Caller, old: Option<&risk::Model>, row: &mut risk::Model) -> Outcome<()> {
    if old.is_none_or(|old| old.planned_control_ids != row.planned_control_ids)
        && !excluded(caller, [&*row]).await?.is_empty()
    {
        return Err(excluded_control());
    }
    let methodology = if is_rated(row) { Some(methodology_of(caller, row).await?) } else { None };
    settle_under(caller, old, row, methodology.as_ref())
}

/// The same for many new risks, all rated by the methodology in force.
pub(super) async fn settle_new(caller: &Caller, rows: &mut [risk::Model]) -> Outcome<Vec<Outcome<()>>> {
    let methodology = if rows.iter().any(is_rated) { in_force(caller).await? } else { None };
    let excluded = excluded(caller, rows.iter()).await?;
    Ok(rows
        .iter_mut()
        .map(|row| match (&methodology, is_rated(row)) {
            _ if row.planned_control_ids.0.iter().any(|id| excluded.contains(id)) => Err(excluded_control()),
            (None, true) => Err(no_methodology()),
            (methodology, _) => settle_under(caller, None, row, methodology.as_ref()),
        })
        .collect())
}

fn is_rated(row: &risk::Model) -> bool {
    [
        row.inherent_likelihood,
        row.inherent_impact,
        row.current_likelihood,
        row.current_impact,
        row.residual_likelihood,
        row.residual_impact,
    ]
    .iter()
    .any(Option::is_some)
}

fn settle_under(
    caller: &Caller,
    old: Option<&risk::Model>,
    row: &mut risk::Model,
    methodology: Option<&methodology::Model>,
) -> Outcome<()> {
    let mut faults = Faults::default();
    faults.words("affects", &row.affects, PROPERTIES);
    check_treatment(row, &mut faults);
    faults.settle()?;
    if let Some(methodology) = methodology.filter(|_| is_rated(row)) {
        rate(row, methodology)?;
        row.methodology_id = Some(methodology.id);
        let ratings = |r: &risk::Model| (r.current_likelihood, r.current_impact, r.methodology_id);
        if row.current_level.is_some() && old.is_none_or(|old| ratings(old) != ratings(row)) {
            assessed(caller, old, row, methodology);
        }
    } else {
        // What was rated once stays with that version: another one takes a fresh rating, which tells so (I-24).
        (row.inherent_level, row.current_level, row.residual_level) = (None, None, None);
        row.above_criterion = false;
        row.assessed_at = None;
    }
    row.content_hash = content_hash(row);
    Ok(())
}

/// What the owner has decided, only the owner decides again (6.1.3 f).
pub(super) fn keep_decision(old: Option<&risk::Model>, row: &risk::Model) -> Outcome<()> {
    let decided = |r: &risk::Model| {
        let predicted = (r.residual_likelihood, r.residual_impact);
        (r.treatment, r.treatment_detail.clone(), r.treatment_ends_on, r.planned_control_ids.clone(), predicted)
    };
    let Some(old) = old.filter(|old| decided(old) != decided(row)) else { return Ok(()) };
    match old.state {
        RiskState::Identified | RiskState::Analysed | RiskState::Evaluated => Ok(()),
        _ => Err(Error::field("/treatment", "its owner has decided on the treatment, and decides again by decide")),
    }
}

/// A risk's owner holds a role that answers for things at its unit or above it (I-33).
async fn has_authority(caller: &Caller, owner: Uuid, unit: Uuid) -> Outcome<bool> {
    let above = caller.access.units.above(unit).into_iter().map(Into::into).collect();
    let roles = ["owner", "manager", "management"].map(Into::into).to_vec();
    let held = Query::of([Test::is("user_id", owner), Test::OneOf("role", roles), Test::OneOf("unit_id", above)]);
    let today = caller.today();
    let held = caller.for_rules::<RoleAssignment>(&held).await?;
    Ok(held.iter().any(|role| {
        role.valid_from.is_none_or(|from| from <= today) && role.valid_until.is_none_or(|until| until >= today)
    }))
}

/// What was analysed stays so: somebody with authority answers for the risk as it is rated today (6.1.2 c 2, d).
///
/// # Errors
/// What is missing.
pub(super) async fn check_analysed(caller: &Caller, old: Option<&risk::Model>, row: &risk::Model) -> Outcome<()> {
    let mut faults = Faults::default();
    if row.owner_id.is_none() {
        faults.add("ownerId", "an analysed risk has an owner (6.1.2 c 2)");
    }
    if row.current_level.is_none() {
        faults.add("currentLikelihood", "an analysed risk is rated as it is today (6.1.2 d)");
    }
    if row.affects.0.is_empty() {
        faults.add("affects", "says which of confidentiality, integrity and availability is at stake");
    }
    let same = old.is_some_and(|old| (old.owner_id, old.unit_id) == (row.owner_id, row.unit_id));
    if let Some(owner) = row.owner_id.filter(|_| !same)
        && !has_authority(caller, owner, row.unit_id).await?
    {
        faults.add("ownerId", "has no authority over the unit of the risk (I-33)");
    }
    faults.settle()
}

/// Which of the controls that these treatments choose the organisation excludes (I-40).
async fn excluded<'r>(caller: &Caller, rows: impl IntoIterator<Item = &'r risk::Model>) -> Outcome<HashSet<Uuid>> {
    let chosen: HashSet<Uuid> = rows.into_iter().flat_map(|row| &row.planned_control_ids.0).copied().collect();
    if chosen.is_empty() {
        return Ok(HashSet::new());
    }
    let excluded = caller.for_rules::<Control>(&Query::of([Test::is("applicability", "excluded")])).await?;
    Ok(excluded.iter().map(|control| control.id).filter(|id| chosen.contains(id)).collect())
}

fn excluded_control() -> Error {
    Error::field("/plannedControlIds", "chooses a control that the organisation excludes (I-40)")
}

/// The version that the ratings are bound to (I-24): the one they were first made under, else the one in force.
async fn methodology_of(caller: &Caller, row: &risk::Model) -> Outcome<methodology::Model> {
    if let Some(id) = row.methodology_id {
        return Ok(caller.fetch::<Methodology>(id).await?.row);
    }
    in_force(caller).await?.ok_or_else(no_methodology)
}

fn no_methodology() -> Error {
    Error::field("/currentLikelihood", "there is no approved methodology yet to rate risks by (I-25)")
}

fn assessed(caller: &Caller, old: Option<&risk::Model>, row: &mut risk::Model, methodology: &methodology::Model) {
    row.assessed_at = Some(caller.now());
    let untouched = old.map(|old| old.review_on) == Some(row.review_on) || row.review_on.is_none();
    if untouched {
        let months = u32::try_from(methodology.review_months).unwrap_or_default();
        row.review_on = caller.today().checked_add_months(Months::new(months));
    }
}

fn rate(row: &mut risk::Model, methodology: &methodology::Model) -> Outcome<()> {
    let mut faults = Faults::default();
    row.inherent_level = rating(methodology, "inherent", row.inherent_likelihood, row.inherent_impact, &mut faults);
    row.current_level = rating(methodology, "current", row.current_likelihood, row.current_impact, &mut faults);
    row.residual_level = rating(methodology, "residual", row.residual_likelihood, row.residual_impact, &mut faults);
    row.above_criterion = row.current_level.is_some_and(|level| level > methodology.acceptance_level);
    let explained = row.rationale.as_ref().is_some_and(|text| !text.trim().is_empty());
    for (name, level) in [("current", row.current_level), ("residual", row.residual_level)] {
        if let (Some(level), Some(inherent)) = (level, row.inherent_level)
            && level > inherent
            && !explained
        {
            let detail = format!("the {name} level is above the inherent one: say why (I-30)");
            faults.add("rationale", detail);
        }
    }
    if row.residual_level.is_some() && row.treatment.is_none() {
        faults.add("residualLikelihood", "a prediction goes with a treatment (I-31)");
    }
    faults.settle()
}

fn rating(
    methodology: &methodology::Model,
    name: &str,
    likelihood: Option<i32>,
    impact: Option<i32>,
    faults: &mut Faults,
) -> Option<i32> {
    let (likelihood, impact) = match (likelihood, impact) {
        (Some(likelihood), Some(impact)) => (likelihood, impact),
        (None, None) => return None,
        (missing, _) => {
            let field = if missing.is_none() { "Likelihood" } else { "Impact" };
            faults.add(&format!("{name}{field}"), "likelihood and impact are rated together");
            return None;
        }
    };
    for (field, rating, scale) in
        [("Likelihood", likelihood, &methodology.likelihood), ("Impact", impact, &methodology.impact)]
    {
        if usize::try_from(rating).map_or(true, |rating| rating == 0 || rating > scale.0.len()) {
            let detail = format!("is off the scale of 1 to {}", scale.0.len());
            faults.add(&format!("{name}{field}"), detail);
        }
    }
    level(methodology, likelihood, impact)
}

/// Sharing names with whom, avoiding names what stops and when (I-34).
pub(super) fn check_treatment(row: &risk::Model, faults: &mut Faults) {
    let told = row.treatment_detail.as_ref().is_some_and(|text| !text.trim().is_empty());
    match row.treatment {
        Some(Treatment::Share) if !told => {
            faults.add("treatmentDetail", "names the supplier or insurer who shares the risk (I-34)");
        }
        Some(Treatment::Avoid) if !told => {
            faults.add("treatmentDetail", "names the activity that stops (I-34)");
        }
        Some(Treatment::Avoid) if row.treatment_ends_on.is_none() => {
            faults.add("treatmentEndsOn", "is the day on which the activity stops (I-34)");
        }
        _ => {}
    }
}

/// Hash of what an acceptance is given for: another content, another risk.
fn content_hash(row: &risk::Model) -> String {
    let content = serde_json::json!([
        row.title,
        row.cause,
        row.event,
        row.consequence,
        row.owner_id,
        row.affects,
        row.asset_ids,
        row.threat_ids,
        row.vulnerability_ids,
        row.control_ids,
        row.planned_control_ids,
        row.inherent_likelihood,
        row.inherent_impact,
        row.current_likelihood,
        row.current_impact,
        row.residual_likelihood,
        row.residual_impact,
        row.treatment,
        row.treatment_detail,
        row.treatment_ends_on,
        row.methodology_id,
    ]);
    digest(&content)
}

impl Risk {
    /// The level that is left: predicted where there is a prediction, else today's.
    pub fn remaining_level(row: &risk::Model) -> Option<i32> {
        row.residual_level.or(row.current_level)
    }
}
