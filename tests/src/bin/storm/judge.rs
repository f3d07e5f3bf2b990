//! The judge: compares every answer with the database and the trail, and forgets none of a season.

use crate::closely::{Facts, closely, kept};
use crate::deed::{Deed, Meaning};
use crate::outcome::Outcome;
use crate::scan::{Entry, Scan};
use crate::verdict::{self, Wrong};
use sea_orm::DatabaseConnection;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// Something that is wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What.
    pub wrong: Wrong,
    /// In which round it was meant, what was answered and what is there.
    pub told: String,
}

/// How much was judged in a round.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Acknowledged deeds.
    pub acknowledged: usize,
    /// Records that they wrote.
    pub records: usize,
    /// Deeds that were refused.
    pub refused: usize,
    /// Deeds with an attempt that was not answered, or answered by an error of the service.
    pub unanswered: usize,
    /// Those of them that are written.
    pub written: usize,
    /// Those of them that a replay was acknowledged for.
    pub replayed: usize,
}

/// The judge of one season.
#[derive(Debug, Default)]
pub struct Judge {
    files: PathBuf,
    /// Entries up to here were there before the storm.
    base: i64,
    last: i64,
    deeds: Vec<Deed>,
    /// Deeds and general failures that have been told of already.
    told: HashSet<String>,
}

impl Judge {
    /// Judges what comes after what is there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn new(connection: &DatabaseConnection, files: PathBuf) -> Outcome<Self> {
        let base = Scan(connection).number("SELECT MAX(position) FROM trail_entry").await?;
        Ok(Self { files, base, last: base, ..Self::default() })
    }

    /// Judges the deeds of a round, and again all those of the season.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn judge(&mut self, connection: &DatabaseConnection, deeds: Vec<Deed>) -> Outcome<(Count, Vec<Finding>)> {
        let scan = Scan(connection);
        let facts = Facts {
            entries: scan.entries(self.last).await?,
            counts: scan.counts().await?,
            keys: scan.keys().await?,
            unclaimed: scan.unclaimed().await?,
            organisation: scan.organisation().await?,
        };
        let (from, mut found) = (self.deeds.len(), scan.whole().await?);
        self.deeds.extend(deeds.into_iter().map(light));
        self.last = facts.entries.last().map_or(self.last, |entry| entry.position);
        found.extend(self.strangers(&facts));
        let mut findings: Vec<Finding> = found.into_iter().map(|(wrong, told)| Finding { wrong, told }).collect();
        for deed in &self.deeds {
            let wrong = verdict::of(deed, &facts.counts).or_else(|| kept(deed, &facts));
            findings.extend(wrong.map(|(wrong, there)| finding(deed, wrong, &there)));
        }
        let new = self.deeds.get(from..).unwrap_or_default();
        let by_request = by_request(&facts.entries);
        for deed in new {
            let wrong = closely(deed, &by_request, &facts, &self.files);
            findings.extend(wrong.map(|(wrong, there)| finding(deed, wrong, &there)));
        }
        let count = new.iter().fold(Count::default(), |count, deed| add(count, deed, &facts.counts));
        findings.retain(|finding| self.told.insert(format!("{} {}", finding.wrong, finding.told)));
        Ok((count, findings))
    }

    /// What a copy of the database lacks of what has been acknowledged until now.
    ///
    /// # Errors
    /// When the copy cannot be read.
    pub async fn alone(&self, connection: &DatabaseConnection, deeds: &[Deed]) -> Outcome<Vec<Finding>> {
        let counts = Scan(connection).counts().await?;
        let acknowledged = self.deeds.iter().chain(deeds).filter(|deed| deed.meaning() == Meaning::Written);
        let wrong = acknowledged.filter_map(|deed| Some((deed, verdict::of(deed, &counts)?)));
        let told = |(deed, (wrong, there)): (&Deed, (Wrong, String))| {
            let there = format!("{there} in isms.db alone after a clean stop");
            finding(deed, wrong, &there)
        };
        Ok(wrong.map(told).collect())
    }

    /// Requests that left entries and that no client has sent.
    fn strangers(&self, facts: &Facts) -> Vec<(Wrong, String)> {
        let known: HashSet<&str> =
            self.deeds.iter().flat_map(|deed| &deed.attempts).map(|attempt| attempt.request.as_str()).collect();
        let new = facts.entries.iter().filter(|entry| entry.position > self.base);
        let unknown = new.filter(|entry| !known.contains(entry.request.as_str()));
        unknown
            .take(3)
            .map(|e| (Wrong::Other, format!("entry {} of request {}, which nobody sent", e.position, e.request)))
            .collect()
    }
}

/// Without its body, which nobody needs any more.
fn light(mut deed: Deed) -> Deed {
    deed.plan.body = Vec::new();
    deed
}

fn finding(deed: &Deed, wrong: Wrong, there: &str) -> Finding {
    let attempts: Vec<String> = deed.attempts.iter().map(|a| format!("{}: {}", a.request, a.answer)).collect();
    let (way, path, round, client) = (deed.plan.way, &deed.plan.path, deed.round, deed.client);
    let told = format!("{way} {path} of round {round}, client {client}; {}; there: {there}", attempts.join(", "));
    Finding { wrong, told }
}

fn add(count: Count, deed: &Deed, counts: &HashMap<String, usize>) -> Count {
    let meaning = deed.meaning();
    let is_written = deed.attempts.iter().any(|attempt| counts.contains_key(&attempt.request));
    let open = usize::from(deed.attempts.iter().any(|attempt| attempt.answer.meaning() == Meaning::Open));
    let acknowledged = usize::from(meaning == Meaning::Written);
    Count {
        acknowledged: count.acknowledged + acknowledged,
        records: count.records + acknowledged * deed.expected(),
        refused: count.refused + usize::from(meaning == Meaning::Refused),
        unanswered: count.unanswered + open,
        written: count.written + open * usize::from(is_written),
        replayed: count.replayed + open * acknowledged,
    }
}

fn by_request(entries: &[Entry]) -> HashMap<&str, Vec<&Entry>> {
    let mut by_request: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in entries {
        by_request.entry(entry.request.as_str()).or_default().push(entry);
    }
    by_request
}

#[cfg(test)]
#[path = "judge_test.rs"]
mod tests;
