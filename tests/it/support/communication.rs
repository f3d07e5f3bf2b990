//! The communication plan: what was told is noted, and the next time moves on.

use crate::app::App;
use serde_json::{Value, json};

#[tokio::test]
async fn telling_it_moves_the_next_time_on() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let draft = json!({"title": "Newsletter", "ownerId": owner.id, "everyMonths": 1, "nextOn": app.in_days(1)});
    let plan = manager.create("communications", draft).await;
    app.advance(chrono::Duration::days(2));
    assert_eq!(owner.read("communications", &plan).await["overdue"], true);
    let tomorrow = json!({"on": app.in_days(1)});
    owner.act("communications", &plan, "log", tomorrow).await.refuses("/on");
    let told = json!({"on": app.in_days(0), "note": "Autumn issue"});
    let told = owner.act("communications", &plan, "log", told).await.expect(200);
    assert_eq!((&told["overdue"], &told["lastDoneOn"]), (&json!(false), &json!(app.in_days(0))));
    assert_eq!(told["log"], json!([{"on": app.in_days(0), "note": "Autumn issue", "by": owner.id}]));
    let next = told["nextOn"].as_str().expect("a day");
    assert!(next > app.in_days(27).as_str() && next < app.in_days(32).as_str(), "{next}");
}

#[tokio::test]
async fn what_is_told_once_is_not_due_again() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    manager.post("/v1/communications", json!({"title": "x", "everyMonths": 0})).await.refuses("/everyMonths");
    let plan = json!({"title": "Move", "ownerId": owner.id, "nextOn": app.in_days(0)});
    let plan = manager.create("communications", plan).await;
    let told = owner.act("communications", &plan, "log", json!({"on": app.in_days(0)})).await.expect(200);
    assert_eq!(told["nextOn"], Value::Null);
    app.owner().await.act("communications", &plan, "log", json!({"on": app.in_days(0)})).await.problem(403, "denied");
}
