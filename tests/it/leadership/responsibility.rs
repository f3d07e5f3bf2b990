//! Responsibilities: agreed to by who bears them, told to everyone, agreed to anew by whoever is named anew.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn only_the_holder_agrees_and_everyone_knows() {
    let app = App::start().await;
    let (manager, owner, member) = (app.manager().await, app.owner().await, app.member().await);
    let draft = json!({"title": "Keeps it conforming", "duty": "conformity", "holderId": owner.id});
    let duty = manager.create("responsibilities", draft).await;
    manager.just("responsibilities", &duty, "accept").await.problem(403, "denied");
    assert_eq!(owner.just("responsibilities", &duty, "accept").await.expect(200)["state"], "accepted");
    assert_eq!(member.read("responsibilities", &duty).await["holderId"], owner.id.as_str());
}

#[tokio::test]
async fn whoever_is_named_anew_agrees_anew() {
    let app = App::start().await;
    let (manager, owner, other) = (app.manager().await, app.owner().await, app.owner().await);
    let draft = json!({
        "title": "Reports", "duty": "reporting", "holderId": owner.id, "deputyId": other.id,
        "deputyFrom": app.in_days(0), "deputyUntil": app.in_days(30),
    });
    let duty = manager.create("responsibilities", draft).await;
    owner.just("responsibilities", &duty, "accept").await.expect(200);
    let same = manager.change("responsibilities", &duty, json!({"title": "Reports monthly"})).await.expect(200);
    assert_eq!(same["state"], "accepted");
    let anew = json!({"holderId": other.id, "deputyId": null});
    let anew = manager.change("responsibilities", &duty, anew).await.expect(200);
    assert_eq!((&anew["state"], &anew["acceptedAt"]), (&json!("assigned"), &json!(null)));
    manager.change("responsibilities", &duty, json!({"deputyId": other.id})).await.refuses("/deputyId");
}

#[tokio::test]
async fn i_04_a_responsibility_whose_holder_has_left_is_orphaned() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let draft = json!({"title": "Reports", "duty": "reporting", "holderId": owner.id});
    let duty = manager.create("responsibilities", draft).await;
    app.bootstrap().change("users", &owner.id, json!({"active": false})).await.expect(200);
    assert_eq!(manager.read("responsibilities", &duty).await["orphaned"], true);
}

#[tokio::test]
async fn nobody_names_themselves_or_their_own_deputy() {
    let app = App::start().await;
    let (manager, management, owner) = (app.manager().await, app.management().await, app.owner().await);
    let mine = json!({"title": "Leads", "duty": "incidentManagement", "holderId": manager.id});
    manager.post("/v1/responsibilities", mine.clone()).await.problem(403, "denied");
    let aside = json!({
        "title": "Leads", "duty": "incidentManagement", "holderId": owner.id, "deputyId": manager.id,
        "deputyFrom": app.in_days(0), "deputyUntil": app.in_days(30),
    });
    manager.post("/v1/responsibilities", aside).await.problem(403, "denied");
    let duty = management.create("responsibilities", mine).await;
    manager.change("responsibilities", &duty, stands_in(&app, &owner.id)).await.problem(403, "denied");
    manager.just("responsibilities", &duty, "accept").await.expect(200);
    manager.just("responsibilities", &duty, "retire").await.expect(200);
    manager.just("responsibilities", &duty, "restore").await.problem(403, "denied");
    let restored = management.just("responsibilities", &duty, "restore").await.expect(200);
    assert_eq!(restored["state"], "assigned", "what was given up is agreed to anew");
    let theirs = json!({"title": "Reports", "duty": "reporting", "holderId": owner.id});
    let theirs = manager.create("responsibilities", theirs).await;
    manager.change("responsibilities", &theirs, json!({"holderId": manager.id})).await.problem(403, "denied");
}

#[tokio::test]
async fn a_duty_that_gives_rights_everywhere_is_given_at_the_root() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let (local, owner) = (app.person("manager", Some(&unit)).await, app.owner().await);
    for (duty, is_local) in [("incidentManagement", false), ("dataProtection", false), ("continuity", true)] {
        let draft = json!({"title": duty, "duty": duty, "holderId": owner.id, "unitId": unit});
        let reply = local.post("/v1/responsibilities", draft).await;
        if is_local {
            reply.expect(201);
        } else {
            reply.refuses("/unitId");
        }
    }
    let draft = json!({"title": "Leads", "duty": "incidentManagement", "holderId": owner.id});
    local.post("/v1/responsibilities", draft).await.problem(403, "denied");
}

/// A deputy for thirty days.
fn stands_in(app: &App, deputy: &str) -> serde_json::Value {
    json!({"deputyId": deputy, "deputyFrom": app.in_days(0), "deputyUntil": app.in_days(30)})
}

#[tokio::test]
async fn i_10_a_deputy_stands_in_from_a_day_to_a_day_and_passes_nothing_on() {
    let app = App::start().await;
    let (manager, lead, deputy, third) = (app.manager().await, app.owner().await, app.owner().await, app.owner().await);
    let secret = app.member().await.create("incidents", json!({"title": "Whistle", "confidential": true})).await;
    let path = format!("/v1/incidents/{secret}");
    let mut draft = json!({"title": "Leads", "duty": "incidentManagement", "holderId": lead.id, "deputyId": deputy.id});
    manager.post("/v1/responsibilities", draft.clone()).await.refuses("/deputyUntil");
    (draft["deputyFrom"], draft["deputyUntil"]) = (json!(app.in_days(5)), json!(app.in_days(4)));
    manager.post("/v1/responsibilities", draft.clone()).await.refuses("/deputyUntil");
    draft["deputyUntil"] = json!(app.in_days(9));
    let duty = manager.create("responsibilities", draft).await;
    lead.just("responsibilities", &duty, "accept").await.expect(200);
    deputy.just("responsibilities", &duty, "accept").await.expect(200);
    deputy.get(&path).await.problem(404, "not-found");
    app.advance(chrono::Duration::days(5));
    deputy.get(&path).await.expect(200);
    assert_eq!(lead.read("responsibilities", &duty).await["deputised"], true);
    // The deputy names nobody in their stead, nor for longer.
    for patch in [json!({"deputyId": third.id}), json!({"deputyUntil": app.in_days(90)}), json!({"holderId": third.id})]
    {
        deputy.change("responsibilities", &duty, patch).await.problem(403, "denied");
    }
    app.advance(chrono::Duration::days(5));
    deputy.get(&path).await.problem(404, "not-found");
    assert_eq!(lead.read("responsibilities", &duty).await["deputised"], false);
    // Whoever is to stand in for longer agrees anew.
    let longer = json!({"deputyUntil": app.in_days(40)});
    let longer = manager.change("responsibilities", &duty, longer).await.expect(200);
    assert_eq!(longer["deputyAcceptedAt"], json!(null));
}

#[tokio::test]
async fn a_duty_of_the_deputy_counts_once_they_have_agreed_themselves() {
    let app = App::start().await;
    let (manager, lead, deputy) = (app.manager().await, app.owner().await, app.owner().await);
    let secret = app.member().await.create("incidents", json!({"title": "Whistle", "confidential": true})).await;
    let path = format!("/v1/incidents/{secret}");
    let mut draft = stands_in(&app, &deputy.id);
    (draft["title"], draft["duty"], draft["holderId"]) = (json!("Leads"), json!("incidentManagement"), json!(lead.id));
    let duty = manager.create("responsibilities", draft).await;
    lead.just("responsibilities", &duty, "accept").await.expect(200);
    lead.get(&path).await.expect(200);
    deputy.get(&path).await.problem(404, "not-found");
    assert_eq!(deputy.read("responsibilities", &duty).await["allowedActions"], json!(["accept"]));
    assert_eq!(lead.read("responsibilities", &duty).await["allowedActions"], json!([]));
    let agreed = deputy.just("responsibilities", &duty, "accept").await.expect(200);
    assert!(agreed["deputyAcceptedAt"].is_string(), "{agreed}");
    deputy.get(&path).await.expect(200);
    deputy.just("responsibilities", &duty, "accept").await.problem(403, "denied");
}

#[tokio::test]
async fn whoever_is_to_decide_more_agrees_anew() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    for (duty, patch) in [("reporting", json!({"authority": "May decide"})), ("other", json!({"title": "Runs it"}))] {
        let draft = json!({"title": "Helps", "duty": duty, "authority": "May advise", "holderId": owner.id});
        let id = manager.create("responsibilities", draft).await;
        owner.just("responsibilities", &id, "accept").await.expect(200);
        let changed = manager.change("responsibilities", &id, patch).await.expect(200);
        assert_eq!(changed["state"], "assigned", "{duty}");
    }
}
