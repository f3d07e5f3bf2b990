//! Incidents: reported by anyone, decided on, led, told in time, learned from; confidential ones stay with the team.

use crate::app::App;
use crate::persona::Persona;
use chrono::Duration;
use serde_json::{Value, json};

/// Somebody reports an event.
pub(super) async fn reported(persona: &Persona) -> String {
    persona.create("incidents", json!({"title": "Strange mail"})).await
}

/// It is an incident of this severity.
pub(super) fn declared(severity: i32) -> Value {
    json!({"incident": true, "reason": "Somebody clicked", "severity": severity, "affects": ["confidentiality"]})
}

/// The notices that somebody sees.
pub(super) async fn notices(persona: &Persona) -> Vec<Value> {
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
    manager.act("incidents", &id, "eradicate", json!({"at": "2026-03-02T10:00:00Z"})).await.refuses("/at");
    manager.act("incidents", &id, "eradicate", json!({})).await.expect(200);
    let done = manager.act("incidents", &id, "recover", json!({})).await.expect(200);
    assert_eq!(done["timeline"].as_array().map(Vec::len), Some(3), "{done}");
    assert_eq!(done["timeline"][0]["text"], "Cut off");
}

#[tokio::test]
async fn i_69_an_incident_is_not_noticed_after_it_was_over() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(3)).await.expect(200);
    for phase in ["contain", "eradicate"] {
        let left_out = json!({"notNeeded": true, "note": "One mailbox only"});
        manager.act("incidents", &id, phase, left_out).await.expect(200);
    }
    manager.act("incidents", &id, "recover", json!({})).await.expect(200);
    app.advance(Duration::hours(2));
    manager.change("incidents", &id, json!({"detectedAt": app.now()})).await.refuses("/detectedAt");
}

#[tokio::test]
async fn a_phase_that_is_not_needed_is_left_out_with_a_reason() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(3)).await.expect(200);
    manager.act("incidents", &id, "recover", json!({})).await.problem(409, "conflict");
    manager.act("incidents", &id, "contain", json!({"notNeeded": true})).await.refuses("/note");
    let left_out = json!({"notNeeded": true, "note": "One mailbox only"});
    let contained = manager.act("incidents", &id, "contain", left_out).await.expect(200);
    assert_eq!((&contained["state"], &contained["containedAt"]), (&json!("contained"), &Value::Null));
    assert_eq!(contained["timeline"][0]["kind"], "decision");
}

#[tokio::test]
async fn the_timeline_keeps_when_it_happened_and_when_it_was_written_down() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(3)).await.expect(200);
    let at = app.now();
    app.advance(Duration::hours(3));
    let ahead = json!({"at": "2027-01-01T00:00:00Z", "kind": "observation", "text": "Odd"});
    manager.act("incidents", &id, "note", ahead).await.refuses("/at");
    let note = json!({"at": at, "kind": "observation", "text": "Odd"});
    let noted = manager.act("incidents", &id, "note", note).await.expect(200);
    let entry = &noted["timeline"][0];
    assert_eq!((&entry["at"], &entry["recordedAt"]), (&json!(at), &json!(app.now())));
    assert_eq!(entry["by"], manager.id.as_str());
}

#[tokio::test]
async fn a_reporter_adds_to_their_report_until_it_is_assessed() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let id = reported(&member).await;
    member.change("incidents", &id, json!({"description": "From the bank"})).await.expect(200);
    manager.act("incidents", &id, "assess", declared(3)).await.expect(200);
    member.change("incidents", &id, json!({"description": "Else"})).await.problem(403, "denied");
    member.act("incidents", &id, "contain", json!({})).await.problem(403, "denied");
    assert_eq!(member.read("incidents", &id).await["state"], "declared");
}

#[tokio::test]
async fn a_service_reports_what_it_sees_but_nothing_confidential() {
    let app = App::start().await;
    let service = app.integrator(json!(["read", "write", "incidents"])).await;
    let other = app.integrator(json!(["read", "write", "assets"])).await;
    other.post("/v1/incidents", json!({"title": "Odd login"})).await.problem(403, "denied");
    let secret = json!({"title": "Odd login", "confidential": true});
    service.post("/v1/incidents", secret).await.problem(403, "denied");
    let id = service.create("incidents", json!({"title": "Odd login"})).await;
    assert_eq!(service.read("incidents", &id).await["state"], "reported");
}

/// Somebody without a role who has accepted this duty.
pub(super) async fn bearer(app: &App, manager: &Persona, duty: &str) -> Persona {
    let person = app.member().await;
    let draft = json!({"title": duty, "duty": duty, "holderId": person.id});
    let id = manager.create("responsibilities", draft).await;
    person.just("responsibilities", &id, "accept").await.expect(200);
    person
}

#[tokio::test]
async fn i_70_a_severe_incident_is_closed_with_its_lessons_and_what_follows_from_them() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(1)).await.expect(200);
    for phase in ["contain", "eradicate", "recover"] {
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
async fn i_70_that_nothing_follows_from_a_severe_incident_is_given_a_reason() {
    let app = App::start().await;
    let manager = app.manager().await;
    let leader = bearer(&app, &manager, "incidentManagement").await;
    let id = reported(&leader).await;
    leader.act("incidents", &id, "assess", declared(2)).await.expect(200);
    for phase in ["contain", "eradicate", "recover"] {
        leader.act("incidents", &id, phase, json!({})).await.expect(200);
    }
    let lessons = json!({"rootCause": "A visitor", "lessons": "Badges"});
    leader.act("incidents", &id, "review", lessons).await.expect(200);
    let ending = json!({"nothingFollows": "The door is walled up already"});
    leader.act("incidents", &id, "close", ending.clone()).await.problem(403, "denied");
    manager.act("incidents", &id, "close", json!({"nothingFollows": " "})).await.problem(409, "conflict");
    let closed = manager.act("incidents", &id, "close", ending.clone()).await.expect(200);
    assert_eq!(closed["nothingFollows"], ending["nothingFollows"]);
    let open = manager.act("incidents", &id, "reopen", json!({"reason": "It came back"})).await.expect(200);
    assert_eq!((&open["state"], &open["closedAt"]), (&json!("contained"), &Value::Null));
}

#[tokio::test]
async fn i_70_an_incident_that_once_was_severe_is_closed_by_somebody_who_never_led_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let leader = bearer(&app, &manager, "incidentManagement").await;
    let other = bearer(&app, &manager, "incidentManagement").await;
    let id = reported(&leader).await;
    leader.act("incidents", &id, "assess", declared(2)).await.expect(200);
    for phase in ["contain", "eradicate", "recover"] {
        leader.act("incidents", &id, phase, json!({})).await.expect(200);
    }
    let staff = json!({"managerId": manager.id, "teamIds": [leader.id]});
    leader.act("incidents", &id, "assign", staff).await.expect(200);
    leader.act("incidents", &id, "rate", json!({"severity": 4, "reason": "All calm"})).await.expect(200);
    leader.just("incidents", &id, "close").await.problem(403, "denied");
    other.just("incidents", &id, "close").await.problem(409, "conflict");
    let lessons = json!({"rootCause": "A visitor", "lessons": "Badges"});
    leader.act("incidents", &id, "review", lessons).await.expect(200);
    other.just("incidents", &id, "close").await.problem(409, "conflict");
    let closed = other.act("incidents", &id, "close", json!({"nothingFollows": "It is walled up"})).await.expect(200);
    assert_eq!((&closed["severity"], &closed["worstSeverity"]), (&json!(4), &json!(2)));
    assert_eq!(closed["leaderIds"], json!([leader.id, manager.id]));
}

#[tokio::test]
async fn i_01_what_was_decided_on_an_event_is_not_retired() {
    let app = App::start().await;
    let manager = app.manager().await;
    let (event, incident) = (reported(&manager).await, reported(&manager).await);
    manager.just("incidents", &event, "retire").await.expect(200);
    manager.act("incidents", &incident, "assess", declared(1)).await.expect(200);
    manager.just("incidents", &incident, "retire").await.problem(403, "denied");
}

#[tokio::test]
async fn a_small_incident_is_closed_by_who_led_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let leader = bearer(&app, &manager, "incidentManagement").await;
    let id = reported(&leader).await;
    leader.act("incidents", &id, "assess", declared(3)).await.expect(200);
    for phase in ["contain", "eradicate", "recover"] {
        leader.act("incidents", &id, phase, json!({})).await.expect(200);
    }
    assert_eq!(leader.just("incidents", &id, "close").await.expect(200)["state"], "closed");
    let late = json!({"kind": "observation", "text": "Still odd"});
    leader.act("incidents", &id, "note", late).await.problem(409, "conflict");
}

#[tokio::test]
async fn i_71_who_leaves_the_team_of_a_confidential_incident_knows_no_more() {
    let app = App::start().await;
    let (manager, first, second) = (app.manager().await, app.member().await, app.member().await);
    let leader = bearer(&app, &manager, "incidentManagement").await;
    let rule = json!({"title": "Tell", "regime": "Own", "recipient": "Board", "trigger": "every", "withinHours": 24});
    manager.create("notification-rules", rule).await;
    let id = leader.create("incidents", json!({"title": "Whistle", "confidential": true})).await;
    let mut triage = declared(3);
    triage["teamIds"] = json!([first.id]);
    leader.act("incidents", &id, "assess", triage).await.expect(200);
    let notice = notices(&leader).await.remove(0);
    first.change("incidents", &id, json!({"confidential": false})).await.problem(403, "denied");
    let staff = json!({"managerId": leader.id, "teamIds": [second.id]});
    first.act("incidents", &id, "assign", staff.clone()).await.problem(403, "denied");
    leader.act("incidents", &id, "assign", staff).await.expect(200);
    for path in [format!("/v1/incidents/{id}"), format!("/v1/notifications/{}", crate::persona::id(&notice))] {
        first.get(&path).await.problem(404, "not-found");
        second.get(&path).await.expect(200);
    }
}

#[tokio::test]
async fn i_71_a_confidential_incident_is_in_no_file() {
    let app = App::start().await;
    let manager = app.manager().await;
    manager.create("incidents", json!({"title": "Whistle", "confidential": true})).await;
    manager.create("incidents", json!({"title": "Open door"})).await;
    let file = manager.get("/v1/incidents:export?format=csv").await;
    assert!(file.text.contains("Open door") && !file.text.contains("Whistle"), "{}", file.text);
    let leader = bearer(&app, &manager, "incidentManagement").await;
    let rule = json!({"title": "Tell", "regime": "Own", "recipient": "Board", "trigger": "every", "withinHours": 24});
    manager.create("notification-rules", rule).await;
    let id = leader.create("incidents", json!({"title": "Leak", "confidential": true})).await;
    let mut triage = declared(3);
    triage["teamIds"] = json!([manager.id]);
    leader.act("incidents", &id, "assess", triage).await.expect(200);
    assert_eq!(notices(&manager).await.len(), 1);
    let file = manager.get("/v1/notifications:export?format=csv").await;
    assert!(file.status == 200 && !file.text.contains("Own: Tell"), "{}", file.text);
}

#[tokio::test]
async fn a_register_of_incidents_comes_in_as_reported_events() {
    let app = App::start().await;
    let manager = app.manager().await;
    let file = "Vorfall;Erkannt am;Art;Personenbezogene Daten\r\nMail an alle;03.02.2026 14:30;Phishing;nein\r\n\
                Laptop weg;2026-02-10;Diebstahl;unbekannt\r\n";
    let request = manager.request(reqwest::Method::POST, "/v1/incidents:import");
    let sent = crate::persona::send(request.header("content-type", "text/csv").body(file)).await;
    sent.expect(200);
    let all = manager.get("/v1/incidents?sort=detectedAt").await.expect(200)["items"].clone();
    assert_eq!((&all[0]["detectedAt"], &all[0]["category"]), (&json!("2026-02-03T14:30:00.000000Z"), &json!("fraud")));
    assert_eq!((&all[1]["detectedAt"], &all[1]["state"]), (&json!("2026-02-10T00:00:00.000000Z"), &json!("reported")));
    assert_eq!((&all[0]["personalData"], &all[1]["personalData"]), (&json!("no"), &json!("unknown")));
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
    let noncon = json!({"title": "No lock", "detectedOn": app.in_days(0), "ownerId": lead.id, "incidentId": id});
    let noncon = lead.create("nonconformities", noncon).await;
    let risk = manager.create("risks", json!({"title": "Talk", "ownerId": lead.id})).await;
    lead.change("incidents", &id, json!({"riskIds": [risk]})).await.expect(200);
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
        assert_eq!(outsider.read("nonconformities", &noncon).await["incidentId"], Value::Null);
        for path in [
            format!("/v1/actions?incidentId={id}&count=true"),
            format!("/v1/nonconformities?incidentId={id}&count=true"),
            format!("/v1/notifications?incidentId={id}&count=true"),
            format!("/v1/incidents?riskIds={risk}&count=true"),
        ] {
            assert_eq!(outsider.get(&path).await.expect(200)["total"], 0, "{path}");
        }
        let history = outsider.get(&format!("/v1/actions/{action}/history")).await.expect(200);
        assert!(!history.to_string().contains(&id), "{history}");
        let query = format!(
            "{{ incident(id: \"{id}\") {{ id }} node(id: \"{id}\") {{ id }} incidents {{ totalCount }} \
             incidentsCountBy(by: [state]) {{ count }} notificationsCountBy(by: [state]) {{ count }} \
             action(id: \"{action}\") {{ incident {{ id }} }} risk(id: \"{risk}\") {{ incidents {{ id }} }} }}"
        );
        let told = outsider.post("/graphql", json!({"query": query})).await.expect(200);
        let nothing = json!({
            "incident": null, "node": null, "incidents": {"totalCount": 0}, "incidentsCountBy": [],
            "notificationsCountBy": [], "action": {"incident": null}, "risk": {"incidents": []},
        });
        assert_eq!(told["data"], nothing, "{told}");
    }
    let query = json!({"query": format!("{{ risk(id: \"{risk}\") {{ incidents {{ id }} }} }}")});
    assert_eq!(lead.post("/graphql", query).await.expect(200)["data"]["risk"]["incidents"][0]["id"], id.as_str());
    assert_eq!(member.read("incidents", &id).await["id"], id.as_str());
    assert_eq!(lead.read("actions", &action).await["incidentId"], id.as_str());
}
