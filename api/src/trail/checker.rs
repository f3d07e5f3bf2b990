//! Checks that what the database keeps of the trails is what was sealed: every entry from the first on, over and over, at
//! a pace that nobody notices. Readiness tells what it finds (rule C68).

use super::Keyring;
use super::seal::tree::Peaks;
use crate::caller::Clock;
use crate::resource::Outcome;
use crate::store::Store;
use std::collections::HashMap;
use std::time::Duration;
use uuid::Uuid;

/// How often it looks at a few more entries.
const STEPS: Duration = Duration::from_secs(1);
/// How long it rests once a trail was looked at to its end, microseconds: an hour.
const REST: i64 = 3_600 * 1_000_000;

/// How far the check of one trail has come: the tree that its entries make, from the first on.
#[derive(Debug, Default)]
pub struct Pass {
    /// The tree so far.
    pub peaks: Peaks,
    /// How many entries it takes to the end: as many as the checkpoint seals that it is checked against.
    pub until: u64,
    /// The root that this checkpoint has signed.
    pub root: [u8; 32],
}

/// What checks the trails of a store. Each server checks for itself.
pub struct Checker {
    store: Store,
    keyring: Keyring,
    clock: Clock,
    passes: HashMap<Uuid, Pass>,
}

impl Checker {
    /// Checks the trails of this store, which this key seals.
    pub fn new(store: Store, keyring: Keyring, clock: Clock) -> Self {
        Self { store, keyring, clock, passes: HashMap::new() }
    }

    /// Looks at the next entries of every trail whose turn it is; tells whether there is more to look at right now.
    ///
    /// # Errors
    /// When the database does not answer. That a trail is not what was sealed is no error: it is noted.
    pub async fn step(&mut self) -> Outcome<bool> {
        self.store.check_trails(&self.keyring, &mut self.passes, self.clock.now(), REST).await
    }

    /// Checks for ever.
    pub async fn run(mut self) {
        let mut steps = tokio::time::interval(STEPS);
        steps.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            steps.tick().await;
            if let Err(error) = self.step().await {
                tracing::error!(%error, ?error, "the trail could not be checked");
            }
        }
    }
}
