//! How the clients write at the moment.

use std::time::Duration;

/// How the clients write.
#[derive(Clone, Debug)]
pub struct Style {
    /// They are to end.
    pub stop: bool,
    /// Operations of a batch, from and to.
    pub batch: (usize, usize),
    /// Rows of an import, from and to.
    pub import: (usize, usize),
    /// The share of requests that are nothing but batches and imports.
    pub heavy: f64,
    /// How many operations of a batch change a record that is there.
    pub changing: f64,
    /// After how long a client hangs up, from and to, and how often; zero for never.
    pub cut: (Duration, Duration, f64),
}

impl Style {
    /// A little of everything.
    pub const fn usual() -> Self {
        Self {
            stop: false,
            batch: (1, 8),
            import: (3, 40),
            heavy: 0.0,
            changing: 0.4,
            cut: (Duration::ZERO, Duration::ZERO, 0.0),
        }
    }

    /// Large batches and imports, and hardly anything else.
    pub const fn heavy() -> Self {
        Self { batch: (20, 260), import: (500, 4_000), heavy: 0.85, changing: 0.1, ..Self::usual() }
    }

    /// Imports of some size among the rest.
    pub const fn importing() -> Self {
        Self { import: (200, 1_000), heavy: 0.3, ..Self::usual() }
    }

    /// Clients that hang up.
    pub const fn impatient() -> Self {
        Self { cut: (Duration::from_millis(2), Duration::from_millis(700), 0.6), ..Self::importing() }
    }

    /// The end.
    pub const fn end() -> Self {
        Self { stop: true, ..Self::usual() }
    }
}
