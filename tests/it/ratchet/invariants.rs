//! Every invariant of the management system stands in the product's table, whatever cites one cites it by its number there, and
//! each is told by a test that bears its number.

use crate::app::App;
use isms::rules::INVARIANTS;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// The texts below a folder of the project, each with its path.
fn texts(of: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project");
    let (mut folders, mut texts) = (vec![root.join(of)], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                texts.push((path.display().to_string(), text));
            }
        }
    }
    texts
}

/// The invariants that a text cites.
fn cited(text: &str) -> impl Iterator<Item = String> {
    text.match_indices("I-").filter_map(|(place, _)| {
        let is_word = text.get(..place)?.chars().next_back().is_some_and(char::is_alphanumeric);
        let number: String = text.get(place + 2..)?.chars().take_while(char::is_ascii_digit).collect();
        (number.len() == 2 && !is_word).then(|| format!("I-{number}"))
    })
}

#[test]
fn every_invariant_has_a_test_of_its_name() {
    let sources: Vec<_> = ["tests/it", "api/src"].into_iter().flat_map(texts).collect();
    let lines = sources.iter().flat_map(|(_, text)| text.lines()).map(str::trim);
    let tests: Vec<&str> = lines.filter(|line| line.starts_with("async fn ") || line.starts_with("fn ")).collect();
    let is_told = |id: &str| {
        let name = format!("{}_", id.to_lowercase().replace('-', "_"));
        tests.iter().any(|line| line.contains(&format!("fn {name}")) || line.contains(&format!("_{name}")))
    };
    let missing: Vec<&str> = INVARIANTS.iter().map(|rule| rule.id).filter(|id| !is_told(id)).collect();
    println!("{} invariants looked for among {} functions", INVARIANTS.len(), tests.len());
    assert!(missing.is_empty(), "no test bears the number of these invariants: {missing:?}");
}

#[test]
fn whatever_is_cited_stands_in_the_table_once_and_in_order() {
    let known: Vec<&str> = INVARIANTS.iter().map(|rule| rule.id).collect();
    assert_eq!(known, (1..=84).map(|number| format!("I-{number:02}")).collect::<Vec<_>>());
    let mut found = BTreeMap::new();
    for (path, text) in
        ["api/src", "api/authz/src", "api/guide", "entity/src", "migration/src", "policies"].into_iter().flat_map(texts)
    {
        if !path.ends_with("rules/invariants.rs") {
            found.extend(cited(&text).map(|id| (id, path.clone())));
        }
    }
    println!("{} invariants are cited", found.len());
    assert!(found.len() > 60);
    for (id, path) in &found {
        assert!(known.contains(&id.as_str()), "{path} cites {id}, which is no invariant");
    }
}

#[tokio::test]
async fn rules_are_told_to_whoever_is_known_and_a_problem_names_the_one_it_breaks() {
    let app = App::start().await;
    let all = app.member().await.get("/v1/rules").await.expect(200);
    let of = |id: &str| all["items"].as_array().expect("a list").iter().find(|rule| rule["id"] == id).cloned();
    assert_eq!(of("I-79").expect("an invariant")["clause"], json!("A.5.18"));
    assert_eq!(of("C26").expect("a rule of readiness")["kind"], json!("readiness"));
    assert_eq!(app.anonymous().get("/v1/rules").await.status, 401);
    let manager = app.manager().await;
    let party = manager.create("interested-parties", json!({"name": "Customers", "kind": "customer"})).await;
    let not = json!({"title": "Audit right", "partyId": party, "source": "contract", "addressing": "notAddressed"});
    let refused = manager.post("/v1/party-requirements", not).await.problem(422, "invalid");
    assert_eq!((&refused["rule"], &refused["errors"][0]["rule"]), (&json!("I-15"), &json!("I-15")), "{refused}");
    assert!(refused["detail"].as_str().expect("a detail").starts_with("reason: "), "{refused}");
    assert!(refused["errors"][0].get("rule").is_some());
}
