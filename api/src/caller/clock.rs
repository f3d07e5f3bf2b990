//! What time it is: asked of the caller, so that tests can pin it and the past can be read.

use chrono::{DateTime, NaiveDate, Utc};
use isms_entity::Time;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A source of time.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands where it is put: microseconds since the epoch.
    Pinned(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands.
    pub fn pinned(at: DateTime<Utc>) -> Self {
        Self::Pinned(Arc::new(AtomicI64::new(Time::from(at).0)))
    }

    /// Moves a pinned clock; the machine's clock stays as it is.
    pub fn advance(&self, by: chrono::Duration) {
        if let Self::Pinned(at) = self {
            at.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
        }
    }

    /// Now, to the microsecond.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn now(&self) -> Time {
        match self {
            Self::System => Utc::now().into(),
            Self::Pinned(at) => Time(at.load(Ordering::SeqCst)),
        }
    }

    /// Whether it is the machine's, and nobody's who puts it where they like.
    pub const fn is_the_machines(&self) -> bool {
        matches!(self, Self::System)
    }

    /// Today in UTC.
    pub fn today(&self) -> NaiveDate {
        DateTime::<Utc>::from(self.now()).date_naive()
    }
}
