//! Clocks of notices: who may start them, what they count from, and what stops them from being kept honest.

use super::incident::{bearer, declared, notices, reported};
use crate::app::App;
use crate::persona::id;
use chrono::Duration;
use serde_json::{Value, json};

/// The one whose title contains this.
fn called(all: &[Value], title: &str) -> Value {
    let found = all.iter().find(|notice| notice["title"].as_str().is_some_and(|text| text.contains(title)));
    found.cloned().unwrap_or_else(|| panic!("there is no notice {title}"))
}

#[tokio::test]
async fn whoever_works_on_an_incident_starts_the_clocks_of_the_whole_organisation() {
    let app = App::start().await;
    app.manager().await.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    let works = app.unit("Works", None).await;
    let (local, member) = (app.person("manager", Some(&works)).await, app.member().await);
    let event = member.create("incidents", json!({"title": "Strange mail", "unitId": works})).await;
    let mut triage = declared(4);
    (triage["personalData"], triage["teamIds"]) = (json!("no"), json!([member.id]));
    local.act("incidents", &event, "assess", triage).await.expect(200);
    assert_eq!(notices(&local).await.len(), 0);
    member.change("incidents", &event, json!({"personalData": "yes"})).await.expect(200);
    assert_eq!((notices(&member).await.len(), notices(&local).await.len()), (2, 2));
    let event = member.create("incidents", json!({"title": "Lost key", "unitId": works})).await;
    local.act("incidents", &event, "assess", declared(4)).await.expect(200);
    assert_eq!(notices(&local).await.len(), 4);
}

#[tokio::test]
async fn i_67_that_no_personal_data_are_concerned_is_decided_and_not_reported() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    manager.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    let event = member.create("incidents", json!({"title": "Lost laptop", "personalData": "no"})).await;
    let mut triage = declared(4);
    triage["teamIds"] = json!([member.id]);
    let told = manager.act("incidents", &event, "assess", triage).await.expect(200);
    assert_eq!((&told["personalData"], notices(&manager).await.len()), (&json!("unknown"), 2));
    member.change("incidents", &event, json!({"personalData": "no"})).await.refuses("/personalData");
    manager.change("incidents", &event, json!({"personalData": "no"})).await.refuses("/personalData");
    let reason = json!({"reason": "The disk is encrypted and empty"});
    member.act("incidents", &event, "no-personal-data", reason.clone()).await.problem(403, "denied");
    manager.act("incidents", &event, "no-personal-data", json!({"reason": " "})).await.refuses("/reason");
    let told = manager.act("incidents", &event, "no-personal-data", reason).await.expect(200);
    assert_eq!((&told["personalData"], &told["timeline"][0]["kind"]), (&json!("no"), &json!("decision")));
    assert!(notices(&manager).await.iter().all(|notice| notice["state"] == "pending"));
}

#[tokio::test]
async fn clocks_that_count_from_declaration_count_from_when_it_was_held_to_be_so_severe() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let officer = bearer(&app, &manager, "dataProtection").await;
    manager.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    let event = reported(&member).await;
    manager.act("incidents", &event, "assess", declared(3)).await.expect(200);
    app.advance(Duration::hours(6));
    manager.act("incidents", &event, "rate", json!({"severity": 1, "reason": "It spreads"})).await.expect(200);
    let due = async || called(&notices(&manager).await, "DORA: First report")["dueAt"].clone();
    assert_eq!(due().await, "2026-03-02T19:00:00.000000Z");
    app.advance(Duration::hours(1));
    for (severity, reason) in [(2, "It does not"), (1, "It does")] {
        manager.act("incidents", &event, "rate", json!({"severity": severity, "reason": reason})).await.expect(200);
    }
    let earlier = json!({"awareAt": "2026-03-02T08:00:00Z", "reason": "The help desk knew"});
    officer.act("incidents", &event, "correct-awareness", earlier).await.expect(200);
    assert_eq!(due().await, "2026-03-02T19:00:00.000000Z");
}

#[tokio::test]
async fn the_next_stage_begins_though_its_rule_was_retired_and_ends_by_its_limit() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let rule = |title: &str| json!({"title": title, "regime": "Own", "recipient": "Board", "trigger": "every"});
    let mut first = rule("First");
    first["withinHours"] = json!(24);
    let first = manager.create("notification-rules", first).await;
    let stage = async |title: &str, more: Value| {
        let mut draft = rule(title);
        draft["previousRuleId"] = json!(first);
        draft.as_object_mut().expect("a draft").extend(more.as_object().expect("fields").clone());
        manager.create("notification-rules", draft).await
    };
    stage("Second", json!({"clockStart": "previous", "withinHours": 72, "latestHours": 48})).await;
    let last = stage("Last", json!({"clockStart": "previous", "withinHours": 96})).await;
    stage("Beside", json!({"clockStart": "awareness", "withinHours": 30})).await;
    let event = reported(&member).await;
    manager.act("incidents", &event, "assess", declared(4)).await.expect(200);
    manager.just("notification-rules", &last, "retire").await.expect(200);
    app.advance(Duration::hours(10));
    let notice = id(&called(&notices(&manager).await, "First"));
    manager.act("notifications", &notice, "send", json!({"receipt": "Mail"})).await.expect(200);
    let all = notices(&manager).await;
    assert_eq!(called(&all, "Second")["dueAt"], "2026-03-04T09:00:00.000000Z");
    assert_eq!(called(&all, "Last")["dueAt"], "2026-03-06T19:00:00.000000Z");
    assert_eq!(called(&all, "Beside")["dueAt"], "2026-03-03T15:00:00.000000Z");
}

#[tokio::test]
async fn i_06_a_notice_that_is_told_late_says_why_and_is_not_told_from_before_awareness() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let rule = json!({"title": "Tell", "regime": "Own", "recipient": "Board", "trigger": "every", "withinHours": 24});
    manager.create("notification-rules", rule).await;
    let event = reported(&member).await;
    manager.act("incidents", &event, "assess", declared(4)).await.expect(200);
    let notice = id(&notices(&manager).await[0]);
    app.advance(Duration::hours(30));
    let mut sent = json!({"receipt": "Mail", "sentAt": "2026-03-02T08:00:00Z", "reason": "Sent by phone"});
    manager.act("notifications", &notice, "send", sent.clone()).await.refuses("/sentAt");
    (sent["sentAt"], sent["reason"]) = (json!("2026-03-02T10:00:00Z"), Value::Null);
    manager.act("notifications", &notice, "send", sent.clone()).await.refuses("/reason");
    sent["reason"] = json!("Sent by phone, written down today");
    let told = manager.act("notifications", &notice, "send", sent).await.expect(200);
    assert_eq!((&told["met"], &told["decidedAt"]), (&json!(true), &json!(app.now())));
}

#[tokio::test]
async fn a_clock_starts_though_somebody_of_the_team_has_left() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    manager.post("/v1/notification-rules:seed", json!({})).await.expect(200);
    let event = reported(&manager).await;
    let mut triage = declared(4);
    (triage["personalData"], triage["teamIds"]) = (json!("no"), json!([member.id]));
    manager.act("incidents", &event, "assess", triage).await.expect(200);
    app.bootstrap().just("users", &member.id, "retire").await.expect(200);
    manager.act("incidents", &event, "rate", json!({"severity": 1, "reason": "It spreads"})).await.expect(200);
    assert_eq!(called(&notices(&manager).await, "NIS2: Early warning")["teamIds"][0], member.id.as_str());
    let second = app.member().await;
    app.bootstrap().just("users", &second.id, "retire").await.expect(200);
    let staff = json!({"managerId": manager.id, "teamIds": [second.id]});
    manager.act("incidents", &event, "assign", staff).await.refuses("/teamIds/0");
}
