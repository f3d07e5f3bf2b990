//! Every invariant of the management system is told by a test that bears its number.

use std::path::Path;

/// The invariants, `I-01` to this.
const LAST: u32 = 84;

fn sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_invariant_has_a_test_of_its_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project");
    let mut texts = Vec::new();
    for folder in ["tests/it", "api/src"] {
        sources(&root.join(folder), &mut texts);
    }
    let lines = texts.iter().flat_map(|text| text.lines()).map(str::trim);
    let tests: Vec<&str> = lines.filter(|line| line.starts_with("async fn ") || line.starts_with("fn ")).collect();
    let is_told = |number: u32| {
        let name = format!("i_{number:02}_");
        tests.iter().any(|line| line.contains(&format!("fn {name}")) || line.contains(&format!("_{name}")))
    };
    let missing: Vec<u32> = (1..=LAST).filter(|number| !is_told(*number)).collect();
    println!("{LAST} invariants looked for among {} functions", tests.len());
    assert!(missing.is_empty(), "no test bears the number of these invariants: {missing:?}");
}
