//! Incidents: reported by anyone, decided on, led, told in time, learned from; confidential ones stay with the team.

use crate::app::App;
use crate::persona::Persona;
use chrono::Duration;
use serde_json::{Value, json};

async fn reported(persona: &Persona) -> String {
    persona.create("incidents", json!({"title": "Strange mail"})).await
}

fn declared(severity: i32) -> Value {
    json!({"incident": true, "reason": "Somebody clicked", "severity": severity, "affects": ["confidentiality"]})
}

async fn notices(persona: &Persona) -> Vec<Value> {
    let list = persona.get("/v1/notifications").await.expect(200);
    list["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn anyone_reports_in_seconds_and_follows_their_report() {
    let app = App::start().await;
    let (member, other, manager) = (app.member().await, app.member().await, app.manager().await);
    let id = reported(&member).await;
    assert_eq!(member.read("incidents", &id).await["state"], "reported");
    other.get(&format!("/v1/incidents/{id}")).await.problem(404, "not-found");
    member.act("incidents", &id, "assess", declared(2)).await.problem(403, "denied");
    let none = json!({"incident": false, "reason": "A newsletter"});
    assert_eq!(manager.act("incidents", &id, "assess", none).await.expect(200)["state"], "noIncident");
}

#[tokio::test]
async fn clocks_start_by_themselves_and_are_met_or_missed() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let seeded = manager.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    assert_eq!(seeded["created"], 5);
    assert_eq!(manager.post("/v1/notification-rules:seed", json!({})).await.expect(200)["created"], 0);
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(1)).await.expect(200);
    let all = notices(&manager).await;
    let due =
        |text: &str| all.iter().find(|n| n["title"].as_str().is_some_and(|t| t.contains(text))).expect("a notice");
    assert_eq!(due("Early warning")["dueAt"], "2026-03-03T09:00:00.000000Z");
    assert_eq!(due("NIS2: Notification")["dueAt"], "2026-03-05T09:00:00.000000Z");
    assert_eq!(due("Final report")["dueAt"], Value::Null);
    let (early, second, last) = (due("Early warning"), due("NIS2: Notification"), due("Final report"));
    let receipt = json!({"receipt": "Portal 17"});
    let sent = manager.act("notifications", &crate::persona::id(early), "send", receipt.clone()).await.expect(200);
    assert_eq!((&sent["met"], &sent["late"]), (&json!(true), &json!(false)));
    app.advance(Duration::hours(80));
    let id = crate::persona::id(second);
    manager.act("notifications", &id, "send", receipt).await.refuses("/reason");
    let late = json!({"receipt": "Portal 18", "reason": "The portal was down"});
    assert_eq!(manager.act("notifications", &id, "send", late).await.expect(200)["late"], true);
    let last = manager.read("notifications", &crate::persona::id(last)).await;
    assert_eq!(last["dueAt"], "2026-04-05T17:00:00.000000Z");
}

#[tokio::test]
async fn i_67_personal_data_count_as_concerned_until_it_is_decided() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    manager.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(4)).await.expect(200);
    assert!(notices(&manager).await.iter().all(|n| n["title"].as_str().is_some_and(|t| t.starts_with("GDPR"))));
    assert_eq!(notices(&manager).await.len(), 2);
    let id = reported(&member).await;
    let mut none = declared(4);
    none["personalData"] = json!("no");
    manager.act("incidents", &id, "assess", none).await.expect(200);
    assert_eq!(notices(&manager).await.len(), 2);
}

#[tokio::test]
async fn i_68_that_a_notice_is_not_needed_is_decided_with_a_reason() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    manager.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(4)).await.expect(200);
    let notice = crate::persona::id(&notices(&manager).await[0]);
    member.act("notifications", &notice, "not-required", json!({"reason": "Fine"})).await.problem(403, "denied");
    manager.act("notifications", &notice, "not-required", json!({"reason": " "})).await.refuses("/reason");
    let decided = manager.act("notifications", &notice, "not-required", json!({"reason": "No risk"})).await.expect(200);
    assert_eq!((&decided["state"], &decided["decidedBy"]), (&json!("notRequired"), &json!(manager.id)));
}

#[tokio::test]
async fn i_69_the_moments_of_an_incident_stand_in_order() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let wrong = json!({"title": "Late", "occurredAt": "2026-03-02T08:00:00Z", "detectedAt": "2026-03-02T07:00:00Z"});
    member.post("/v1/incidents", wrong).await.refuses("/occurredAt");
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(3)).await.expect(200);
    manager.act("incidents", &id, "contain", json!({"at": "2026-03-02T08:00:00Z"})).await.refuses("/at");
    manager.act("incidents", &id, "contain", json!({"at": "2027-03-02T08:00:00Z"})).await.refuses("/at");
    app.advance(Duration::hours(2));
    manager.act("incidents", &id, "contain", json!({"note": "Cut off"})).await.expect(200);
    manager.act("incidents", &id, "recover", json!({"at": "2026-03-02T10:00:00Z"})).await.refuses("/at");
    let done = manager.act("incidents", &id, "recover", json!({})).await.expect(200);
    assert_eq!(done["timeline"].as_array().map(Vec::len), Some(2), "{done}");
    assert_eq!(done["timeline"][0]["text"], "Cut off");
}

#[tokio::test]
async fn i_70_a_severe_incident_is_closed_with_its_lessons_and_what_follows_from_them() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(1)).await.expect(200);
    for phase in ["contain", "recover"] {
        manager.act("incidents", &id, phase, json!({})).await.expect(200);
    }
    manager.just("incidents", &id, "close").await.problem(409, "conflict");
    let lessons = json!({"rootCause": "No second factor", "lessons": "Use one"});
    manager.act("incidents", &id, "review", lessons).await.expect(200);
    manager.just("incidents", &id, "close").await.problem(409, "conflict");
    let action = json!({"title": "Second factor", "ownerId": manager.id, "dueOn": app.in_days(20), "incidentId": id});
    manager.create("actions", action).await;
    assert_eq!(manager.just("incidents", &id, "close").await.expect(200)["state"], "closed");
}

#[tokio::test]
async fn i_71_a_confidential_incident_does_not_exist_outside_its_team() {
    let app = App::start().await;
    let (member, manager, auditor) = (app.member().await, app.manager().await, app.auditor().await);
    manager
        .create(
            "notification-rules",
            json!({"title": "Tell", "regime": "Own", "recipient": "Board", "trigger": "every", "withinHours": 24}),
        )
        .await;
    let lead = app.owner().await;
    let duty = json!({"title": "Leads", "duty": "incidentManagement", "holderId": lead.id});
    let duty = manager.create("responsibilities", duty).await;
    lead.just("responsibilities", &duty, "accept").await.expect(200);
    let secret = json!({"title": "Whistle", "confidential": true});
    let id = member.create("incidents", secret).await;
    lead.act("incidents", &id, "assess", declared(2)).await.expect(200);
    let notice = lead.every("/v1/notifications").await.remove(0);
    let action = json!({"title": "Ask", "ownerId": lead.id, "dueOn": app.in_days(5), "incidentId": id});
    let action = lead.create("actions", action).await;
    for outsider in [&manager, &auditor] {
        outsider.get(&format!("/v1/incidents/{id}")).await.problem(404, "not-found");
        outsider.get(&format!("/v1/incidents/{id}/history")).await.problem(404, "not-found");
        outsider.get(&format!("/v1/notifications/{notice}")).await.problem(404, "not-found");
        for path in [
            "/v1/incidents?count=true",
            "/v1/incidents?q=Whistle&count=true",
            "/v1/notifications?count=true",
            "/v1/incidents?confidential=true&count=true",
        ] {
            assert_eq!(outsider.get(path).await.expect(200)["total"], 0, "{path}");
        }
        assert_eq!(outsider.read("actions", &action).await["incidentId"], Value::Null);
        let query = json!({"query": format!("{{ incident(id: \"{id}\") {{ id }} node(id: \"{id}\") {{ id }} incidents {{ totalCount }} }}")});
        let told = outsider.post("/graphql", query).await.expect(200);
        assert_eq!(told["data"], json!({"incident": null, "node": null, "incidents": {"totalCount": 0}}), "{told}");
    }
    assert_eq!(member.read("incidents", &id).await["id"], id.as_str());
    assert_eq!(lead.read("actions", &action).await["incidentId"], id.as_str());
}
