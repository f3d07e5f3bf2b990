//! Everything that is due in a span of days, and what is overdue, in the order of its days.

use super::{KINDS, Phase, is_past};
use crate::caller::Caller;
use crate::resource::{Error, Outcome};
use crate::store::{Probe, Probed};
use chrono::{DateTime, Days, NaiveDate, Utc};
use icalendar::{Component, EventLike};
use isms_authz::Action;
use isms_entity::Time;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How far back something may be overdue.
const BACK: u64 = 3_650;
/// How far ahead the calendar looks unless told otherwise.
const AHEAD: u64 = 90;
/// The longest span, days.
const LONGEST: i64 = 8_000;
/// The most entries of one kind.
const MOST: u64 = 500;

/// Something that is due.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CalendarEntry)]
pub struct Entry {
    /// The day (UTC).
    pub on: NaiveDate,
    /// Whether it has passed.
    pub overdue: bool,
    /// What is due, such as `review` or `management review`.
    pub what: &'static str,
    /// The part of the cycle.
    pub phase: Phase,
    /// The record's type.
    pub record_type: &'static str,
    /// The record.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// What people call it.
    pub title: String,
    /// Who answers for it.
    pub owner_id: Option<Uuid>,
}

/// What is due.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calendar {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// In the order of their days, of each kind at most 500.
    pub entries: Vec<Entry>,
    /// How many there are altogether.
    pub total: u64,
}

/// What is due from one day to another; unless told, what is overdue and the next ninety days.
///
/// # Errors
/// A span that ends before it begins or is longer than 8,000 days.
pub async fn calendar(caller: &Caller, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Outcome<Calendar> {
    let (now, today) = (caller.now(), caller.today());
    let from = from.or_else(|| today.checked_sub_days(Days::new(BACK))).unwrap_or(today);
    let to = to.or_else(|| today.checked_add_days(Days::new(AHEAD))).unwrap_or(today);
    if to < from || (to - from).num_days() > LONGEST {
        return Err(Error::Malformed(format!("to: lies up to {LONGEST} days after from")));
    }
    let probe = |kind: &super::Kind| Probe {
        of: kind.of,
        verb: Action::List,
        is: kind.open,
        due: kind.due,
        span: Some((from, to)),
    };
    let probes: Vec<Probe> = KINDS.iter().map(probe).collect();
    let answers = caller.probe(&probes, None, MOST).await?;
    let total = answers.iter().map(|answer| answer.total).sum();
    let mut entries: Vec<Entry> = KINDS
        .iter()
        .zip(answers)
        .flat_map(|(kind, answer)| answer.first.into_iter().filter_map(move |found| entry(kind, found, now, today)))
        .collect();
    entries.sort_by(|a, b| (a.on, a.record_type, &a.reference).cmp(&(b.on, b.record_type, &b.reference)));
    Ok(Calendar { from, to, entries, total })
}

fn entry(kind: &super::Kind, found: Probed, now: Time, today: NaiveDate) -> Option<Entry> {
    let on = found.due_on.or_else(|| found.due_at.map(|at| DateTime::<Utc>::from(at).date_naive()))?;
    Some(Entry {
        on,
        overdue: is_past(&found, now, today),
        what: kind.what,
        phase: kind.phase,
        record_type: kind.of,
        id: found.id,
        reference: found.reference,
        title: found.title,
        owner_id: found.owner_id,
    })
}

/// A text without what would end its line in a calendar (RFC 5545, 3.1).
fn in_one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The calendar as an iCalendar object (RFC 5545), one event of a whole day for each entry.
pub fn ics(calendar: &Calendar, stamp: DateTime<Utc>) -> String {
    let mut whole = icalendar::Calendar::new();
    whole.name("ISMS").append_property(icalendar::Property::new("METHOD", "PUBLISH"));
    for entry in &calendar.entries {
        let late = if entry.overdue { "Overdue: " } else { "" };
        let event = icalendar::Event::new()
            .uid(&format!("{}-{}@isms", entry.id, entry.what.replace(' ', "-")))
            .timestamp(stamp)
            .summary(&in_one_line(&format!("{late}{} {} ({})", entry.title, entry.what, entry.reference)))
            .starts(entry.on)
            .done();
        whole.push(event);
    }
    whole.to_string()
}
