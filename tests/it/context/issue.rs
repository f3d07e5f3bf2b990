//! Issues: open, watched, closed with a reason, opened again; kept by their owner.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn an_issue_is_closed_with_a_reason_and_opened_again() {
    let app = App::start().await;
    let manager = app.manager().await;
    let issue = json!({"title": "Drier summers", "origin": "external", "category": "environmental"});
    let issue = manager.create("issues", issue).await;
    assert_eq!(manager.just("issues", &issue, "monitor").await.expect(200)["state"], "monitored");
    manager.act("issues", &issue, "close", json!({"reason": " "})).await.refuses("/reason");
    let closed = manager.act("issues", &issue, "close", json!({"reason": "Moved away"})).await.expect(200);
    assert_eq!((&closed["state"], &closed["closureReason"]), (&json!("closed"), &json!("Moved away")));
    manager.change("issues", &issue, json!({"relevance": 3})).await.problem(409, "conflict");
    manager.just("issues", &issue, "reopen").await.expect(200);
    manager.change("issues", &issue, json!({"relevance": 4})).await.refuses("/relevance");
}

#[tokio::test]
async fn an_issue_past_its_review_is_overdue() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let issue = json!({
        "title": "Staff turnover", "origin": "internal", "category": "people", "ownerId": owner.id,
        "reviewOn": app.in_days(1),
    });
    let issue = manager.create("issues", issue).await;
    assert_eq!(manager.read("issues", &issue).await["overdue"], false);
    app.advance(chrono::Duration::days(2));
    let owner_sees = owner.get("/v1/issues?overdue=true").await.expect(200);
    assert_eq!(owner_sees["items"][0]["id"], issue.as_str());
    owner.change("issues", &issue, json!({"reviewOn": app.in_days(90)})).await.expect(200);
}

#[tokio::test]
async fn what_is_closed_or_dropped_is_looked_at_no_more() {
    let app = App::start().await;
    let manager = app.manager().await;
    let issue = json!({
        "title": "Staff turnover", "origin": "internal", "category": "people", "reviewOn": app.in_days(1),
    });
    let issue = manager.create("issues", issue).await;
    let chance = manager.create("opportunities", json!({"title": "A prize", "reviewOn": app.in_days(1)})).await;
    app.advance(chrono::Duration::days(2));
    for (plural, id, act) in [("issues", &issue, "close"), ("opportunities", &chance, "drop")] {
        assert_eq!(manager.read(plural, id).await["overdue"], true, "{plural}");
        let over = manager.act(plural, id, act, json!({"reason": "No more"})).await.expect(200);
        assert_eq!(over["overdue"], false, "{plural}");
    }
}
