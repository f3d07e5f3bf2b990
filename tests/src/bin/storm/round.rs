//! One round: the clients write, a fault comes and goes, and every answer is held against what is there.

use crate::fault::Fault;
use crate::judge::{Count, Finding};
use crate::outcome::Outcome;
use crate::scene::Scene;
use crate::strike::{Struck, strike};
use crate::style::Style;
use crate::tally::seconds;
use crate::verdict::Wrong;
use rand::Rng;
use rand::rngs::StdRng;
use std::fmt;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// So long writes may take to come back.
const BACK: Duration = Duration::from_secs(20);

/// A replay that takes longer than this is worth a word.
const SLOW: Duration = Duration::from_secs(3);

/// What came of a round.
pub struct Round {
    /// Its fault.
    pub fault: Fault,
    /// Which one of its class it was.
    pub note: String,
    /// How long after it writes came back.
    pub recovery: Option<Duration>,
    /// What was judged.
    pub count: Count,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// How long it took.
    pub took: Duration,
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count { acknowledged, records, refused, unanswered, written, replayed } = self.count;
        let note = if self.note.is_empty() { String::new() } else { format!(" ({})", self.note) };
        write!(f, "{}{note}: {acknowledged} acknowledged, {records} records; {refused} refused; ", self.fault)?;
        write!(f, "{unanswered} unanswered, {written} written, {replayed} replayed; ")?;
        match self.recovery {
            Some(recovery) => write!(f, "back after {}", seconds(recovery))?,
            None => write!(f, "NOT BACK")?,
        }
        write!(f, "; {}", seconds(self.took))
    }
}

/// One round with this fault.
///
/// # Errors
/// When a service or the database does not come up.
pub async fn round(scene: &mut Scene, number: u64, fault: Fault, rng: &mut StdRng) -> Outcome<Round> {
    let begun = Instant::now();
    if fault == Fault::Timeout {
        scene.launch.request_timeout = Some(1);
        scene.restart().await?;
    }
    scene.crew.start(number, Style::usual());
    sleep(Duration::from_millis(rng.random_range(500..1_200))).await;
    let struck = strike(scene, fault, rng).await;
    let back = match &struck {
        Ok(struck) => back(scene, struck.over).await,
        Err(_) => None,
    };
    if back.is_some() {
        sleep(Duration::from_millis(rng.random_range(50..300))).await;
    }
    scene.crew.stop().await;
    let Struck { over, note, restart, mut findings } = struck?;
    if back.is_none() {
        findings.push(Finding { wrong: Wrong::Stuck, told: format!("no writes {BACK:?} after {fault} {note}") });
    }
    let complaints = scene.complaints()?;
    findings.extend(complaints.into_iter().map(|told| Finding { wrong: Wrong::Other, told }));
    scene.launch.request_timeout = None;
    if restart || back.is_none() || fault == Fault::Timeout {
        scene.restart().await?;
    }
    let slowest = scene.crew.settle(rng).await;
    let note = if slowest > SLOW { format!("{note}; a replay took {}", seconds(slowest)) } else { note };
    sleep(Duration::from_millis(50)).await;
    let connection = scene.look().await?;
    let (count, found) = scene.judge.judge(&connection, scene.crew.ledger.take()).await?;
    connection.close().await?;
    findings.extend(found);
    let recovery = back.map(|back| back.saturating_duration_since(over));
    Ok(Round { fault, note, recovery, count, findings, took: begun.elapsed() })
}

/// When every service writes again.
async fn back(scene: &mut Scene, since: Instant) -> Option<Instant> {
    while since.elapsed() < BACK {
        let all = (0..scene.services.len()).map(|service| scene.crew.ledger.recovered(service, since));
        if let Some(all) = all.collect::<Option<Vec<_>>>() {
            return all.into_iter().max();
        }
        sleep(Duration::from_millis(10)).await;
    }
    None
}
