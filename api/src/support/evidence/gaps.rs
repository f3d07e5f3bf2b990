//! Which controls that apply lack evidence for a period (I-49).

use super::Evidence;
use crate::caller::Caller;
use crate::planning::control::{Control, LONGEST_WITHOUT_EVIDENCE};
use crate::resource::{Error, Outcome};
use crate::store::{Query, Sort, Test};
use chrono::{Days, Months, NaiveDate};
use isms_entity::planning::control;
use isms_entity::support::evidence::{self, EvidenceState};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Longest period that is looked at, months.
const LONGEST: Months = Months::new(120);

/// How much of a period nothing proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvidenceGapState)]
pub enum GapState {
    /// All of it.
    Missing,
    /// Some of it.
    Partly,
}

/// Days that nothing proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvidenceHole)]
pub struct Hole {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// A control that applies and lacks evidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvidenceGap)]
pub struct Gap {
    /// The control.
    pub control_id: Uuid,
    /// `A.5.1`, or the code of an own control.
    pub code: String,
    /// Short title.
    pub title: String,
    /// The accountable person.
    pub owner_id: Option<Uuid>,
    /// How much is missing.
    pub state: GapState,
    /// The days that no accepted evidence proves, a control's `evidenceDays` after each piece counted in.
    pub holes: Vec<Hole>,
    /// Pieces for this period that wait for a review.
    pub pending: u64,
}

/// The controls that lack evidence, and how many there are.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EvidenceGaps)]
pub struct Gaps {
    /// First day looked at.
    pub from: NaiveDate,
    /// Last day looked at.
    pub to: NaiveDate,
    /// Controls that apply.
    pub applicable: u64,
    /// Those with evidence for the whole period.
    pub proven: u64,
    /// The others, in the order of the Statement of Applicability.
    pub gaps: Vec<Gap>,
}

/// Which controls that apply lack accepted evidence for a period, twelve months until today unless given, as far as the
/// caller may list controls and evidence: two statements.
///
/// # Errors
/// [`Error::Malformed`] for a period that ends before it begins or is longer than ten years.
pub async fn gaps(caller: &Caller, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Outcome<Gaps> {
    let to = to.unwrap_or_else(|| caller.today());
    let from = from.or_else(|| to.checked_sub_months(Months::new(12))).unwrap_or(to);
    if to < from || from.checked_add_months(LONGEST).is_none_or(|last| last < to) {
        return Err(Error::Malformed("from, to: are the first and last day of ten years at most".into()));
    }
    let order = vec![Sort { column: "ordinal", descending: false }, Sort { column: "code", descending: false }];
    let controls =
        caller.all::<Control>(&Query { sort: order, ..Query::of([Test::is("applicability", "applicable")]) }).await?;
    // Evidence of a day counts for as long as the control may go without; none may go longer than this.
    let earliest = from.checked_sub_days(days(LONGEST_WITHOUT_EVIDENCE)).unwrap_or(from);
    let overlapping = Query::of([
        Test::OneOf("state", vec!["accepted".into(), "pending".into()]),
        Test::Compare("period_to", ">=", earliest.into()),
        Test::Compare("period_from", "<=", to.into()),
    ]);
    let pieces = caller.all::<Evidence>(&overlapping).await?;
    let mut by_control: HashMap<Uuid, Vec<&evidence::Model>> = HashMap::new();
    for found in &pieces {
        for control in &found.shown().control_ids.0 {
            by_control.entry(*control).or_default().push(&found.row);
        }
    }
    let applicable = controls.len();
    let gaps: Vec<Gap> = controls
        .into_iter()
        .filter_map(|found| gap(found.shown(), by_control.get(&found.row.id).map_or(&[], Vec::as_slice), from, to))
        .collect();
    let count = |many: usize| u64::try_from(many).unwrap_or_default();
    Ok(Gaps { from, to, applicable: count(applicable), proven: count(applicable - gaps.len()), gaps })
}

fn days(many: i64) -> Days {
    Days::new(u64::try_from(many).unwrap_or_default())
}

fn gap(control: &control::Model, evidence: &[&evidence::Model], from: NaiveDate, to: NaiveDate) -> Option<Gap> {
    let interval = days(control.evidence_days.into());
    let accepted = evidence.iter().filter(|row| row.state == EvidenceState::Accepted && row.disposed_at.is_none());
    let mut proven: Vec<(NaiveDate, NaiveDate)> = accepted.filter_map(|row| span(row, interval)).collect();
    let holes = holes(&mut proven, from, to);
    if holes.is_empty() {
        return None;
    }
    let is_missing = holes == [Hole { from, to }];
    let pending = evidence.iter().filter(|row| row.state == EvidenceState::Pending);
    let pending = pending.filter(|row| row.period_to.is_some_and(|last| last >= from)).count();
    Some(Gap {
        control_id: control.id,
        code: control.code.clone(),
        title: control.title.clone(),
        owner_id: control.owner_id,
        state: if is_missing { GapState::Missing } else { GapState::Partly },
        holes,
        pending: u64::try_from(pending).unwrap_or_default(),
    })
}

/// From the first day that a piece proves to the last for which it still counts.
fn span(row: &evidence::Model, interval: Days) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = (row.period_from?, row.period_to?);
    let counts = last.checked_add_days(interval).unwrap_or(last);
    Some((first, row.valid_until.map_or(counts, |until| counts.min(until))))
}

/// The days from `from` to `to` that lie in none of the spans.
fn holes(spans: &mut [(NaiveDate, NaiveDate)], from: NaiveDate, to: NaiveDate) -> Vec<Hole> {
    spans.sort_unstable();
    let (mut holes, mut next) = (Vec::new(), Some(from));
    for (first, last) in spans.iter() {
        let Some(open) = next.filter(|open| *open <= to) else { break };
        if *first > open {
            let end = first.pred_opt().unwrap_or(open).min(to);
            holes.push(Hole { from: open, to: end });
        }
        next = if *last >= open { last.succ_opt() } else { Some(open) };
    }
    if let Some(open) = next.filter(|open| *open <= to) {
        holes.push(Hole { from: open, to });
    }
    holes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, of).unwrap()
    }

    #[test]
    fn i_49_days_between_and_around_what_is_proven_are_holes() {
        let told = |spans: &[(u32, u32)]| {
            let mut spans: Vec<_> = spans.iter().map(|(from, to)| (day(*from), day(*to))).collect();
            holes(&mut spans, day(5), day(20)).iter().map(|hole| (hole.from, hole.to)).collect::<Vec<_>>()
        };
        let days = |spans: &[(u32, u32)]| spans.iter().map(|(from, to)| (day(*from), day(*to))).collect::<Vec<_>>();
        assert_eq!(told(&[]), days(&[(5, 20)]));
        assert_eq!(told(&[(1, 31)]), days(&[]));
        assert_eq!(told(&[(1, 3)]), days(&[(5, 20)]));
        assert_eq!(told(&[(1, 4), (21, 25)]), days(&[(5, 20)]));
        assert_eq!(told(&[(15, 16), (5, 8), (7, 9)]), days(&[(10, 14), (17, 20)]));
        assert_eq!(told(&[(1, 5), (6, 20)]), days(&[]));
        assert_eq!(told(&[(1, 18), (3, 6)]), days(&[(19, 20)]));
    }
}
