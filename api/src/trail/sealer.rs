//! Seals what the trails have grown by, and while they rest now and then.

use super::Keyring;
use crate::caller::Clock;
use crate::resource::Outcome;
use crate::store::Store;

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
        // What is signed with a wrong time stays so.
        self.store.check_clock(&self.clock).await?;
        self.store.seal_trails(&self.keyring, self.clock.now(), HEARTBEAT).await
    }
}
