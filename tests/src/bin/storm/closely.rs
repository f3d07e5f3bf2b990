//! A closer look at one deed: its entries, its file and the answer that is kept for its key.

use crate::deed::{Deed, Meaning, Way};
use crate::scan::Entry;
use crate::verdict::Wrong;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// What the database holds.
pub struct Facts {
    /// Entries that have not been looked at before.
    pub entries: Vec<Entry>,
    /// How many entries each request has left.
    pub counts: HashMap<String, usize>,
    /// Keys whose answer is kept.
    pub keys: HashSet<String>,
    /// Files that belong to no record.
    pub unclaimed: HashSet<String>,
    /// The organisation.
    pub organisation: String,
}

/// An answer is kept for a key if and only if what it answers for is written.
pub fn kept(deed: &Deed, facts: &Facts) -> Option<(Wrong, String)> {
    let key = deed.plan.key.as_ref()?;
    let is_written = deed.attempts.iter().any(|attempt| facts.counts.contains_key(&attempt.request));
    let is_kept = facts.keys.contains(key);
    let empty = deed.expected() == 0;
    match (is_written || (empty && deed.meaning() == Meaning::Written), is_kept) {
        (true, false) => Some((Wrong::Lost, format!("no answer is kept for its key {key}"))),
        (false, true) => Some((Wrong::Torn, format!("an answer is kept for its key {key}, and nothing else"))),
        _ => None,
    }
}

/// Whether the entries of a deed tell of the records that were answered, and of what was sent.
pub fn closely(
    deed: &Deed,
    by_request: &HashMap<&str, Vec<&Entry>>,
    facts: &Facts,
    files: &Path,
) -> Option<(Wrong, String)> {
    let entries = deed.attempts.iter().filter_map(|attempt| by_request.get(attempt.request.as_str())).flatten();
    let entries: Vec<&Entry> = entries.copied().collect();
    if let Some(nonce) = &deed.plan.nonce
        && let Some(other) = entries.iter().find(|entry| !entry.after.contains(nonce.as_str()))
    {
        return Some((Wrong::Disagrees, format!("entry {} without {nonce}", other.position)));
    }
    let answers = deed.attempts.iter().map(|a| &a.answer).find(|answer| answer.meaning() == Meaning::Written);
    for (id, version) in answers.iter().flat_map(|answer| &answer.records).filter(|_| !entries.is_empty()) {
        if !entries.iter().any(|entry| entry.record == *id && entry.version == *version) {
            return Some((Wrong::Disagrees, format!("no entry for version {version} of {id}")));
        }
    }
    if deed.plan.way == Way::Upload { entries.iter().find_map(|entry| file(deed, entry, facts, files)) } else { None }
}

/// What is wrong with the file of an upload.
fn file(deed: &Deed, entry: &Entry, facts: &Facts, files: &Path) -> Option<(Wrong, String)> {
    let row: serde_json::Value = serde_json::from_str(&entry.after).unwrap_or_default();
    let text = |names: [&str; 2]| names.iter().find_map(|name| row.get(*name)?.as_str()).map(ToOwned::to_owned);
    let (digest, expected) = (text(["content_digest", "contentDigest"]), deed.plan.digest.clone());
    if digest != expected {
        return Some((Wrong::File, format!("the record tells of {digest:?}")));
    }
    let content = text(["content_id", "contentId"]).unwrap_or_default();
    if facts.unclaimed.contains(&content.replace('-', "")) {
        return Some((Wrong::File, format!("file {content} is about to be cleared away")));
    }
    let bytes = std::fs::read(files.join(dashed(&facts.organisation)).join(&content)).ok();
    let bytes = bytes.map(|bytes| Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    (bytes != expected).then(|| (Wrong::File, format!("file {content} has the digest {bytes:?}")))
}

/// An id as files are named by it.
fn dashed(id: &str) -> String {
    let part = |from: usize, to: usize| id.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
