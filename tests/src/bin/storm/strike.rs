//! How each class of faults strikes.

use crate::fault::Fault;
use crate::judge::Finding;
use crate::outcome::Outcome;
use crate::scene::Scene;
use crate::{database, disk, process, traffic};
use rand::Rng;
use rand::rngs::StdRng;
use std::time::{Duration, Instant};

/// What came of a strike.
pub struct Struck {
    /// When the fault was over.
    pub over: Instant,
    /// Which one of its class it was.
    pub note: String,
    /// Whether the services are killed and started again before the judge looks.
    pub restart: bool,
    /// What was wrong already.
    pub findings: Vec<Finding>,
}

impl Struck {
    /// It is over now.
    pub fn now(note: impl Into<String>, restart: bool) -> Self {
        Self { over: Instant::now(), note: note.into(), restart, findings: Vec::new() }
    }
}

/// A time between these milliseconds.
pub fn between(rng: &mut StdRng, from: u64, to: u64) -> Duration {
    Duration::from_millis(rng.random_range(from..=to))
}

/// Lets a fault come over the scene while the clients write.
///
/// # Errors
/// When something does not come up again.
pub async fn strike(scene: &mut Scene, fault: Fault, rng: &mut StdRng) -> Outcome<Struck> {
    match fault {
        Fault::Calm => Ok(Struck::now("", false)),
        Fault::Kill => process::kill(scene).await,
        Fault::Stop => process::stop(scene, rng).await,
        Fault::Fill => disk::fill(scene, rng).await,
        Fault::Io => disk::io(scene, rng).await,
        Fault::Freeze if scene.services.len() > 1 => process::freeze_one(scene, rng).await,
        Fault::Freeze => Ok(process::freeze(scene, rng).await),
        Fault::Timeout => Ok(traffic::timeout(scene, rng).await),
        Fault::Disconnect => Ok(traffic::disconnect(scene, rng).await),
        Fault::Database => database::database(scene, rng).await,
        Fault::Two => process::two(scene, rng).await,
    }
}
