//! How the database does: what was sent to it, when it last answered, and what it does not do at the moment.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What the service does with its database that can fail while requests are still answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// Transactions of requests are kept.
    Writes,
    /// Trails are sealed.
    Seals,
    /// Each trail goes on from what was sealed.
    Trails,
    /// The clock is right.
    Clock,
    /// The database has the shape that this program knows.
    Shape,
    /// Trails, files and pages are what was kept.
    Checks,
}

impl Duty {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Writes, Self::Seals, Self::Trails, Self::Clock, Self::Shape, Self::Checks];

    /// What measures call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Writes => "writes",
            Self::Seals => "seals",
            Self::Trails => "trails",
            Self::Clock => "clock",
            Self::Shape => "shape",
            Self::Checks => "checks",
        }
    }

    /// Whether the service had better not be asked while it fails. What concerns one organisation, or what was kept long
    /// ago, takes no server away from all the others.
    pub const fn stops_service(self) -> bool {
        !matches!(self, Self::Trails | Self::Checks)
    }

    /// Whether it fails when the database does not answer; of the others that tells nothing.
    pub const fn is_database(self) -> bool {
        matches!(self, Self::Writes | Self::Seals)
    }

    /// What is so when it fails, in words that anybody may read.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Writes => "nothing can be written",
            Self::Seals => "trails cannot be sealed",
            Self::Trails => "a trail cannot be sealed",
            Self::Clock => "the clock is not right",
            Self::Shape => "the database has another shape",
            Self::Checks => "what is kept is not whole",
        }
    }
}

/// What a database has done lately.
#[derive(Debug)]
pub(super) struct Pulse {
    began: Instant,
    sent: AtomicU64,
    /// Milliseconds from `began`; 0 for never.
    answered: AtomicU64,
    failing: Mutex<Vec<(Duty, String)>>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self { began: Instant::now(), sent: AtomicU64::new(0), answered: AtomicU64::new(0), failing: Mutex::default() }
    }
}

impl Pulse {
    /// How many statements anybody waited for.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Somebody sends a statement.
    pub fn send(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// The database has answered.
    pub fn answer(&self) {
        self.answered.store(self.millis().max(1), Ordering::Relaxed);
    }

    /// Whether it has answered within this time.
    pub fn answered_within(&self, time: Duration) -> bool {
        let answered = self.answered.load(Ordering::Relaxed);
        answered > 0 && Duration::from_millis(self.millis() - answered.min(self.millis())) <= time
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// A duty was done, or was not and why; a change is told in the log.
    pub fn note(&self, duty: Duty, failure: Option<&str>) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let known = failing.iter().position(|(of, _)| *of == duty);
        match (known, failure) {
            (None, Some(why)) => {
                tracing::error!(why, "{}", duty.told());
                failing.push((duty, why.to_owned()));
                failing.sort_unstable();
            }
            (Some(place), None) => {
                let (duty, why) = failing.remove(place);
                tracing::info!(why, "no longer so: {}", duty.told());
            }
            (Some(place), Some(why)) => {
                if let Some((_, known)) = failing.get_mut(place) {
                    why.clone_into(known);
                }
            }
            (None, None) => {}
        }
    }

    /// Whether this duty fails.
    pub fn fails(&self, duty: Duty) -> bool {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|(of, _)| *of == duty)
    }

    /// What fails at the moment, in words that anybody may read; why, the log tells.
    pub fn failing(&self) -> Vec<Duty> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(duty, _)| *duty).collect()
    }
}
