//! The minutes of a review as a document: what was looked at, who was there, what was decided.

use super::ManagementReview;
use crate::caller::Caller;
use crate::context::organisation::Organisation;
use crate::leadership::user::User;
use crate::resource::export::{self, words};
use crate::resource::heavy::Line;
use crate::resource::{Error, Outcome, Resource, word};
use crate::store::Query;
use chrono::{DateTime, Utc};
use isms_entity::Time;
use isms_entity::evaluation::management_review::{self, DecisionKind, ReviewDecision, ReviewInput, ReviewState};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// A review with the names that its minutes need.
pub struct Minutes {
    row: management_review::Model,
    organisation: String,
    names: HashMap<Uuid, String>,
}

/// Reads what the minutes need; approved ones are what was approved (I-01, I-65).
///
/// # Errors
/// [`Error::NotFound`] for those who may not read the review.
pub async fn read(caller: &Caller, id: Uuid) -> Outcome<Minutes> {
    let found = caller.fetch::<ManagementReview>(id).await?;
    if found.row.state == ReviewState::Approved && super::approve::content_hash(&found.row) != found.row.content_hash {
        return Err(Error::Internal(format!(
            "the minutes of {} are not those that were approved",
            found.row.reference
        )));
    }
    let row = found.shown().clone();
    let found = caller.all::<Organisation>(&Query::default()).await?.into_iter().next().map(|found| found.row);
    let organisation = found.map(|row| row.legal_name.unwrap_or(row.name)).unwrap_or_default();
    let mut ids = row.attendee_ids.0.clone();
    ids.push(row.chair_id);
    ids.extend(row.approved_by);
    ids.extend(row.decisions.0.iter().filter_map(|decision| decision.owner_id));
    ids.sort_unstable();
    ids.dedup();
    let labels = caller.labels(User::SPEC.name, Some(&ids)).await?;
    let names = labels.into_iter().map(|label| (label.id, label.name.unwrap_or(label.reference))).collect();
    Ok(Minutes { row, organisation, names })
}

impl Minutes {
    /// What the file is called, without its ending.
    pub fn file(&self) -> String {
        format!("management-review-{}", self.row.reference)
    }

    fn name(&self, id: Uuid) -> &str {
        self.names.get(&id).map_or("somebody", String::as_str)
    }

    /// Prints them. The same minutes are the same bytes.
    ///
    /// # Errors
    /// When it is too long to be set, or too much is set at once.
    pub async fn print(&self, line: Line) -> Outcome<Vec<u8>> {
        export::print(line, include_str!("minutes.typ"), &self.told()).await
    }

    /// What the paper shows.
    pub fn told(&self) -> Value {
        let row = &self.row;
        let held =
            row.held_on.map_or_else(|| format!("planned for {}", row.planned_on), |day| format!("held on {day}"));
        let others = row.attendee_ids.0.iter().filter(|id| **id != row.chair_id).map(|id| self.name(*id).to_owned());
        let attendance = [format!("{} (chair)", self.name(row.chair_id))].into_iter().chain(others);
        let yes = |told: Option<bool>| told.map_or("not said", |yes| if yes { "yes" } else { "no" });
        let approval = match (row.approved_by, row.approved_at) {
            (Some(by), Some(at)) => format!("Approved by {} on {}", self.name(by), instant(at)),
            _ => "Not approved yet.".to_owned(),
        };
        let digests = [("minutes", &row.content_hash), ("inputs", &row.inputs_hash)];
        let digests = digests.into_iter().filter(|(_, hash)| !hash.is_empty());
        json!({
            "title": row.title,
            "foot": format!("{} · {} · {}", self.organisation, row.reference, word(&row.state)),
            "when": format!("Period {} to {}, {held}", row.period_from, row.period_to),
            "attendance": attendance.collect::<Vec<_>>(),
            "inputs": row.inputs.0.iter().map(input).collect::<Vec<_>>(),
            "minutes": row.minutes.as_deref().unwrap_or("Not written yet."),
            "suitable": yes(row.suitable), "adequate": yes(row.adequate), "effective": yes(row.effective),
            "conclusion": row.conclusion.as_deref().unwrap_or_default(),
            "decisions": row.decisions.0.iter().map(|decision| self.decision(decision)).collect::<Vec<_>>(),
            "approval": approval,
            "digests": digests.map(|(of, hash)| format!("SHA-256 of the {of}: {hash}")).collect::<Vec<_>>(),
        })
    }

    fn decision(&self, decision: &ReviewDecision) -> Value {
        let who = decision.owner_id.map(|id| self.name(id)).unwrap_or_default();
        let until = decision.due_on.map(|day| day.to_string()).unwrap_or_default();
        json!({"kind": word_of(decision.kind), "text": decision.text, "who": who, "until": until})
    }
}

/// An input with its figures in the order of their names; none where there was nothing in the period.
fn input(input: &ReviewInput) -> Value {
    let mut figures: Vec<_> = input.figures.0.as_object().into_iter().flatten().filter(|_| !input.none).collect();
    figures.sort_by_key(|(name, _)| *name);
    let figures: Vec<_> = figures.into_iter().map(|(name, value)| [words(name), value.to_string()]).collect();
    json!({
        "letter": input.letter, "title": input.title, "figures": figures, "records": input.records.0.join(", "),
        "comment": input.comment.as_deref().unwrap_or_default(),
    })
}

fn instant(at: Time) -> String {
    DateTime::<Utc>::from(at).format("%Y-%m-%d %H:%M UTC").to_string()
}

/// What a decision is about, for people.
fn word_of(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::None => "Nothing to do",
        DecisionKind::Improvement => "Improvement",
        DecisionKind::IsmsChange => "Change of the ISMS",
        DecisionKind::Resource => "Means",
        DecisionKind::Objective => "Objective",
        DecisionKind::Policy => "Policy",
        DecisionKind::Risk => "Risk",
    }
}
