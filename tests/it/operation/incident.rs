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
    assert_eq!(seeded["created"], 11);
    assert_eq!(manager.post("/v1/notification-rules:seed", json!({})).await.expect(200)["created"], 0);
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(1)).await.expect(200);
    let all = notices(&manager).await;
    let due =
        |text: &str| all.iter().find(|n| n["title"].as_str().is_some_and(|t| t.contains(text))).expect("a notice");
    assert_eq!(due("Early warning")["dueAt"], "2026-03-03T09:00:00.000000Z");
    assert_eq!(due("NIS2: Notification")["dueAt"], "2026-03-05T09:00:00.000000Z");
    assert_eq!(due("DORA: First report")["dueAt"], "2026-03-02T13:00:00.000000Z");
    assert_eq!(due("NIS2: Final report")["dueAt"], Value::Null);
    assert!(all.iter().all(|n| !n["title"].as_str().is_some_and(|t| t.starts_with("CRA"))), "not in force yet");
    let (early, second, last) = (due("Early warning"), due("NIS2: Notification"), due("NIS2: Final report"));
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
    let mut triage = declared(4);
    triage["teamIds"] = json!([member.id]);
    manager.act("incidents", &id, "assess", triage).await.expect(200);
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
    manager.act("incidents", &id, "eradicate", json!({"at": "2026-03-02T10:00:00Z"})).await.refuses("/at");
    manager.act("incidents", &id, "eradicate", json!({})).await.expect(200);
    let done = manager.act("incidents", &id, "recover", json!({})).await.expect(200);
    assert_eq!(done["timeline"].as_array().map(Vec::len), Some(3), "{done}");
    assert_eq!(done["timeline"][0]["text"], "Cut off");
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

#[tokio::test]
async fn what_is_found_out_later_starts_the_clocks_that_it_concerns() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    manager.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    let id = reported(&member).await;
    let mut triage = declared(4);
    triage["personalData"] = json!("no");
    manager.act("incidents", &id, "assess", triage).await.expect(200);
    assert_eq!(notices(&manager).await.len(), 0);
    app.advance(Duration::hours(10));
    manager.change("incidents", &id, json!({"personalData": "yes"})).await.expect(200);
    assert_eq!(notices(&manager).await.len(), 2);
    manager.act("incidents", &id, "rate", json!({"severity": 2, "reason": ""})).await.refuses("/reason");
    manager.act("incidents", &id, "rate", json!({"severity": 2, "reason": "It spreads"})).await.expect(200);
    let all = notices(&manager).await;
    assert_eq!(all.len(), 5);
    let early = all.iter().find(|n| n["title"] == "NIS2: Early warning").expect("a notice");
    assert_eq!(early["dueAt"], "2026-03-03T09:00:00.000000Z", "it counts from awareness all the same");
}

#[tokio::test]
async fn hours_run_down_and_below_nothing_until_the_notice_is_given() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let rule = json!({"title": "Tell", "regime": "Own", "recipient": "Board", "trigger": "every", "withinHours": 24});
    manager.create("notification-rules", rule).await;
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(4)).await.expect(200);
    let notice = crate::persona::id(&notices(&manager).await[0]);
    for (minutes, left, late) in [(0, 24, false), (90, 22, false), (22 * 60 + 31, -1, true), (120, -3, true)] {
        app.advance(Duration::minutes(minutes));
        for seen in [manager.read("notifications", &notice).await, notices(&manager).await[0].clone()] {
            assert_eq!((&seen["hoursLeft"], &seen["late"]), (&json!(left), &json!(late)), "{minutes}");
        }
    }
    let late = json!({"receipt": "Mail", "reason": "Nobody looked"});
    let sent = manager.act("notifications", &notice, "send", late).await.expect(200);
    assert_eq!((&sent["hoursLeft"], &sent["late"], &sent["met"]), (&Value::Null, &json!(true), &json!(false)));
}

#[tokio::test]
async fn only_data_protection_corrects_when_the_organisation_became_aware() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let officer = bearer(&app, &manager, "dataProtection").await;
    manager.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    app.advance(Duration::days(1));
    let id = reported(&member).await;
    manager.act("incidents", &id, "assess", declared(4)).await.expect(200);
    let earlier = json!({"awareAt": "2026-03-02T09:00:00Z", "reason": "The help desk knew"});
    manager.change("incidents", &id, json!({"awareAt": "2026-03-02T09:00:00Z"})).await.refuses("/awareAt");
    manager.act("incidents", &id, "correct-awareness", earlier.clone()).await.problem(403, "denied");
    let silent = json!({"awareAt": "2026-03-02T09:00:00Z", "reason": " "});
    officer.act("incidents", &id, "correct-awareness", silent).await.refuses("/reason");
    officer.act("incidents", &id, "correct-awareness", earlier).await.expect(200);
    assert!(notices(&manager).await.iter().all(|n| n["dueAt"] == "2026-03-05T09:00:00.000000Z"));
}

/// Somebody without a role who has accepted this duty.
async fn bearer(app: &App, manager: &Persona, duty: &str) -> Persona {
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
}

#[tokio::test]
async fn i_68_who_leads_the_response_does_not_decide_that_no_notice_is_needed() {
    let app = App::start().await;
    let manager = app.manager().await;
    let leader = bearer(&app, &manager, "incidentManagement").await;
    let officer = bearer(&app, &manager, "dataProtection").await;
    manager.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    let id = reported(&leader).await;
    leader.act("incidents", &id, "assess", declared(4)).await.expect(200);
    let notice = crate::persona::id(&notices(&leader).await[0]);
    let reason = json!({"reason": "Nobody's data"});
    leader.act("notifications", &notice, "not-required", reason.clone()).await.problem(403, "denied");
    officer.act("notifications", &notice, "not-required", reason).await.expect(200);
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
