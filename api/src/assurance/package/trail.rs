//! The entries of the trail in a package's scope, each with the proof that it is in the sealed log.

use crate::assurance::package::archive::Draft;
use crate::assurance::package::collect::Table;
use crate::caller::Caller;
use crate::resource::{Error, Outcome};
use crate::trail::{Keyring, PackedEntry, log};
use isms_entity::Time;
use isms_seal::excerpt::Item;
use isms_seal::package::scope;

/// What a package holds of the trail.
pub struct Trail {
    /// The entries, a line of JSON each.
    pub lines: Draft,
    /// How many.
    pub entries: u64,
    /// The hash of all of them.
    pub scope: [u8; 32],
    /// How many entries the checkpoint seals.
    pub size: u64,
    /// The checkpoint.
    pub checkpoint: String,
    /// The keys of the log, one to a line.
    pub keys: String,
}

/// Entries that are read and proven at once.
const PART: usize = 500;

/// The entries of these records from the beginning of the engagement's window until an instant.
pub async fn trail(reader: &Caller, keyring: &Keyring, tables: &[Table], until: Time) -> Outcome<Trail> {
    let ids: Vec<_> = tables.iter().flat_map(|table| table.ids.iter().copied()).collect();
    let from = reader.access.window.and_then(|window| window.first());
    let entries = reader.trail_of_records(&ids, from, until).await?;
    let needed = entries.last().map_or(1, |entry| u64::try_from(entry.position).unwrap_or(u64::MAX));
    reader.seal_now(keyring).await?;
    let checkpoint = reader.checkpoint_of(needed).await?;
    let checkpoint = checkpoint.ok_or_else(|| Error::Unavailable("the trail is not sealed yet".into()))?;
    let (mut lines, mut leaves) = (Draft::new()?, Vec::with_capacity(entries.len()));
    for part in entries.chunks(PART) {
        let told = log::told(reader, part).await?;
        let indexes: Vec<u64> = told.iter().map(|line| line.entry.position).collect();
        let proofs = log::proofs(reader, &indexes, checkpoint.size).await?;
        for (line, proof) in told.into_iter().zip(proofs) {
            let item = Item { entry: line.entry.encode().to_vec(), proof, told: line.told };
            lines.push(&(serde_json::to_string(&PackedEntry::new(line.entry.position, &item)?)? + "\n"))?;
            leaves.push(item.entry);
        }
        tokio::task::yield_now().await;
    }
    let keys = reader.trail_keys().await?;
    Ok(Trail {
        lines,
        entries: leaves.len() as u64,
        scope: scope(leaves.iter().map(Vec::as_slice)),
        size: checkpoint.size,
        checkpoint: checkpoint.note,
        keys: keys.into_iter().filter(|key| key.since <= checkpoint.size).map(|key| key.key + "\n").collect(),
    })
}
