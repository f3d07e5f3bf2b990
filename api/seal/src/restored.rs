//! Restores from a backup that a trail declares: a history that was signed and ends there is explained by them.

use crate::body::Body;
use crate::failure::{Failure, Place};
use crate::seals::Seal;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// What an entry says when it declares a restore.
const DECLARES: &[u8] = b"\"act\":\"restore\"";

/// A restore that an entry of the trail declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Restore {
    /// The entry, counted from 0.
    entry: u64,
    /// When, microseconds since 1970.
    at: i64,
    /// How many entries the backup had.
    kept: u64,
    why: String,
}

impl Restore {
    /// The restore that this body declares, if it does: as the `n`th entry, made at that time.
    pub fn declared(n: u64, at: i64, body: &Body) -> Option<Self> {
        if !body.open.windows(DECLARES.len()).any(|part| part == DECLARES) {
            return None;
        }
        let told: Value = serde_json::from_slice(&body.open).ok()?;
        let is_declared = told.get("act")? == "restore" && told.pointer("/record/type")? == "Organisation";
        let kept = told.pointer("/after/restored_entries")?.as_u64()?;
        let why = told.pointer("/after/restore_reason")?.as_str()?.to_owned();
        (is_declared && kept <= n).then_some(Self { entry: n, at, kept, why })
    }

    /// Whether it ended the history that this checkpoint was signed of: signed before, of more than the backup had.
    fn explains(&self, seal: &Seal) -> bool {
        seal.checkpoint.size > self.kept && seal.checkpoint.at().is_some_and(|at| at <= self.at)
    }
}

/// Tells of held checkpoints that lie on no history any more by which restore that came, where one explains it.
pub(crate) fn explain(failures: &mut [Failure], held: &[Seal], restores: &[Restore]) {
    for failure in failures {
        let (Failure::Forked(place) | Failure::RolledBack(place, ..)) = failure else { continue };
        let (Place::Held(_), Some(seal)) = (*place, held.iter().find(|seal| seal.place == *place)) else { continue };
        if let Some(restore) = restores.iter().find(|restore| restore.explains(seal)) {
            let on = DateTime::<Utc>::from_timestamp_micros(restore.at).map(|at| at.to_rfc3339()).unwrap_or_default();
            *failure = Failure::Restored {
                place: seal.place,
                size: seal.checkpoint.size,
                entry: restore.entry,
                on,
                kept: restore.kept,
                why: restore.why.clone(),
            };
        }
    }
}
