//! A deed: one write that a client means to happen once, with every attempt at it and what was answered.

use serde_json::Value;
use std::fmt;

/// A way to write; the eighth, to replay, is another attempt at a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// One new record.
    Create,
    /// A merge patch.
    Patch,
    /// A step of a state machine.
    Act,
    /// Several records in one call.
    Batch,
    /// A file of rows.
    Import,
    /// The file of a record.
    Upload,
    /// Out of use.
    Retire,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// A request as it is sent, and what has to come of it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How it writes.
    pub way: Way,
    /// HTTP method.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Media type of the body.
    pub media: &'static str,
    /// The version that it changes.
    pub version: Option<i32>,
    /// The body.
    pub body: Vec<u8>,
    /// `Idempotency-Key`.
    pub key: Option<String>,
    /// What stands in every record that it writes, if anything can.
    pub nonce: Option<String>,
    /// How many records it writes; none when it has to be refused.
    pub records: Option<usize>,
    /// SHA-256 of the file that it brings, in hexadecimal.
    pub digest: Option<String>,
    /// Whether it is sent by somebody who may not write.
    pub stranger: bool,
}

impl Plan {
    /// Whether sending it again is promised to write nothing more.
    pub const fn repeatable(&self) -> bool {
        self.key.is_some() || matches!(self.way, Way::Upload)
    }
}

/// What an answer means for what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It is written.
    Written,
    /// It is not, and never will be.
    Refused,
    /// Nobody knows.
    Open,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status; none when nothing came.
    pub status: Option<u16>,
    /// The kind of problem, or why nothing came.
    pub why: String,
    /// Records told, with their versions.
    pub records: Vec<(String, i32)>,
    /// How many records an import says that it wrote.
    pub imported: Option<usize>,
    /// Whether it is told to be an earlier answer.
    pub replayed: bool,
}

impl Answer {
    /// Nothing came.
    pub fn none(why: impl Into<String>) -> Self {
        Self { why: why.into(), ..Self::default() }
    }

    /// Reads an answer.
    pub fn read(status: u16, replayed: bool, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let number = |name: &str| body.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let results = body.get("results").and_then(Value::as_array).into_iter().flatten();
        let shown = std::iter::once(&body).chain(results.filter_map(|result| result.get("record")));
        Self {
            status: Some(status),
            why: body.get("type").and_then(Value::as_str).unwrap_or_default().replace("urn:isms:problem:", ""),
            records: shown.filter_map(record).collect(),
            imported: number("created").zip(number("updated")).map(|(created, updated)| created + updated),
            replayed,
        }
    }

    /// Whether it says that nothing was written, though not by whose fault.
    pub fn knows(&self) -> bool {
        self.status == Some(503) && self.why == "unavailable"
    }

    /// What it means.
    pub fn meaning(&self) -> Meaning {
        match self.status {
            Some(200..300) => Meaning::Written,
            Some(400..500) if self.why != "idempotency-key-busy" => Meaning::Refused,
            _ => Meaning::Open,
        }
    }
}

/// Id without dashes, and version, of a record as it is shown.
fn record(shown: &Value) -> Option<(String, i32)> {
    let version = shown.get("version")?.as_i64().and_then(|version| i32::try_from(version).ok())?;
    Some((shown.get("id")?.as_str()?.replace('-', ""), version))
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let again = if self.replayed { " replayed" } else { "" };
        match self.status {
            Some(status) if self.why.is_empty() => write!(f, "{status}{again}"),
            Some(status) => write!(f, "{status}{again} {}", self.why),
            None => write!(f, "no answer ({})", self.why),
        }
    }
}

/// One attempt at a deed.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// `X-Request-Id`.
    pub request: String,
    /// What was answered.
    pub answer: Answer,
}

/// A plan and the attempts at it.
#[derive(Clone, Debug)]
pub struct Deed {
    /// What was to happen.
    pub plan: Plan,
    /// Which client meant it.
    pub client: usize,
    /// Which round it belongs to.
    pub round: u64,
    /// In the order of their sending.
    pub attempts: Vec<Attempt>,
}

impl Deed {
    /// What all answers together mean.
    pub fn meaning(&self) -> Meaning {
        let mut all = self.attempts.iter().map(|attempt| attempt.answer.meaning());
        if all.clone().any(|meaning| meaning == Meaning::Written) {
            Meaning::Written
        } else if all.all(|meaning| meaning == Meaning::Refused) {
            Meaning::Refused
        } else {
            Meaning::Open
        }
    }

    /// How many records have to be written if any is.
    pub fn expected(&self) -> usize {
        let told = self.attempts.iter().map(|attempt| &attempt.answer).find(|a| a.meaning() == Meaning::Written);
        match (self.plan.way, told) {
            (Way::Batch, Some(answer)) => answer.records.len(),
            (Way::Import, Some(answer)) => answer.imported.unwrap_or_default(),
            _ => self.plan.records.unwrap_or_default(),
        }
    }
}
