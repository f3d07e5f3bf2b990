//! The contracts that clients build on equal the checked-in files.

use std::path::Path;

/// Compares a contract with its file; `UPDATE_CONTRACT=1` writes the file instead.
fn same(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi").join(name);
    if std::env::var_os("UPDATE_CONTRACT").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder is there");
        std::fs::write(&file, text).expect("the file can be written");
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    let place = golden.lines().zip(text.lines()).position(|(was, is)| was != is);
    assert!(
        golden == text,
        "openapi/{name} is not what the service says (first in line {}): run with UPDATE_CONTRACT=1 and review the change",
        place.map_or_else(|| golden.lines().count().min(text.lines().count()) + 1, |line| line + 1)
    );
    println!("{} lines of openapi/{name} examined", text.lines().count());
    assert!(text.lines().count() > 100);
}

#[test]
fn the_openapi_document_equals_its_file() {
    let registry = isms::app::registry();
    registry.check().expect("each name means one thing");
    let document = registry.document();
    same("openapi.json", &(serde_json::to_string_pretty(&document).expect("JSON") + "\n"));
}

#[test]
fn the_graphql_schema_equals_its_file() {
    same("schema.graphql", &isms::gateway::sdl().expect("the schema"));
}

#[test]
fn every_reference_in_the_openapi_document_leads_somewhere() {
    fn walk(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                found.extend(map.get("$ref").and_then(|r| r.as_str()).map(str::to_owned));
                map.values().for_each(|value| walk(value, found));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let document = isms::app::registry().document();
    let mut found = Vec::new();
    walk(&document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').expect("a reference inside the document");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    println!("{} references examined", found.len());
    assert!(found.len() > 100);
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = isms::app::registry().document();
    let mut names = Vec::new();
    for operations in document["paths"].as_object().expect("paths").values() {
        for operation in operations.as_object().expect("operations").values() {
            names.push(operation["operationId"].as_str().expect("an operationId").to_owned());
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    println!("{count} operations examined");
    assert_eq!(names.len(), count);
}

#[test]
fn a_name_means_the_same_at_both_doors() {
    let document = isms::app::registry().document();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let sdl = isms::gateway::sdl().expect("the schema");
    let mut examined = 0;
    for part in sdl.split("\nenum ").skip(1) {
        let (name, rest) = part.split_once(" {").expect("an enum");
        let Some(known) = schemas.get(name).and_then(|schema| schema["enum"].as_array()) else { continue };
        let mut words: Vec<&str> = known.iter().filter_map(|word| word.as_str()).collect();
        words.sort_unstable();
        let body = rest.split("\n}").next().expect("words");
        let mut drawn: Vec<&str> = body
            .lines()
            .map(str::trim)
            .filter(|line| line.chars().all(|c| c.is_ascii_alphanumeric()) && !line.is_empty())
            .collect();
        drawn.sort_unstable();
        assert_eq!(drawn, words, "{name}");
        examined += 1;
    }
    println!("{examined} enums examined");
    assert!(examined > 50);
}
