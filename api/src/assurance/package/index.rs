//! The page that a package opens with, and how it is checked. A page of plain HTML: nothing in it runs.

use super::collect::Table;
use chrono::{DateTime, Utc};
use isms_entity::Time;
use isms_entity::evaluation::engagement;

/// What the page tells.
pub struct Index<'a> {
    /// Whose package it is.
    pub organisation: &'a str,
    /// What for.
    pub engagement: &'a engagement::Model,
    /// What it shows.
    pub as_of: Time,
    /// The records.
    pub tables: &'a [Table],
    /// The other files: a heading, and path with what it is.
    pub parts: &'a [(&'static str, Vec<(String, String)>)],
    /// How many entries of the trail.
    pub entries: u64,
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}\
h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ddd}\
table{border-collapse:collapse;width:100%}td{padding:.2rem .6rem .2rem 0;vertical-align:top}td.n{text-align:right;color:#555}\
p.small,dd,dt{color:#444}code{background:#f3f3f3;padding:0 .25em}a{color:#0b4f9e}";

impl Index<'_> {
    /// The page.
    pub fn page(&self) -> String {
        let at = DateTime::<Utc>::from(self.as_of).format("%Y-%m-%d %H:%M:%S UTC");
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n\
             <h1>{title}</h1>\n<p>{organisation} · for {body} · as of {at}</p>\n",
            title = text(&self.engagement.title),
            organisation = text(self.organisation),
            body = text(&self.engagement.audit_body),
        );
        if let Some(held) = self.engagement.held_back.as_deref().filter(|held| !held.trim().is_empty()) {
            page += &format!("<p><strong>Held back:</strong> {}</p>\n", text(held));
        }
        for (heading, files) in self.parts.iter().filter(|(_, files)| !files.is_empty()) {
            page += &format!("<h2>{}</h2>\n<table>\n", text(heading));
            for (path, what) in files {
                page += &format!("<tr><td><a href=\"{}\">{}</a></td></tr>\n", address(path), text(what));
            }
            page += "</table>\n";
        }
        page += "<h2>Records</h2>\n<table>\n";
        for table in self.tables {
            page += &format!(
                "<tr><td>{}</td><td class=\"n\">{}</td><td><a href=\"records/{plural}.csv\">table</a></td>\
                 <td><a href=\"records/{plural}.jsonl\">JSON</a></td></tr>\n",
                text(&table.spec.plural.replace('-', " ")),
                table.ids.len(),
                plural = table.spec.plural,
            );
        }
        page += &format!(
            "</table>\n<h2>How to check it</h2>\n<p>{} entries of the sealed trail tell how these records came to be. \
             <code>isms trail verify PACKAGE.zip --keys KEYS</code> checks, without any server and with the organisation's key \
             that you have by another way, that no file was changed, left out or added since it was packed, and that each entry is in the log that the organisation has sealed. \
             <a href=\"VERIFY.txt\">VERIFY.txt</a> says how, and what it does not prove.</p>\n</body></html>\n",
            self.entries
        );
        page
    }
}

/// How a package is checked, and what that proves.
pub fn how_to_verify(origin: &str) -> String {
    format!(
        "How to check this package\n\
         =========================\n\n\
         isms trail verify PACKAGE.zip --keys KEYS\n\n\
         KEYS is a file with the verifier keys of the log {origin} that you have from the organisation by another way than\n\
         this package. Without --keys those in trail/keys are believed: then it is only shown that the package fits itself.\n\
         --held FILE takes a checkpoint that you kept: where it seals as many entries as that in the package, both must agree.\n\
         The command ends with 0 when all is proven, with 1 when something is not, and names it, and with 2 when the file\n\
         cannot be read. It asks no server.\n\n\
         What is checked\n\
         ---------------\n\
         head           signed with the key of the log (C2SP signed-note, Ed25519): what the package was made for, as of when,\n\
         \x20              how many entries are in its scope and the hash of all of them, and the hash of manifest.json\n\
         manifest.json  lists every other file with its size and SHA-256: nothing was changed, left out or added\n\
         trail/         entries.jsonl holds every change of the records in scope until then, each with its inclusion proof\n\
         \x20              (RFC 6962) in the tree that trail/checkpoint seals (C2SP tlog-checkpoint)\n\n\
         The leaf of an entry is 49 bytes: 1, its index and its time in microseconds, each 8 bytes big-endian, and the SHA-256\n\
         of its body. The scope's hash is SHA-256 of \"isms-scope/1\", a zero byte, the number of entries in 8 bytes big-endian,\n\
         and all leaves in order. An entry whose body is null tells of something outside the scope: its place, time and\n\
         digest are proven. Personal data stand in bodies as salted commitments; openings give salt and value.\n\n\
         What is not proven\n\
         ------------------\n\
         That what people wrote is true. That the organisation told the service of everything. That the signed number of\n\
         entries in scope was counted honestly: the organisation signs it, and answers for it.\n"
    )
}

/// Text inside HTML.
fn text(raw: &str) -> String {
    raw.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A path as a relative address (RFC 3986).
pub fn address(path: &str) -> String {
    let mut address = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => address.push(char::from(byte)),
            other => address += &format!("%{other:02X}"),
        }
    }
    address
}

/// A name that every file system takes.
pub fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).take(80).collect();
    let name = name.trim_matches(['.', '-']);
    if name.is_empty() { "file".to_owned() } else { name.to_owned() }
}
