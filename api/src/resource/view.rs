//! A record as both doors show it.

use super::field::Common;
use super::{Error, Outcome, Resource};
use crate::caller::Caller;
use crate::store::{Found, Told};
use isms_authz::Action;
use isms_entity::Recorded;
use serde::Serialize;

/// A record: what all have, what clients write, what rules keep, what the database computes, and what
/// the caller may do with it now.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub struct View<R: Resource> {
    #[serde(flatten)]
    common: Common,
    #[serde(flatten)]
    draft: R::Draft,
    #[serde(flatten)]
    kept: R::Kept,
    #[serde(flatten)]
    computed: Told<R::Computed>,
    allowed_actions: Vec<&'static str>,
    withheld: Vec<&'static str>,
}

impl<R: Resource> View<R> {
    /// The record as this caller sees it.
    ///
    /// # Errors
    /// When the policy engine cannot answer.
    pub fn new(caller: &Caller, found: &Found<R>) -> Outcome<Self> {
        Ok(Self {
            common: found.shown().common().into(),
            draft: found.shown().into(),
            kept: found.shown().into(),
            computed: found.told()?,
            allowed_actions: allowed_actions(caller, found)?,
            withheld: found.withheld.clone(),
        })
    }
}

/// The acts that the caller may use on the record as it stands. Nothing can be done to the past.
///
/// # Errors
/// When the policy engine cannot answer.
pub fn allowed_actions<R: Resource>(caller: &Caller, found: &Found<R>) -> Outcome<Vec<&'static str>> {
    let mut names = Vec::new();
    if caller.facing(&R::SPEC).as_of.is_some() {
        return Ok(names);
    }
    let row = &found.row;
    let (facts, state) = (found.facts(), R::state(row));
    let retired = row.common().retired_at.is_some();
    // Many acts share a verb, which is asked for once.
    let mut answers: Vec<(Action, bool)> = Vec::new();
    let mut may = |verb: Action| {
        if let Some((_, answer)) = answers.iter().find(|(asked, _)| *asked == verb) {
            Ok::<_, Error>(*answer)
        } else {
            let answer = caller.may::<R>(verb, &facts)?;
            answers.push((verb, answer));
            Ok(answer)
        }
    };
    if !retired && is_among(state.as_deref(), R::SPEC.editable_in) && may(Action::Update)? {
        names.push("update");
    }
    if R::SPEC.creatable && may(Action::Retire)? {
        names.push(if retired { "restore" } else { "retire" });
    }
    for act in R::SPEC.acts.iter().filter(|_| !retired) {
        if is_among(state.as_deref(), act.from) && may(act.verb)? && !R::awaits(caller, row, act.name) {
            names.push(act.name);
        }
    }
    Ok(names)
}

/// Whether the record's content may be changed in its state.
pub fn is_editable<R: Resource>(row: &R::Row) -> bool {
    is_in::<R>(row, R::SPEC.editable_in)
}

/// Whether the record is in one of these states; any will do when none is named.
pub fn is_in<R: Resource>(row: &R::Row, states: &[&str]) -> bool {
    is_among(R::state(row).as_deref(), states)
}

fn is_among(state: Option<&str>, states: &[&str]) -> bool {
    states.is_empty() || state.is_none_or(|state| states.contains(&state))
}
