//! What a run counts, and how it is told.

use crate::judge::Count;
use crate::verdict::Wrong;
use std::collections::BTreeMap;
use std::time::Duration;

/// Everything that was counted on one database.
#[derive(Debug, Default)]
pub struct Tally {
    /// Rounds by their fault: how many, and after how long writes came back.
    pub rounds: BTreeMap<String, (u64, Vec<Duration>)>,
    /// What was judged.
    pub count: Count,
    /// What was wrong, by kind.
    pub wrong: BTreeMap<Wrong, usize>,
    /// How often the whole trail was taken home and found proven.
    pub verified: usize,
}

impl Tally {
    /// One more round.
    pub fn round(&mut self, fault: &str, recovery: Option<Duration>, count: Count) {
        let (rounds, times) = self.rounds.entry(fault.to_owned()).or_default();
        *rounds += 1;
        times.extend(recovery);
        let sum = &mut self.count;
        sum.acknowledged += count.acknowledged;
        sum.records += count.records;
        sum.refused += count.refused;
        sum.unanswered += count.unanswered;
        sum.written += count.written;
        sum.replayed += count.replayed;
    }

    /// One more thing that is wrong.
    pub fn wrong(&mut self, wrong: Wrong) {
        *self.wrong.entry(wrong).or_default() += 1;
    }

    /// Whether nothing is.
    pub fn is_clean(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Tells all of it.
    pub fn tell(&self, database: &str, rounds: u64) -> String {
        let mut text = format!("\n{database}: {rounds} rounds\n");
        text += "  fault         rounds    back    median       max\n";
        for (fault, (many, times)) in &self.rounds {
            text += &line(fault, *many, times);
        }
        let all: Vec<Duration> = self.rounds.values().flat_map(|(_, times)| times).copied().collect();
        text += &line("all", rounds, &all);
        let Count { acknowledged, records, refused, unanswered, written, replayed } = self.count;
        text += &format!("  acknowledged {acknowledged} requests, {records} records; refused {refused}\n");
        text +=
            &format!("  unanswered {unanswered}, of them written {written}, acknowledged when replayed {replayed}\n");
        let wrong: Vec<String> =
            Wrong::ALL.iter().map(|kind| format!("{kind} {}", self.wrong.get(kind).unwrap_or(&0))).collect();
        text + &format!("  {}\n  trail taken home and proven: {} times\n", wrong.join(", "), self.verified)
    }
}

fn line(fault: &str, rounds: u64, times: &[Duration]) -> String {
    let (median, most) = middle(times);
    format!("  {fault:<12} {rounds:>7} {:>7} {:>9} {:>9}\n", times.len(), seconds(median), seconds(most))
}

/// A time in seconds.
pub fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

fn middle(times: &[Duration]) -> (Duration, Duration) {
    let mut times = times.to_vec();
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    (median, times.last().copied().unwrap_or_default())
}
