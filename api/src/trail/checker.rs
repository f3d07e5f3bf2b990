//! Checks that what the database keeps of the trails is what was sealed: every entry from the first on, over and over, at
//! a pace that nobody notices. Readiness tells what it finds (rule C68).

use super::Keyring;
use crate::caller::Clock;
use crate::resource::{Error, Outcome};
use crate::store::{Pass, Round, Store};
use std::collections::HashMap;
use uuid::Uuid;

/// How long it rests once a trail was looked at to its end, microseconds: an hour.
const REST: i64 = 3_600 * 1_000_000;

/// How often files are looked for, where that costs nothing, microseconds: a minute.
const LOOKS: i64 = 60 * 1_000_000;
/// How often all of them are read, microseconds: a day.
const READS: i64 = 24 * 3_600 * 1_000_000;

/// What checks the trails of a store. Each server checks for itself.
pub struct Checker {
    store: Store,
    keyring: Keyring,
    clock: Clock,
    passes: HashMap<Uuid, Pass>,
    round: Round,
    /// When files are looked for again, and when they are read again.
    next: (i64, i64),
}

impl Checker {
    /// Checks the trails of this store, which this key seals.
    pub fn new(store: Store, keyring: Keyring, clock: Clock) -> Self {
        Self { store, keyring, clock, passes: HashMap::new(), round: Round::default(), next: (0, 0) }
    }

    /// Looks at the next entries of every trail whose turn it is; tells whether there is more to look at right now.
    ///
    /// # Errors
    /// When the database does not answer. That a trail is not what was sealed is no error: it is noted.
    pub async fn step(&mut self) -> Outcome<bool> {
        self.store.check_trails(&self.keyring, &mut self.passes, self.clock.now(), REST).await
    }

    /// Looks at every trail to its end, whenever that was done before.
    ///
    /// # Errors
    /// As [`Checker::step`].
    pub async fn run_through(&mut self) -> Outcome<()> {
        let now = self.clock.now();
        // Whatever was looked at before this instant is looked at again.
        while self.store.check_trails(&self.keyring, &mut self.passes, now, 1).await? {}
        Ok(())
    }

    /// Looks at the next files of all records; tells whether there is more to look at right now.
    ///
    /// # Errors
    /// When database or store of files do not answer.
    pub async fn step_files(&mut self) -> Outcome<bool> {
        let now = self.clock.now().0;
        let (looks, reads) = self.next;
        if now < looks {
            return Ok(false);
        }
        self.round.reads |= now >= reads;
        let read = self.round.reads;
        if !self.store.check_contents(&mut self.round).await? {
            return Ok(true);
        }
        let rest = if self.store.has_own_contents() { LOOKS } else { READS };
        self.next = (now + rest, if read { now + READS } else { reads });
        Ok(false)
    }

    /// The next step of everything that is checked.
    ///
    /// # Errors
    /// When something does not answer, and as long as anything that is kept is not what it was.
    pub async fn run(&mut self) -> Outcome<()> {
        self.step().await?;
        self.step_files().await?;
        if self.store.is_whole().await? {
            return Ok(());
        }
        Err(Error::Conflict("a trail or a file is not what was kept: see readiness (C68) and the log".into()))
    }
}
