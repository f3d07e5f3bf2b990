//! What a file comes to, worked out before anybody waits for it; storing it is a short turn to write.

use super::Import;
use super::faults::Faults;
use super::header::Header;
use super::rows::Report;
use crate::caller::Caller;
use crate::resource::service::{self, Settled};
use crate::resource::{Error, Outcome, Resource, Version};
use crate::store::Label;
use isms_authz::Permit;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use uuid::Uuid;

/// So many records are stored at once.
const CHUNK: usize = 500;

/// A row that stands for a record.
pub struct Change {
    /// Its row in the file.
    pub number: usize,
    /// The record.
    pub id: Uuid,
    /// The version that it was held against.
    pub version: i32,
    /// What changes; none when nothing does.
    pub patch: Option<Value>,
}

/// A file that keeps all rules, and the moment that this was found out for.
pub struct Plan<R: Import> {
    /// The rights that it was found out with.
    epoch: i64,
    /// How many entries the trail had before anything was looked at.
    position: i64,
    header: Header,
    report: Report,
    new: Vec<(Permit<R>, R::Row)>,
    /// The row in the file of each new record.
    numbers: Vec<usize>,
    old: Vec<Change>,
}

impl<R: Import> Plan<R> {
    /// Of what was held against the rules.
    pub fn new(
        caller: &Caller,
        position: i64,
        header: Header,
        report: Report,
        new: Settled<R>,
        old: Vec<Change>,
    ) -> Self {
        let Settled { permitted, places, .. } = new;
        Self { epoch: caller.access.epoch, position, header, report, new: permitted, numbers: places, old }
    }

    /// What comes of it.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Whether it was found out with these rights.
    pub fn is_of(&self, caller: &Caller) -> bool {
        self.epoch == caller.access.epoch
    }

    /// Stores it, in the caller's turn to write. When others have written since it was worked out, the rules are asked
    /// again; whatever they say otherwise now, it is worked out anew.
    ///
    /// # Errors
    /// [`Error::StaleAccess`] when it is to be worked out anew; what the database refuses.
    pub async fn store(mut self, caller: &Caller) -> Outcome<Report> {
        if caller.position().await? != self.position {
            self.hold_again(caller).await?;
        }
        let mut faults = Faults::default();
        let mut numbers = self.numbers.chunks(CHUNK);
        let mut new = self.new.into_iter().peekable();
        while new.peek().is_some() {
            let numbers = numbers.next().unwrap_or_default();
            match caller.insert_all::<R>(new.by_ref().take(CHUNK).collect()).await {
                Ok(_) => {}
                Err(Error::Invalid(list)) => {
                    for error in list {
                        faults.blame_place::<R>(&self.header, &error, |place| numbers.get(place).copied());
                    }
                    break;
                }
                // Somebody else was faster with a reference: it is there now to be told.
                Err(Error::Duplicate(_)) => return Err(Error::StaleAccess),
                Err(other) => return Err(other),
            }
        }
        for change in self.old {
            let Some(patch) = change.patch else { continue };
            let version = Version::Exactly(change.version);
            if let Err(error) = service::update::<R>(caller, change.id, version, &patch).await {
                faults.blame::<R>(&self.header, change.number, error)?;
            }
        }
        faults.refuse_if_any()?;
        Ok(self.report)
    }

    /// Asks the rules again.
    async fn hold_again(&mut self, caller: &Caller) -> Outcome<()> {
        let state = RandomState::new();
        let before: Vec<u64> = self.new.iter().map(|(_, row)| trace(&state, row)).collect::<Outcome<_>>()?;
        let (permits, mut rows): (Vec<Permit<R>>, Vec<R::Row>) = std::mem::take(&mut self.new).into_iter().unzip();
        let verdicts = R::settle_new(caller, &mut rows).await?;
        for ((verdict, row), before) in verdicts.into_iter().zip(&rows).zip(before) {
            if verdict.is_err() || trace(&state, row)? != before {
                return Err(Error::StaleAccess);
            }
        }
        self.new = permits.into_iter().zip(rows).collect();
        let ids: Vec<Uuid> = self.old.iter().map(|change| change.id).collect();
        let there = caller.labels(<R as Resource>::SPEC.name, Some(&ids)).await?;
        let there: HashMap<Uuid, Label> = there.into_iter().map(|label| (label.id, label)).collect();
        let is_same = |change: &Change| {
            there.get(&change.id).is_some_and(|label| label.version == change.version && !label.retired)
        };
        if self.old.iter().all(is_same) { Ok(()) } else { Err(Error::StaleAccess) }
    }
}

/// A number that two rows have in common only when they are the same, all but surely.
fn trace(state: &RandomState, row: &impl Serialize) -> Outcome<u64> {
    struct Into<H>(H);
    impl<H: Hasher> io::Write for Into<H> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut into = Into(state.build_hasher());
    serde_json::to_writer(&mut into, row)?;
    Ok(into.0.finish())
}
