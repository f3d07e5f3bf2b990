//! What was planned, done, checked and acted on in a period.

use super::{KINDS, Phase};
use crate::caller::Caller;
use crate::resource::{Error, Outcome};
use crate::store::{Due, Probe};
use chrono::NaiveDate;
use isms_authz::Action;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of one kind of work.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CycleWork)]
pub struct Work {
    /// What it is.
    pub what: &'static str,
    /// The type of its records.
    pub record_type: &'static str,
    /// Still to be done and due in the period.
    pub open: u64,
    /// Done in the period.
    pub done: u64,
    /// Still to be done and past its day by the end of the period or today, whichever is first.
    pub overdue: u64,
}

/// One part of the cycle.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CyclePhase)]
pub struct Part {
    /// Which.
    pub phase: Phase,
    /// Each kind of work.
    pub work: Vec<Work>,
}

/// The cycle in a period.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cycle {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Plan, do, check, act.
    pub phases: Vec<Part>,
}

/// The cycle from one day to another.
///
/// # Errors
/// A period that ends before it begins.
pub async fn cycle(caller: &Caller, from: NaiveDate, to: NaiveDate) -> Outcome<Cycle> {
    if to < from {
        return Err(Error::Malformed("to: is before from".into()));
    }
    let past = to.min(caller.today()).pred_opt().unwrap_or(to);
    let ask = |of, is, due: Due, from, to| Probe { of, verb: Action::List, is, due, span: Some((from, to)) };
    let mut probes = Vec::with_capacity(KINDS.len() * 3);
    for kind in KINDS {
        probes.push(ask(kind.of, kind.open, kind.due, from, to));
        let (done, at) = kind.done.unwrap_or(("1 = 0", kind.due));
        probes.push(ask(kind.of, done, at, from, to));
        probes.push(ask(kind.of, kind.open, kind.due, NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(from), past));
    }
    let mut answers = caller.probe(&probes, None, 1).await?.into_iter().map(|answer| answer.total);
    let mut next = || answers.next().unwrap_or_default();
    let mut phases: Vec<Part> =
        [Phase::Plan, Phase::Do, Phase::Check, Phase::Act].map(|phase| Part { phase, work: Vec::new() }).to_vec();
    for kind in KINDS {
        let (open, done, overdue) = (next(), next(), next());
        let work = Work { what: kind.what, record_type: kind.of, open, done, overdue };
        if let Some(part) = phases.iter_mut().find(|part| part.phase == kind.phase) {
            part.work.push(work);
        }
    }
    Ok(Cycle { from, to, phases })
}
