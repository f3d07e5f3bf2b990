//! How fast a sealed trail is verified: by `isms trail verify` in a folder, and by what it stands on in memory.

use crate::log::{Log, ORIGIN, told};
use crate::process::{Memory, memory_of};
use crate::server::{Kind, again};
use crate::{Plan, report};
use isms_seal::seals::Trust;
use isms_seal::verify::Check;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Checkpoints of a busy service seal so many entries each; those of a quiet one seal one.
const BUSY: u64 = 100;
/// So many bodies are in memory at once.
const AT_ONCE: u64 = 1_000;

/// One trail and what it cost to verify.
pub struct Verified {
    /// Entries.
    pub entries: u64,
    /// Signed checkpoints.
    pub checkpoints: usize,
    /// Bytes of a body, on average.
    pub body: u64,
    /// The whole command.
    pub whole: Duration,
    /// Its memory at its most, KiB.
    pub peak: u64,
    /// What is proven of checkpoints, tree and times, in memory.
    pub tree: Duration,
    /// And of bodies.
    pub bodies: Duration,
}

/// Verifies trails of a hundredth, a tenth and all of the entries, and a tenth with a checkpoint for each entry.
pub fn measure(plan: &Plan) {
    let most = plan.entries;
    report::begin_verified();
    for (entries, per_checkpoint) in [(most / 100, BUSY), (most / 10, BUSY), (most, BUSY), (most / 10, 1)] {
        report::verified(&one(&Log::of(entries.max(1), per_checkpoint)));
    }
}

fn one(log: &Log) -> Verified {
    let folder = tempfile::tempdir().expect("a folder");
    log.lay(folder.path());
    let (whole, peak) = command(folder.path());
    let (tree, bodies) = core(log);
    let checkpoints = log.trail.checkpoints.len();
    Verified { entries: log.len(), checkpoints, body: log.bodies / log.len(), whole, peak, tree, bodies }
}

/// Runs `isms trail verify`, and watches its memory until it ends.
fn command(folder: &Path) -> (Duration, u64) {
    let begun = Instant::now();
    let mut command = again(Kind::Program);
    let mut child = command.args(["trail", "verify"]).arg(folder).stdout(Stdio::null()).spawn().expect("a process");
    let mut peak = 0;
    loop {
        peak = memory_of(child.id()).map_or(peak, |Memory { peak, .. }| peak);
        if let Some(status) = child.try_wait().expect("a process of our own") {
            assert!(status.success(), "the trail is not proven");
            return (begun.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The same in memory; making the bodies does not count.
fn core(log: &Log) -> (Duration, Duration) {
    let keys = [log.key.clone()];
    let trust = Trust { origin: ORIGIN, keys: &keys, held: &[] };
    let begun = Instant::now();
    let mut check = Check::begin(&log.trail, &trust);
    let (tree, mut bodies) = (begun.elapsed(), Duration::ZERO);
    for from in (0..log.len()).step_by(usize::try_from(AT_ONCE).expect("a number")) {
        let told: Vec<_> = (from..log.len().min(from + AT_ONCE)).map(told).collect();
        let begun = Instant::now();
        told.iter().for_each(|told| check.tell(Some(told)));
        bodies += begun.elapsed();
    }
    let summary = check.end().expect("a proven trail");
    assert_eq!(summary.entries, log.len());
    (tree, bodies)
}
