//! Requirements of interested parties: what is not addressed has a reason, and law is always addressed.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn i_15_what_is_not_addressed_has_a_reason_and_is_no_law() {
    let app = App::start().await;
    let manager = app.manager().await;
    let party = manager.create("interested-parties", json!({"name": "State", "kind": "authority"})).await;
    let requirement = json!({"title": "Notices", "partyId": party, "source": "law"});
    let id = manager.create("party-requirements", requirement).await;
    let not = json!({"addressing": "notAddressed", "reason": "Too much"});
    manager.change("party-requirements", &id, not.clone()).await.refuses("/addressing");
    manager.change("party-requirements", &id, json!({"source": "expectation"})).await.expect(200);
    manager.change("party-requirements", &id, json!({"addressing": "notAddressed"})).await.refuses("/reason");
    manager.change("party-requirements", &id, not).await.expect(200);
}
