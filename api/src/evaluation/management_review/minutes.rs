//! The minutes of a review as a document: what was looked at, who was there, what was decided.

use super::ManagementReview;
use crate::caller::Caller;
use crate::context::organisation::Organisation;
use crate::leadership::user::User;
use crate::resource::export::{Paper, Style};
use crate::resource::{Error, Outcome, Resource, word};
use crate::store::Query;
use chrono::{DateTime, Utc};
use isms_entity::Time;
use isms_entity::evaluation::management_review::{self, DecisionKind, ReviewInput, ReviewState};
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
    /// What the file is called.
    pub fn file(&self) -> String {
        format!("management-review-{}.pdf", self.row.reference)
    }

    fn name(&self, id: Uuid) -> &str {
        self.names.get(&id).map_or("somebody", String::as_str)
    }

    /// Prints them. The same minutes are the same bytes.
    ///
    /// # Errors
    /// When the paper cannot be written.
    pub fn print(&self) -> Outcome<Vec<u8>> {
        let row = &self.row;
        let mut paper = Paper::new(format!("{} · {} · {}", self.organisation, row.reference, word(&row.state)))?;
        paper.put(Style::Title, &format!("Management review: {}", row.title));
        let held =
            row.held_on.map_or_else(|| format!("planned for {}", row.planned_on), |day| format!("held on {day}"));
        paper.put(Style::Text, &format!("Period {} to {}, {held}", row.period_from, row.period_to));
        self.attendance(&mut paper);
        self.inputs(&mut paper);
        self.results(&mut paper);
        self.approval(&mut paper);
        paper.finish()
    }

    fn attendance(&self, paper: &mut Paper) {
        paper.put(Style::Heading, "Attendance");
        paper.put(Style::Text, &format!("{} (chair)", self.name(self.row.chair_id)));
        for id in self.row.attendee_ids.0.iter().filter(|id| **id != self.row.chair_id) {
            paper.put(Style::Text, self.name(*id));
        }
    }

    fn inputs(&self, paper: &mut Paper) {
        paper.put(Style::Heading, "Inputs (9.3.2)");
        if self.row.inputs.0.is_empty() {
            paper.put(Style::Text, "Not compiled yet.");
        }
        for input in &self.row.inputs.0 {
            paper.put(Style::Subheading, &format!("{}  {}", input.letter, input.title));
            paper.put(Style::Text, &figures(input));
            if !input.records.0.is_empty() {
                paper.put(Style::Small, &input.records.0.join(", "));
            }
            if let Some(comment) = &input.comment {
                paper.put(Style::Text, comment);
            }
        }
    }

    fn results(&self, paper: &mut Paper) {
        let row = &self.row;
        paper.put(Style::Heading, "Minutes");
        paper.put(Style::Text, row.minutes.as_deref().unwrap_or("Not written yet."));
        paper.put(Style::Heading, "Conclusion (9.3.1)");
        let yes = |told: Option<bool>| told.map_or("not said", |yes| if yes { "yes" } else { "no" });
        let told = (yes(row.suitable), yes(row.adequate), yes(row.effective));
        paper.put(Style::Text, &format!("Suitable: {}. Adequate: {}. Effective: {}.", told.0, told.1, told.2));
        paper.put(Style::Text, row.conclusion.as_deref().unwrap_or_default());
        paper.put(Style::Heading, "Decisions (9.3.3)");
        for (i, decision) in row.decisions.0.iter().enumerate() {
            paper.put(Style::Subheading, &format!("{}. {}", i + 1, word_of(decision.kind)));
            paper.put(Style::Text, &decision.text);
            if let (Some(owner), Some(due)) = (decision.owner_id, decision.due_on) {
                paper.put(Style::Small, &format!("{}, by {due}", self.name(owner)));
            }
        }
    }

    fn approval(&self, paper: &mut Paper) {
        let row = &self.row;
        paper.put(Style::Heading, "Approval");
        match (row.approved_by, row.approved_at) {
            (Some(by), Some(at)) => {
                paper.put(Style::Text, &format!("Approved by {} on {}", self.name(by), instant(at)));
                paper.put(Style::Small, &format!("SHA-256 of the minutes: {}", row.content_hash));
            }
            _ => paper.put(Style::Text, "Not approved yet."),
        }
        if !row.inputs_hash.is_empty() {
            paper.put(Style::Small, &format!("SHA-256 of the inputs: {}", row.inputs_hash));
        }
    }
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

/// The figures of an input in the order of their names.
fn figures(input: &ReviewInput) -> String {
    if input.none {
        return "None in the period.".to_owned();
    }
    let mut told: Vec<_> = input.figures.0.as_object().into_iter().flatten().collect();
    told.sort_by_key(|(name, _)| *name);
    let told: Vec<_> = told.into_iter().map(|(name, value)| format!("{}: {value}", spaced(name))).collect();
    told.join(" · ")
}

/// `auditsDone` as people write it: `audits done`.
fn spaced(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        match letter {
            '_' => text.push(' '),
            upper if upper.is_ascii_uppercase() => {
                text.push(' ');
                text.push(upper.to_ascii_lowercase());
            }
            other => text.push(other),
        }
    }
    text
}
