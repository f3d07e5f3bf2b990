//! What is noted of what people ask is small, however much they send, and goes after a time.

use crate::app::App;
use crate::evaluation::engagement::open;
use crate::records::{Team, risk};
use serde_json::json;

#[tokio::test]
async fn a_long_question_is_noted_in_few_words_that_tell_what_was_asked_for() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let engagement = open(&app, &team.manager, &team.management, json!({})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    let padded = format!(
        "{{ a: me {{ id }} {} risks {{ nodes {{ title }} }} }} # {}",
        "b: me { id } ".repeat(5),
        "x".repeat(20_000)
    );
    auditor.post("/graphql", json!({"query": padded})).await.expect(200);
    let long = "query($a: String) { risks(q: $a) { nodes { title } } me { id } }";
    auditor.post("/graphql", json!({"query": long, "variables": {"a": "x".repeat(20_000)}})).await;
    let noted = team.manager.get(&format!("/v1/engagements/{engagement}/readings")).await.expect(200);
    let what: Vec<&str> =
        noted["items"].as_array().expect("items").iter().filter_map(|item| item["what"].as_str()).collect();
    assert!(what.len() >= 2 && what.iter().all(|what| what.chars().count() < 2_700), "{what:?}");
    assert!(what[1].contains("risks { nodes { title } }") && !what[1].contains("xxx"), "{}", what[1]);
    assert!(what[0].contains("[risks]") && what[0].contains("SHA-256"), "{}", what[0]);
}

#[tokio::test]
async fn a_batch_of_refusals_is_one_note_with_their_number() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let operations = vec![json!({"create": risk("Fire", &team.owner)}); 500];
    team.auditor.post("/v1/risks:batch", json!({"operations": operations})).await.expect(200);
    let told = team.manager.get("/v1/authorization/denials").await.expect(200);
    assert_eq!(told["items"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told["items"][0]["times"], 500);
    assert_eq!(told["counts"][0], json!({"principalId": team.auditor.id, "count": 500}));
}

#[tokio::test]
async fn receipts_are_forgotten_after_four_years_and_not_before() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let engagement = open(&app, &team.manager, &team.management, json!({})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    auditor.get("/v1/risks").await.expect(200);
    app.advance(chrono::Duration::days(1_461));
    assert_eq!(app.forget_readings().await, 0);
    app.advance(chrono::Duration::days(1));
    assert!(app.forget_readings().await > 0);
}
