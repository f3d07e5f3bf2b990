//! A sealed trail of any length, made directly, and laid down as `isms trail fetch` would lay it.

use isms::trail::{Archive, TrailEntry};
use isms_seal::body::{Body, Opening, hash};
use isms_seal::bundle::bundle;
use isms_seal::checkpoint::Checkpoint;
use isms_seal::entry::Entry;
use isms_seal::key::{Key, Signer};
use isms_seal::tile::{Kind, Tile};
use isms_seal::tree::{Hash, Peaks, leaf};
use isms_seal::verify::{Told, Trail};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use std::path::Path;

/// The log's name.
pub const ORIGIN: &str = "isms/00000000-0000-7000-8000-000000000000";
/// Entries of one bundle and hashes of one tile.
const WIDTH: usize = 256;
/// A second, microseconds.
const SECOND: i64 = 1_000_000;

/// What was sealed, without the bodies: those are made anew whenever they are wanted, and always alike.
pub struct Log {
    /// Checkpoints, bundles and tiles.
    pub trail: Trail,
    /// The key that signed.
    pub key: Key,
    /// Bytes of all bodies.
    pub bodies: u64,
    entries: Vec<Entry>,
}

/// How often each record is changed.
const CHANGES: u64 = 4;

/// What an entry tells of: an asset before and after a change, as the product keeps it, and the token that was used.
pub fn told(n: u64) -> Told {
    let (asset, version) = (n / CHANGES, n % CHANGES + 1);
    let id = format!("019a0000-0000-7000-8000-{asset:012x}");
    let row = |version: u64| {
        json!({"id": id, "organisation_id": "00000000-0000-7000-8000-000000000000",
            "unit_id": "019a0000-0000-7000-8000-000000000001", "reference": format!("AST-{asset:04}"), "version": version,
            "created_at": "2026-01-05T08:00:00.000000Z", "created_by": "019a0000-0000-7000-8000-00000000b055",
            "updated_at": "2026-11-28T08:00:00.000000Z", "updated_by": "019a0000-0000-7000-8000-00000000b055",
            "retired_at": null, "name": format!("System {asset:07}"), "kind": "software",
            "description": format!("Looked at {version} times, and found in order each time"),
            "owner_id": "019a0000-0000-7000-8000-00000000b055", "confidentiality": 3, "integrity": 2, "availability": 4,
            "need_reason": "Customers could not work for a day", "classification": "internal", "location": "Rack 4",
            "depends_on_ids": [], "personal_data": "none", "state": "active", "review_on": null, "disposed_on": null,
            "disposed_by": null, "disposal_method": null, "disposal_proof": null})
    };
    let open = json!({"act": "update", "actor": {"id": "019a0000-0000-7000-8000-00000000b055", "type": "User"},
        "after": row(version), "before": (version > 1).then(|| row(version - 1)), "id": "019a0000-0000-7000-8000-00000000e111",
        "organisation": "00000000-0000-7000-8000-000000000000", "reasons": ["manager-runs-the-isms"],
        "record": {"id": id, "type": "Asset", "version": version},
        "request": "019a0000-0000-7000-8000-0000000000ff", "units": ["019a0000-0000-7000-8000-000000000001"]});
    let mut salt = [0; 32];
    StdRng::seed_from_u64(n).fill(&mut salt);
    let value = br#"{"method":"token","tokenId":"019a0000-0000-7000-8000-00000000c0de"}"#.to_vec();
    let openings = vec![Opening { context: "authentication".to_owned(), salt, value }];
    let body = Body::new(open.to_string().as_bytes(), &openings).encode().expect("a body");
    Told { body, openings, ..Told::default() }
}

impl Log {
    /// So many entries, a second between two, with a checkpoint after each so many.
    pub fn of(entries: u64, per_checkpoint: u64) -> Self {
        let signer = Signer::new(ORIGIN, &[7; 32]).expect("a key");
        let (mut peaks, mut hashes, mut checkpoints) = (Peaks::default(), Vec::<Hash>::new(), Vec::new());
        let (mut made, mut bodies) = (Vec::new(), 0);
        for position in 0..entries {
            let body = told(position).body;
            bodies += body.len() as u64;
            let at = 1_760_000_000 * SECOND + i64::try_from(position).expect("a number") * SECOND;
            let entry = Entry { position, at, body: hash(&body) };
            let hash = leaf(&entry.encode());
            peaks.push(hash).expect("room");
            hashes.push(hash);
            made.push(entry);
            if (position + 1) % per_checkpoint == 0 || position + 1 == entries {
                let checkpoint = Checkpoint::dated(ORIGIN, peaks.size(), peaks.root(), at);
                checkpoints.push(checkpoint.sign(&signer).expect("a note"));
            }
        }
        let leaves: Vec<_> = made.iter().map(Entry::encode).collect();
        let trail = Trail {
            checkpoints,
            bundles: leaves.chunks(WIDTH).map(|leaves| bundle(leaves).expect("a bundle")).collect(),
            tiles: hashes.chunks(WIDTH).map(<[Hash]>::concat).collect(),
            ..Trail::default()
        };
        Self { trail, key: signer.key(), bodies, entries: made }
    }

    /// How many entries there are.
    pub fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Lays it down in an empty folder.
    pub fn lay(&self, folder: &Path) {
        let archive = Archive::new(folder).expect("a folder");
        archive.keep_keys(&[self.key.to_string()]).expect("room");
        for (n, note) in self.trail.checkpoints.iter().enumerate() {
            archive.keep_checkpoint(n, note).expect("room");
        }
        for tile in Tile::written(0, self.len()) {
            let kept = match tile.kind() {
                Kind::Entries => &self.trail.bundles,
                Kind::Hashes(0) => &self.trail.tiles,
                Kind::Hashes(_) => continue,
            };
            archive.keep_tile(&tile, &kept[usize::try_from(tile.index()).expect("a number")]).expect("room");
        }
        for entries in self.entries.chunks(WIDTH) {
            let line = |entry: &Entry| TrailEntry::new(entry.position, &entry.encode(), Some(told(entry.position)));
            let lines: Vec<_> = entries.iter().map(|entry| line(entry).expect("text")).collect();
            archive.keep_entries(&lines).expect("room");
        }
    }
}
