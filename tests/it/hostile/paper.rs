//! Papers are set so many at a time as there are processors, and none that is too long.

use crate::app::App;
use crate::persona::id;
use crate::records::Team;
use reqwest::Method;
use serde_json::{Value, json};

/// A review with minutes of so many lines.
async fn minutes(team: &Team, lines: usize) -> String {
    let review = team.manager.post(
        "/v1/management-reviews",
        json!({
            "title": "Long minutes", "plannedOn": "2099-01-01", "periodFrom": "2026-01-01", "periodTo": "2026-02-01",
            "chairId": team.management.id,
        }),
    );
    let review = id(&review.await.expect(201));
    let text = "a\n".repeat(lines);
    team.manager.change("management-reviews", &review, json!({"minutes": text, "conclusion": text})).await.expect(200);
    format!("/v1/management-reviews/{review}/minutes.pdf")
}

#[tokio::test]
async fn a_paper_that_would_be_too_long_is_refused_with_the_way_on() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let path = minutes(&team, 9_999).await;
    let refused = team.manager.get(&path).await.problem(409, "conflict");
    let detail = refused["detail"].as_str().expect("a detail");
    assert!(detail.contains("lines") && detail.contains("shorten"), "{detail}");
}

#[tokio::test]
async fn many_papers_at_once_come_one_after_the_other() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let path = minutes(&team, 20).await;
    let asked: Vec<_> = (0..8).map(|_| tokio::spawn(team.manager.request(Method::GET, &path).send())).collect();
    let mut answers = Vec::new();
    for asked in asked {
        let answer = asked.await.expect("it is asked").expect("an answer");
        answers.push((answer.status().as_u16(), answer.headers().contains_key("retry-after")));
    }
    let is_good = |(status, again): &(u16, bool)| *status == 200 || (*status == 503 && *again);
    assert!(answers.iter().all(is_good), "{answers:?}");
    assert!(answers.iter().any(|(status, _)| *status == 200), "{answers:?}");
    let told: Value = team.manager.get("/v1/me").await.expect(200);
    assert!(told["id"].is_string(), "others are answered");
}
