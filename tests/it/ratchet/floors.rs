//! The floors of the service: each part uses what stands below it. What still points upwards is counted, and the counts only
//! ever fall.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The floors from the lowest to the highest, each with the folders and files of `api/src` that stand on it. Below them stand
/// crates, which the compiler keeps apart: `entity`, `api/authz` and `api/seal`.
const FLOORS: &[&[&str]] = &[
    &["store", "caller"],
    &["trail"],
    &["resource"],
    &["context", "leadership", "planning", "support", "operation", "evaluation", "improvement"],
    &["assurance", "agenda", "start", "authorization", "rules"],
    &["resources", "config"],
    &["gateway", "running"],
    &["app"],
    &["cli"],
];

/// How many files name a part that stands above theirs, by the two parts. The declaration of record types stands in `resource`
/// and the list of them in `resources`: most of it goes once they stand below the store.
const UPWARD: &[(&str, &str, usize)] = &[
    ("assurance", "config", 1),
    ("assurance", "resources", 1),
    ("authorization", "app", 1),
    ("authorization", "resources", 4),
    ("caller", "cli", 1),
    ("caller", "resource", 8),
    ("caller", "resources", 2),
    ("evaluation", "resources", 3),
    ("leadership", "resources", 1),
    ("resource", "resources", 3),
    ("running", "app", 1),
    ("store", "cli", 1),
    ("store", "context", 2),
    ("store", "evaluation", 2),
    ("store", "leadership", 3),
    ("store", "resource", 45),
    ("store", "resources", 15),
    ("trail", "context", 1),
    ("trail", "resource", 7),
    ("trail", "resources", 1),
];

/// The most files that import each other in a circle.
const CIRCLE: usize = 81;

struct Source {
    /// Its module, `planning::risk::settle`.
    module: String,
    part: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src");
    let (mut folders, mut sources) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.extend(source(&root, path));
            }
        }
    }
    sources
}

/// What a file says outside its tests; nothing of `lib.rs` and `main.rs`, and of files that are tests.
fn source(root: &Path, path: PathBuf) -> Option<Source> {
    let inside = path.strip_prefix(root).expect("inside").with_extension("");
    let mut names: Vec<String> = inside.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|name| name == "mod") {
        names.pop();
    }
    let is_test = names.contains(&"tests".to_owned()) || names == ["store", "faults"];
    if names == ["lib"] || names == ["main"] || is_test {
        return None;
    }
    let text = std::fs::read_to_string(&path).expect("a source");
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    Some(Source { part: names[0].clone(), module: names.join("::"), text: lines.collect::<Vec<_>>().join("\n") })
}

/// What follows `crate::` wherever a text names it, groups written out.
fn named(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (place, word) in text.match_indices("crate::") {
        named.extend(paths(text.get(place + word.len()..).unwrap_or_default()));
    }
    named
}

fn paths(rest: &str) -> Vec<String> {
    let head: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect();
    let after = rest.get(head.len()..).unwrap_or_default();
    let Some(group) = after.strip_prefix('{').filter(|_| head.is_empty() || head.ends_with("::")) else {
        return vec![head.trim_end_matches("::").to_owned()];
    };
    let (mut depth, mut item, mut items) = (0, String::new(), Vec::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(std::mem::take(&mut item));
                continue;
            }
            _ => {}
        }
        item.push(c);
    }
    items.push(item);
    items.iter().flat_map(|item| paths(item.trim())).map(|path| format!("{head}{path}")).collect()
}

/// The module that a path leads to: the deepest one that it begins with, followed through what modules hand on.
fn target<'a>(path: &str, by_module: &BTreeMap<&'a str, &'a Source>) -> Option<&'a str> {
    let mut names: Vec<&str> = path.split("::").collect();
    let mut item = None;
    while !names.is_empty() {
        if let Some((module, source)) = by_module.get_key_value(names.join("::").as_str()) {
            let handed = item.and_then(|item: &str| handed_on(module, source, item, by_module));
            return Some(handed.unwrap_or(module));
        }
        item = names.pop();
    }
    None
}

/// Where a module has something from that it only hands on (`pub use child::Item`).
fn handed_on<'a>(
    module: &str,
    source: &'a Source,
    item: &str,
    by_module: &BTreeMap<&'a str, &'a Source>,
) -> Option<&'a str> {
    for (place, word) in source.text.match_indices("use ") {
        let from = source.text.get(place + word.len()..)?;
        for path in paths(from) {
            let (head, last) = path.rsplit_once("::")?;
            if last == item {
                let child = format!("{module}::{}", head.trim_start_matches("self::"));
                if let Some((child, _)) = by_module.get_key_value(child.as_str()) {
                    return Some(child);
                }
            }
        }
    }
    None
}

/// The modules of each circle of imports, found by going forth and back (Kosaraju).
fn circles<'a>(arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<BTreeSet<&'a str>> {
    fn walk<'a>(
        from: &'a str,
        arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>,
        seen: &mut BTreeSet<&'a str>,
        done: &mut Vec<&'a str>,
    ) {
        if seen.insert(from) {
            arrows.get(from).into_iter().flatten().for_each(|to| walk(to, arrows, seen, done));
            done.push(from);
        }
    }
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    arrows.keys().for_each(|module| walk(module, arrows, &mut seen, &mut order));
    let mut back: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in arrows.iter().flat_map(|(from, to)| to.iter().map(move |to| (*from, *to))) {
        back.entry(to).or_default().insert(from);
    }
    let (mut seen, mut circles) = (BTreeSet::new(), Vec::new());
    for module in order.into_iter().rev() {
        let mut circle = Vec::new();
        walk(module, &back, &mut seen, &mut circle);
        if circle.len() > 1 {
            circles.push(circle.into_iter().collect());
        }
    }
    circles
}

#[test]
fn each_floor_uses_what_stands_below_it() {
    let sources = sources();
    let floor = |part: &str| FLOORS.iter().position(|parts| parts.contains(&part));
    let mut upward: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for source in &sources {
        let of = floor(&source.part).unwrap_or_else(|| panic!("{} stands on no floor", source.part));
        let parts: BTreeSet<String> =
            named(&source.text).into_iter().filter_map(|path| path.split("::").next().map(str::to_owned)).collect();
        for part in parts {
            if floor(&part).is_some_and(|to| to > of) {
                *upward.entry((&source.part, part)).or_default() += 1;
            }
        }
    }
    let total: usize = upward.values().sum();
    println!("{} sources; {total} times one names what stands above it", sources.len());
    assert!(sources.len() > 400);
    let known: BTreeMap<(&str, String), usize> =
        UPWARD.iter().map(|(from, to, count)| ((*from, (*to).to_owned()), *count)).collect();
    assert_eq!(upward, known, "what points upwards only ever falls: mend what is new, and count anew what is gone");
}

#[test]
fn circles_of_imports_do_not_grow() {
    let sources = sources();
    let by_module: BTreeMap<&str, &Source> = sources.iter().map(|source| (source.module.as_str(), source)).collect();
    let mut arrows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in &sources {
        let to = named(&source.text).into_iter().filter_map(|path| target(&path, &by_module));
        arrows.entry(&source.module).or_default().extend(to.filter(|to| *to != source.module));
    }
    let mut circles = circles(&arrows);
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    let sizes: Vec<usize> = circles.iter().map(BTreeSet::len).collect();
    println!("{} imports; circles of {sizes:?} files", arrows.values().map(BTreeSet::len).sum::<usize>());
    assert_eq!(sizes.first().copied().unwrap_or_default(), CIRCLE, "the largest circle: {:?}", circles.first());
}
