//! Which layer may name what: read from the sources.

use std::path::{Path, PathBuf};

/// The clause folders: slices.
const CLAUSES: [&str; 7] = ["context", "leadership", "planning", "support", "operation", "evaluation", "improvement"];

/// Views over the whole organisation, for which the same holds.
const VIEWS: [&str; 4] = ["assurance", "agenda", "start", "authorization"];

/// A word that only some files may name, and why.
struct Rule {
    word: &'static str,
    allowed: fn(&str) -> bool,
    why: &'static str,
}

fn in_slice(file: &str) -> bool {
    CLAUSES.iter().chain(&VIEWS).any(|clause| file.starts_with(&format!("api/src/{clause}/")))
}

fn in_store(file: &str) -> bool {
    file.starts_with("api/src/store/") || file.starts_with("migration/")
}

fn at_a_door(file: &str) -> bool {
    !in_slice(file) || file.ends_with("/rest.rs") || file.ends_with("/graphql.rs")
}

const RULES: [Rule; 11] = [
    Rule { word: "cedar_policy", allowed: |file| file.starts_with("api/authz/"), why: "only authz/ knows Cedar" },
    Rule { word: "DatabaseConnection", allowed: in_store, why: "the connection is private to store/" },
    Rule { word: "DatabaseTransaction", allowed: in_store, why: "the connection is private to store/" },
    Rule { word: "ConnectionTrait", allowed: in_store, why: "only store/ runs SQL" },
    Rule { word: "TransactionTrait", allowed: in_store, why: "only store/ runs SQL" },
    Rule { word: "sqlx", allowed: in_store, why: "only store/ runs SQL" },
    Rule { word: "actix_web", allowed: at_a_door, why: "rules know no HTTP" },
    Rule { word: "HttpRequest", allowed: at_a_door, why: "rules know no HTTP" },
    Rule {
        word: "async_graphql",
        allowed: |file| file.starts_with("api/src/gateway/") || file.ends_with("/graphql.rs"),
        why: "only the gateway knows GraphQL",
    },
    Rule { word: "crate::gateway", allowed: |file| !in_slice(file), why: "slices know no gateway" },
    Rule { word: "isms::", allowed: |file| file.starts_with("api/src/"), why: "entities know no service" },
];

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, files);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
}

#[test]
fn each_layer_names_only_what_it_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["api/src", "api/authz/src", "api/seal/src", "entity/src", "migration/src"] {
        sources(&root.join(folder), &mut files);
    }
    let (mut lines, mut broken) = (0, Vec::new());
    for path in &files {
        let file = path.strip_prefix(&root).expect("inside").to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(path).expect("a source");
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            lines += 1;
            for rule in RULES.iter().filter(|rule| line.contains(rule.word) && !(rule.allowed)(&file)) {
                broken.push(format!("{file}:{}: {} ({})", number + 1, rule.word, rule.why));
            }
        }
    }
    println!("{lines} lines of {} files examined under {} rules", files.len(), RULES.len());
    assert!(lines > 1_000);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_source_opens_with_a_sentence_and_stays_readable() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["api/src", "api/authz/src", "api/seal/src", "entity/src", "migration/src", "tests/it"] {
        sources(&root.join(folder), &mut files);
    }
    let mut broken = Vec::new();
    for path in &files {
        let text = std::fs::read_to_string(path).expect("a source");
        if !text.starts_with("//! ") {
            broken.push(format!("{} does not open with a sentence", path.display()));
        }
        if text.lines().count() > 400 {
            broken.push(format!("{} has more than 400 lines", path.display()));
        }
    }
    println!("{} files examined", files.len());
    assert!(files.len() > 50);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_read_that_fails_is_never_told_as_nothing_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for clause in CLAUSES.iter().chain(&VIEWS) {
        sources(&root.join("api/src").join(clause), &mut files);
    }
    let (mut reads, mut broken) = (0, Vec::new());
    for path in &files {
        let text = std::fs::read_to_string(path).expect("a source");
        reads += text.matches(".await").count();
        for statement in text.split(';').filter(|statement| statement.contains(".await")) {
            let swallows = |end: &str| statement.split(".await").skip(1).any(|rest| rest.trim_start().starts_with(end));
            let is_bare = statement.split("let Ok(").nth(1).is_some_and(|rest| rest.contains(".await else"));
            if swallows(".ok()") || swallows(".map_err(|_|") || swallows(".unwrap_or") || is_bare {
                broken.push(format!("{}:{}", path.display(), statement.trim().lines().last().unwrap_or_default()));
            }
        }
    }
    println!("{reads} reads and writes examined");
    assert!(reads > 500);
    assert!(broken.is_empty(), "only what is not found may be nothing: {}", broken.join("\n"));
}
