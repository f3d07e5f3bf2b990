//! What the clients meant, sent and were answered, while they are at it.

use crate::deed::{Answer, Attempt, Deed, Meaning, Plan};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many answers in a row show that a service writes again.
const ROW: usize = 12;

/// That something was answered, when, and by which service.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// The service.
    pub service: usize,
    /// When the request was sent.
    pub begun: Instant,
    /// When it was over.
    pub over: Instant,
    /// What the answer meant.
    pub meaning: Meaning,
    /// Whether the client hung up by itself, which tells nothing of the service.
    pub cut: bool,
}

#[derive(Debug, Default)]
struct Pages {
    deeds: Vec<Deed>,
    marks: Vec<Mark>,
}

/// The deeds of one round.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Pages>);

impl Ledger {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A deed that is about to be sent for the first time; tells its number.
    pub fn begin(&self, deed: Deed) -> usize {
        let mut pages = self.pages();
        pages.deeds.push(deed);
        pages.deeds.len() - 1
    }

    /// Notes an attempt at it.
    pub fn note(&self, deed: usize, request: &str, answer: Answer, mark: Mark) {
        let mut pages = self.pages();
        pages.marks.push(mark);
        if let Some(deed) = pages.deeds.get_mut(deed) {
            deed.attempts.push(Attempt { request: request.to_owned(), answer });
        }
    }

    /// What was meant.
    pub fn plan(&self, deed: usize) -> Option<Plan> {
        self.pages().deeds.get(deed).map(|deed| deed.plan.clone())
    }

    /// Deeds that nobody knows the end of, and that may be sent again.
    pub fn open(&self) -> Vec<(usize, Deed)> {
        let pages = self.pages();
        let open = pages.deeds.iter().enumerate();
        let open = open.filter(|(_, deed)| deed.meaning() == Meaning::Open && deed.plan.repeatable());
        open.map(|(number, deed)| (number, deed.clone())).collect()
    }

    /// All deeds as they stand.
    pub fn now(&self) -> Vec<Deed> {
        self.pages().deeds.clone()
    }

    /// All deeds; the ledger is empty afterwards.
    pub fn take(&self) -> Vec<Deed> {
        let mut pages = self.pages();
        pages.marks.clear();
        std::mem::take(&mut pages.deeds)
    }

    /// When a service wrote again for good after this instant: the first write of a row of answers none of which is missing.
    pub fn recovered(&self, service: usize, since: Instant) -> Option<Instant> {
        let (mut row, mut first) = (0, None);
        for mark in self.pages().marks.iter().filter(|mark| mark.service == service && mark.begun >= since && !mark.cut)
        {
            if mark.meaning == Meaning::Open {
                (row, first) = (0, None);
                continue;
            }
            row += 1;
            if mark.meaning == Meaning::Written {
                first = first.or(Some(mark.over));
            }
            if row >= ROW && first.is_some() {
                return first;
            }
        }
        None
    }

    /// How long after this instant a service wrote for the first time.
    pub fn wrote(&self, service: usize, since: Instant) -> Option<Duration> {
        let pages = self.pages();
        let mut wrote = pages.marks.iter().filter(|mark| mark.service == service && mark.begun >= since);
        wrote.find(|mark| mark.meaning == Meaning::Written).map(|mark| mark.over - since)
    }

    /// How many requests have gone without an answer, or with one that says nothing, since this instant.
    pub fn broken(&self, since: Instant) -> usize {
        self.pages().marks.iter().filter(|mark| mark.over >= since && mark.meaning == Meaning::Open).count()
    }
}
