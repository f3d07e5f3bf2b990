//! Packages that unpack to more than they may are refused within some memory.

use super::zipped::repeated;
use crate::process::program;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::Child;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// So much more memory one package may take than one that is none, KiB.
const MOST: u64 = 64 << 10;
/// What the bombs unpack to, in pieces of a MiB.
const PIECES: usize = 90;

/// The most memory that a program takes until its end, KiB.
fn peak(mut child: Child) -> (u64, i32, String) {
    let (status, mut peak) = (format!("/proc/{}/status", child.id()), 0);
    let ended = loop {
        let said = std::fs::read_to_string(&status).unwrap_or_default();
        let line = said.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = now.unwrap_or(0).max(peak);
        if let Some(ended) = child.try_wait().expect("it runs or ends") {
            break ended;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    };
    let mut said = String::new();
    child.stderr.take().expect("its errors").read_to_string(&mut said).expect("text");
    (peak, ended.code().unwrap_or(-1), said)
}

fn verify(directory: &Path, bytes: &[u8]) -> (u64, i32, String) {
    std::fs::write(directory.join("package.zip"), bytes).expect("a file");
    peak(program(directory, &["trail", "verify", "package.zip"]).spawn().expect("it starts"))
}

/// A package with one file that unpacks to very much, listed with its true size and digest or not at all.
fn bomb(name: &str, line: &[u8], listed: bool) -> Vec<u8> {
    let piece = line.repeat((1 << 20) / line.len());
    let mut hash = Sha256::new();
    (0..PIECES).for_each(|_| hash.update(&piece));
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let files = json!([{"path": name, "size": PIECES * piece.len(), "sha256": digest}]);
    let manifest = json!({"files": if listed { files } else { json!([]) }}).to_string();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (own, text) in [("manifest.json", manifest.as_str()), ("head", "head"), ("trail/keys", "")] {
        if own != name {
            zip.start_file(own, SimpleFileOptions::default()).expect("a file");
            zip.write_all(text.as_bytes()).expect("its text");
        }
    }
    zip.start_file(name, SimpleFileOptions::default()).expect("a file");
    (0..PIECES).for_each(|_| zip.write_all(&piece).expect("its bytes"));
    zip.finish().expect("a zip file").into_inner()
}

#[test]
fn no_package_takes_more_memory_than_it_may() {
    let directory = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (0..30_000).map(|n| format!("records/{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let entry = br#"{"entry":{"index":1},"proof":["AAAA"]}
"#;
    let kinds = [
        ("entries without end", bomb("trail/entries.jsonl", entry, true)),
        ("a record that is not listed", bomb("records/risks.csv", b"0", false)),
        ("a record that is listed", bomb("records/risks.csv", b"0", true)),
        ("a manifest without end", bomb("manifest.json", b" ", false)),
        ("a head without end", bomb("head", b"\n", false)),
        ("very many files", repeated(&names, b"", 0)),
    ];
    let (least, ..) = verify(directory.path(), b"no package");
    let mut tried = 0;
    for (name, bytes) in kinds {
        let (peak, code, said) = verify(directory.path(), &bytes);
        println!("{:>7} KiB, {} bytes, {name}: {code} {said}", peak.saturating_sub(least), bytes.len());
        assert!(peak.saturating_sub(least) < MOST, "{name}: {peak} KiB, and {least} KiB for none");
        assert!(code != 0, "{name}");
        tried += 1;
    }
    println!("{tried} hostile packages examined");
}
