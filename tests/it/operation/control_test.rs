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
    let id = manager.create("control-tests", test).await;
    let found = json!({"result": "effective", "notes": "All as written", "validUntil": app.in_days(365)});
    owner.act("control-tests", &id, "perform", found.clone()).await.problem(409, "conflict");
    manager.act("control-tests", &id, "perform", json!({"result": "effective", "notes": ""})).await.refuses("/notes");
    assert_eq!(manager.act("control-tests", &id, "perform", found).await.expect(200)["state"], "performed");
    manager.just("control-tests", &id, "retire").await.problem(403, "denied");
}
