//! Tests of controls: by somebody who does not own the control, and what they found stays.

use crate::app::App;
use crate::records::{annex_a, create_many};
use serde_json::json;

#[tokio::test]
async fn i_02_nobody_tests_a_control_that_they_own() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let control = create_many(&manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    manager.change("controls", &control, json!({"ownerId": owner.id})).await.expect(200);
    let test = json!({"title": "Look", "controlId": control, "plannedOn": app.in_days(1), "testerId": owner.id});
    manager.post("/v1/control-tests", test.clone()).await.refuses("/testerId");
    manager.change("controls", &control, json!({"ownerId": null})).await.expect(200);
    let id = manager.create("control-tests", test).await;
    manager.change("controls", &control, json!({"ownerId": owner.id})).await.expect(200);
    let found = json!({"result": "effective", "notes": "All as written", "validUntil": app.in_days(365)});
    owner.act("control-tests", &id, "perform", found.clone()).await.problem(409, "conflict");
    manager.act("control-tests", &id, "perform", json!({"result": "effective", "notes": ""})).await.refuses("/notes");
    assert_eq!(manager.act("control-tests", &id, "perform", found).await.expect(200)["state"], "performed");
    manager.just("control-tests", &id, "retire").await.problem(403, "denied");
}

#[tokio::test]
async fn a_test_says_when_the_control_is_tested_next_if_the_tester_keeps_the_control() {
    let app = App::start().await;
    let (manager, tester) = (app.manager().await, app.member().await);
    let control = create_many(&manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let test = json!({"title": "Look", "controlId": control, "plannedOn": app.in_days(1), "testerId": tester.id});
    let id = manager.create("control-tests", test).await;
    app.advance(chrono::Duration::days(2));
    assert_eq!(manager.read("control-tests", &id).await["overdue"], true);
    let next = app.in_days(180);
    let found = json!({"result": "partly", "exceptions": 2, "notes": "Two of ten", "nextOn": next});
    manager
        .act("control-tests", &id, "perform", json!({"result": "partly", "notes": "x", "nextOn": app.in_days(0)}))
        .await
        .refuses("/nextOn");
    assert_ne!(tester.act("control-tests", &id, "perform", found.clone()).await.status, 200);
    manager.act("control-tests", &id, "perform", found).await.expect(200);
    assert_eq!(manager.read("controls", &control).await["nextTestOn"], next);
    assert_eq!(manager.read("control-tests", &id).await["overdue"], false);
}
