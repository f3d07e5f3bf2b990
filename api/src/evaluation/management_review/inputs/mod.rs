//! The inputs of a management review (9.3.2), each drawn from live records by a function of its own in at most two
//! statements, with figures and the records that show them; where there is nothing, it says so.

mod a;
mod b;
mod c;
mod d1;
mod d2;
mod d3;
mod d4;
mod e;
mod f;
mod g;

use crate::authz::Action as Verb;
use crate::caller::Caller;
use crate::improvement::{improvement::Improvement, nonconformity::Nonconformity};
use crate::planning::{action::Action, objective::Objective, risk::Risk};
use crate::resource::{Error, Outcome, Resource};
use crate::store::{Operand, Test};
use chrono::{Days, NaiveDate, NaiveTime};
use isms_entity::evaluation::management_review::{self, ReviewInput, ReviewInputs};
use isms_entity::{Json, Time, Words};
use serde_json::{Map, Value};

/// The most records that an input names; its figures count all.
const MOST: usize = 200;

/// The period that is reviewed.
pub(super) struct Period {
    from: NaiveDate,
    to: NaiveDate,
    /// The first instant.
    begins: Time,
    /// The first instant after it.
    ends: Time,
}

impl Period {
    fn of(row: &management_review::Model) -> Self {
        let midnight = |day: NaiveDate| Time::from(day.and_time(NaiveTime::MIN).and_utc());
        let next = row.period_to.checked_add_days(Days::new(1)).unwrap_or(row.period_to);
        Self { from: row.period_from, to: row.period_to, begins: midnight(row.period_from), ends: midnight(next) }
    }

    fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    fn holds_time(&self, at: Option<Time>) -> bool {
        at.is_some_and(|at| self.begins <= at && at < self.ends)
    }

    /// The column lies in the period.
    fn instants(&self, column: &'static str) -> [Test; 2] {
        [Test::Compare(column, ">=", self.begins.into()), Test::Compare(column, "<", self.ends.into())]
    }

    /// The column, a day, lies in the period.
    fn days(&self, column: &'static str) -> [Test; 2] {
        [Test::Compare(column, ">=", self.from.into()), Test::Compare(column, "<=", self.to.into())]
    }
}

/// What an input shows.
#[derive(Default)]
pub(super) struct Drawn {
    figures: Map<String, Value>,
    records: Vec<String>,
}

impl Drawn {
    /// A figure by its name.
    fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// How many of something there are.
    fn count(&mut self, name: &str, n: usize) {
        self.figure(name, u64::try_from(n).unwrap_or(u64::MAX));
    }

    /// One more of this name.
    fn tally(&mut self, name: &str, more: u64) {
        let before = self.figures.get(name).and_then(Value::as_u64).unwrap_or_default();
        self.figure(name, before + more);
    }

    /// A record that shows it.
    fn record(&mut self, reference: &str) {
        if self.records.len() < MOST {
            self.records.push(reference.to_owned());
        }
    }

    fn input(self, letter: &str, title: &str, as_of: Time) -> ReviewInput {
        let nothing = |figure: &Value| figure.as_u64() == Some(0);
        ReviewInput {
            letter: letter.to_owned(),
            title: title.to_owned(),
            as_of,
            none: self.records.is_empty() && self.figures.values().all(nothing),
            figures: Json(Value::Object(self.figures)),
            records: Words(self.records),
            comment: None,
        }
    }
}

/// Words as operands.
fn words(words: &[&'static str]) -> Vec<Operand> {
    words.iter().map(|word| (*word).into()).collect()
}

/// Draws every input as of now, for somebody who may see the whole of what is counted: a figure with holes misleads.
pub(super) async fn compile(caller: &Caller, row: &management_review::Model) -> Outcome<ReviewInputs> {
    let seen = [Action::SPEC, Objective::SPEC, Risk::SPEC, Nonconformity::SPEC, Improvement::SPEC];
    for spec in seen {
        let condition = caller.access.condition(Verb::List, spec.policy_type)?;
        if !condition.admits_organisation(caller.organisation()) {
            let detail = format!("the inputs are drawn from every {}; you may not see all of them", spec.noun);
            return Err(Error::Denied(detail));
        }
    }
    let (period, now) = (Period::of(row), caller.now());
    Ok(ReviewInputs(vec![
        a::draw(caller, row).await?.input("a", "Actions of earlier reviews", now),
        b::draw(caller, &period).await?.input("b", "Changes in issues outside and inside", now),
        c::draw(caller, &period).await?.input("c", "Changes in what interested parties require", now),
        d1::draw(caller, &period).await?.input("d1", "Nonconformities and corrective actions", now),
        d2::draw(caller).await?.input("d2", "Results of measurement", now),
        d3::draw(caller, &period).await?.input("d3", "Results of audits", now),
        d4::draw(caller).await?.input("d4", "Objectives reached", now),
        e::draw(caller, &period).await?.input("e", "What interested parties say", now),
        f::draw(caller).await?.input("f", "Results of risk assessment and the treatment plan", now),
        g::draw(caller, &period).await?.input("g", "What could be better", now),
    ]))
}
