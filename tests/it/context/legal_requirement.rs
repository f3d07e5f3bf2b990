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

#[tokio::test]
async fn i_74_what_was_evaluated_is_evaluated_anew_once_it_is_another_obligation() {
    let app = App::start().await;
    let (manager, owner, heir) = (app.manager().await, app.owner().await, app.owner().await);
    let draft = json!({
        "title": "Privacy", "citation": "GDPR 32", "applicability": "applicable", "ownerId": owner.id,
        "howMet": "By our controls",
    });
    let id = manager.create("legal-requirements", draft).await;
    for patch in [
        json!({"howMet": null}),
        json!({"obligation": "Everything else too", "howMet": "By our controls"}),
        json!({"applicability": "notApplicable", "reason": "We left"}),
    ] {
        manager
            .change("legal-requirements", &id, json!({"applicability": "applicable", "howMet": "So"}))
            .await
            .expect(200);
        manager.act("legal-requirements", &id, "evaluate", json!({"compliance": "met"})).await.expect(200);
        let changed = manager.change("legal-requirements", &id, patch).await.expect(200);
        assert_eq!((&changed["compliance"], &changed["evaluatedBy"]), (&json!("unknown"), &json!(null)), "{changed}");
    }
    manager.change("legal-requirements", &id, json!({"applicability": "applicable", "howMet": "So"})).await.expect(200);
    manager.act("legal-requirements", &id, "evaluate", json!({"compliance": "met"})).await.expect(200);
    manager.change("legal-requirements", &id, json!({"ownerId": null})).await.refuses("/ownerId");
    let handed = manager.change("legal-requirements", &id, json!({"ownerId": heir.id})).await.expect(200);
    assert_eq!(handed["compliance"], "met");
}
