//! Notices of incidents: their clocks start by themselves, run on wall time, and are met, missed or not needed.

use super::incident::{bearer, declared, notices, reported};
use crate::app::App;
use chrono::Duration;
use serde_json::{Value, json};

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
async fn i_71_notices_of_an_incident_that_becomes_confidential_are_for_its_team_from_then_on() {
    let app = App::start().await;
    let (leader, manager) = (app.manager().await, app.manager().await);
    let rule = json!({"title": "Tell", "regime": "Own", "recipient": "Board", "trigger": "every", "withinHours": 24});
    manager.create("notification-rules", rule).await;
    let id = reported(&leader).await;
    leader.act("incidents", &id, "assess", declared(3)).await.expect(200);
    assert_eq!(notices(&manager).await.len(), 1);
    leader.change("incidents", &id, json!({"confidential": true})).await.expect(200);
    assert_eq!((notices(&manager).await.len(), notices(&leader).await.len()), (0, 1));
    leader.change("incidents", &id, json!({"confidential": false})).await.expect(200);
    assert_eq!(notices(&manager).await.len(), 1);
}
