//! Obligations: met only with an owner and a way to meet them.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn i_74_an_obligation_that_is_met_has_an_owner_and_says_how() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let draft = json!({"title": "Privacy", "citation": "GDPR 32"});
    let id = manager.create("legal-requirements", draft).await;
    let met = json!({"compliance": "met", "finding": "Looked at all"});
    manager.act("legal-requirements", &id, "evaluate", met.clone()).await.refuses("/compliance");
    let applies = json!({"applicability": "applicable", "ownerId": owner.id, "howMet": "By our controls"});
    manager.change("legal-requirements", &id, applies).await.expect(200);
    let seen = owner.act("legal-requirements", &id, "evaluate", met).await.expect(200);
    assert_eq!((&seen["compliance"], &seen["evaluatedBy"]), (&json!("met"), &json!(owner.id)));
    let not = json!({"applicability": "notApplicable"});
    manager.change("legal-requirements", &id, not).await.refuses("/reason");
}
