//! Seals what the trails have grown by, second for second, and while they rest now and then.

use super::Keyring;
use crate::caller::Clock;
use crate::resource::Outcome;
use crate::store::Store;
use std::time::Duration;

/// How often it looks.
const LOOKS: Duration = Duration::from_secs(1);
/// How long a log that rests goes without a checkpoint, microseconds: an hour.
const HEARTBEAT: i64 = 3_600 * 1_000_000;

/// What grows the trees and signs their checkpoints. Several servers may each have one: they take turns.
pub struct Sealer {
    store: Store,
    keyring: Keyring,
    clock: Clock,
}

impl Sealer {
    /// Seals the trails of this store with this key.
    pub const fn new(store: Store, keyring: Keyring, clock: Clock) -> Self {
        Self { store, keyring, clock }
    }

    /// Seals what there is; tells how many checkpoints were signed.
    ///
    /// # Errors
    /// When the database refuses, or what is kept contradicts what was signed: then nothing is sealed on top of it.
    pub async fn seal(&self) -> Outcome<u64> {
        self.store.seal_trails(&self.keyring, self.clock.now(), HEARTBEAT).await
    }

    /// Seals for ever; what went wrong is told and tried again.
    pub async fn run(self) {
        let mut looks = tokio::time::interval(LOOKS);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            if let Err(error) = self.seal().await {
                tracing::error!(%error, ?error, "the trail could not be sealed");
            }
        }
    }
}
