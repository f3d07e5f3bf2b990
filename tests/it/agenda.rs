//! Tasks, calendar and cycle: what waits for whom, what is due when, and what was done.

use crate::app::App;
use crate::records::{Team, rated};
use serde_json::{Value, json};

fn kinds(tasks: &Value) -> Vec<(String, String)> {
    let items = tasks["items"].as_array().expect("items");
    items.iter().map(|item| (item["what"].to_string(), item["reference"].to_string())).collect()
}

#[tokio::test]
async fn what_waits_is_what_the_caller_may_and_has_to_do() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    assert_eq!(app.owner().await.get("/v1/tasks").await.expect(200)["total"], 0);
    let risk = team.manager.create("risks", rated("Fire", &team.owner, 4, 4)).await;
    let waiting = team.owner.get("/v1/tasks").await.expect(200);
    assert_eq!(waiting["items"][0]["id"], risk.as_str(), "{waiting}");
    assert_eq!(waiting["items"][0]["kind"], "treat");
    team.owner.just("risks", &risk, "analyse").await.expect(200);
    team.owner.just("risks", &risk, "evaluate").await.expect(200);
    let decision = json!({"treatment": "modify", "residualLikelihood": 1, "residualImpact": 2});
    team.owner.act("risks", &risk, "decide", decision).await.expect(200);
    let waiting = kinds(&team.owner.get("/v1/tasks").await.expect(200));
    assert!(waiting.iter().any(|(what, _)| what.contains("Treat the risk")), "{waiting:?}");
    let plan = team.manager.create("treatment-plans", json!({"title": "Harden", "riskIds": [risk]})).await;
    let action = team.action(&app, &risk, Some(&plan), 10).await;
    team.manager.just("treatment-plans", &plan, "submit").await.expect(200);
    let waiting = kinds(&team.owner.get("/v1/tasks").await.expect(200));
    assert!(waiting.iter().any(|(what, _)| what.contains("treatment plan")), "{waiting:?}");
    assert!(waiting.iter().any(|(what, _)| what.contains("Do the action")), "{waiting:?}");
    team.owner.just("treatment-plans", &plan, "approve").await.expect(200);
    team.owner.act("actions", &action, "finish", json!({"proof": "Log"})).await.expect(200);
    assert_eq!(team.owner.get("/v1/tasks").await.expect(200)["total"], 0);
    let verify = kinds(&team.manager.get("/v1/tasks").await.expect(200));
    assert!(verify.iter().any(|(what, _)| what.contains("Verify")), "{verify:?}");
}

#[tokio::test]
async fn a_request_of_an_auditor_waits_for_whoever_has_to_do_the_next_step() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let engagement = crate::evaluation::engagement::open(&app, &team.manager, &team.management, json!({})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    let request = json!({"title": "Leavers of March", "dueOn": app.in_days(5)});
    let request = auditor.create("audit-requests", request).await;
    let waits = async |who: &crate::persona::Persona| {
        let told = who.get("/v1/tasks").await.expect(200);
        let items = told["items"].as_array().expect("items").clone();
        items.into_iter().find(|item| item["id"] == request.as_str()).map(|item| item["what"].clone())
    };
    assert_eq!(waits(&team.manager).await, Some(json!("Name who answers the auditor's request")));
    assert_eq!(waits(&team.owner).await, None);
    let assignee = json!({"ownerId": team.owner.id});
    team.manager.act("audit-requests", &request, "assign", assignee).await.expect(200);
    assert_eq!(waits(&team.manager).await, None);
    assert_eq!(waits(&team.owner).await, Some(json!("Answer the auditor's request")));
    let due = team.owner.get("/v1/calendar").await.expect(200);
    assert_eq!(due["entries"][0]["what"], "answer to an auditor", "{due}");
    team.owner.act("audit-requests", &request, "answer", json!({"answer": "Nobody left"})).await.expect(200);
    assert_eq!(waits(&team.owner).await, None);
    assert_eq!(waits(&auditor).await, Some(json!("See whether the answer to your request will do")));
}

#[tokio::test]
async fn the_calendar_shows_what_is_overdue_and_upcoming_in_order() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let late = json!({"title": "Patch", "ownerId": team.owner.id, "dueOn": app.in_days(2)});
    team.manager.create("actions", late).await;
    let later = json!({"title": "Renew", "ownerId": team.owner.id, "dueOn": app.in_days(40)});
    team.manager.create("actions", later).await;
    app.advance(chrono::Duration::days(5));
    let told = team.manager.get("/v1/calendar").await.expect(200);
    let titles: Vec<_> =
        told["entries"].as_array().expect("entries").iter().map(|e| (&e["title"], &e["overdue"])).collect();
    assert_eq!(titles, [(&json!("Patch"), &json!(true)), (&json!("Renew"), &json!(false))]);
    let span = format!("/v1/calendar?from={}&to={}", app.in_days(30), app.in_days(60));
    assert_eq!(team.manager.get(&span).await.expect(200)["total"], 1);
    assert_eq!(app.member().await.get("/v1/calendar").await.expect(200)["total"], 0);
    team.manager.get("/v1/calendar?from=2026-05-01&to=2026-04-01").await.problem(400, "malformed");
}

#[tokio::test]
async fn the_feed_takes_the_token_as_a_password() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let action = json!({"title": "Patch; now", "ownerId": team.owner.id, "dueOn": app.in_days(2)});
    team.manager.create("actions", action).await;
    let token = team.manager.token.clone().expect("a token");
    let request = app.anonymous().request(reqwest::Method::GET, "/v1/calendar.ics").basic_auth("anyone", Some(token));
    let reply = crate::persona::send(request).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/calendar; charset=utf-8"));
    assert!(reply.text.starts_with("BEGIN:VCALENDAR"), "{}", reply.text);
    assert!(reply.text.contains("SUMMARY:Patch\\; now action"), "{}", reply.text);
    let wrong = app.anonymous().request(reqwest::Method::GET, "/v1/calendar.ics").basic_auth("anyone", Some("no"));
    assert_eq!(crate::persona::send(wrong).await.status, 401);
}

#[tokio::test]
async fn the_cycle_counts_what_was_planned_and_done() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let action = json!({"title": "Patch", "ownerId": team.owner.id, "dueOn": app.in_days(2)});
    let action = team.manager.create("actions", action).await;
    let path = format!("/v1/cycle?from={}&to={}", app.today(), app.in_days(30));
    let work = async || {
        let told = team.manager.get(&path).await.expect(200);
        let phase = told["phases"][1].clone();
        assert_eq!(phase["phase"], "do");
        phase["work"].as_array().expect("work").iter().find(|w| w["what"] == "action").expect("actions").clone()
    };
    assert_eq!((&work().await["open"], &work().await["done"]), (&json!(1), &json!(0)));
    team.owner.act("actions", &action, "finish", json!({"proof": "Log"})).await.expect(200);
    assert_eq!((&work().await["open"], &work().await["done"]), (&json!(0), &json!(1)));
    team.manager.get("/v1/cycle").await.problem(400, "malformed");
}

#[tokio::test]
async fn a_legal_clock_is_late_from_its_instant_on() {
    let app = App::start().await;
    let manager = app.manager().await;
    let rule = json!({"title": "First report", "regime": "DORA", "recipient": "Authority", "trigger": "every",
        "clockStart": "declaration", "withinHours": 4});
    manager.create("notification-rules", rule).await;
    let id = manager.create("incidents", json!({"title": "Down"})).await;
    let declared = json!({"incident": true, "reason": "Seen", "severity": 3, "affects": ["availability"]});
    manager.act("incidents", &id, "assess", declared).await.expect(200);
    let overdue = async || {
        let tasks = manager.get("/v1/tasks").await.expect(200);
        let task =
            tasks["items"].as_array().expect("tasks").iter().find(|t| t["kind"] == "notify").expect("one").clone();
        let told = manager.get("/v1/calendar").await.expect(200);
        let entry =
            told["entries"].as_array().expect("entries").iter().find(|e| e["what"] == "notice").expect("one").clone();
        (task["overdue"].clone(), entry["overdue"].clone())
    };
    app.advance(chrono::Duration::hours(3));
    assert_eq!(overdue().await, (json!(false), json!(false)));
    app.advance(chrono::Duration::hours(2));
    assert_eq!(overdue().await, (json!(true), json!(true)));
}

#[tokio::test]
async fn an_assessment_that_a_newer_one_replaces_is_due_no_more() {
    let app = App::start().await;
    let manager = app.manager().await;
    let supplier = manager.create("suppliers", json!({"name": "Host"})).await;
    let conclude = async |days: i64| {
        let draft =
            json!({"title": "Look", "supplierId": supplier, "answers": [{"question": "Safe?", "answer": "yes"}]});
        let id = manager.create("supplier-assessments", draft).await;
        let outcome = json!({"conclusion": "ok", "validUntil": app.in_days(days)});
        manager.act("supplier-assessments", &id, "conclude", outcome).await.expect(200);
        app.advance(chrono::Duration::days(1));
    };
    let ends = async || {
        let told = manager.get("/v1/calendar").await.expect(200);
        told["entries"].as_array().expect("entries").iter().filter(|entry| entry["what"] == "assessment ends").count()
    };
    conclude(10).await;
    assert_eq!(ends().await, 1);
    conclude(50).await;
    assert_eq!(ends().await, 1);
}

#[tokio::test]
async fn whoever_decides_verifies_or_measures_is_told_that_it_waits() {
    let app = App::start().await;
    let bench = crate::evaluation::Bench::of(&app).await;
    let waits = async |persona: &crate::persona::Persona, what: &str| {
        let told = persona.get("/v1/tasks").await.expect(200);
        told["items"].as_array().expect("items").iter().filter(|task| task["what"] == what).count()
    };
    let finding = bench.issued(&app).await;
    bench.auditee.act("findings", &finding, "dispute", json!({"response": "No"})).await.expect(200);
    assert_eq!(
        (waits(&bench.lead, "Decide the dispute").await, waits(&bench.auditee, "Decide the dispute").await),
        (1, 0)
    );
    bench
        .lead
        .act("findings", &finding, "decide-dispute", json!({"upheld": true, "decision": "It is"}))
        .await
        .expect(200);
    assert_eq!(waits(&bench.second, "Verify the finding").await, 0);
    bench.corrected(&app, &finding).await;
    assert_eq!(
        (waits(&bench.second, "Verify the finding").await, waits(&bench.auditee, "Verify the finding").await),
        (1, 0)
    );
    bench.auditee.create("improvements", json!({"title": "Fewer forms"})).await;
    let idea = "Decide on the idea";
    assert_eq!((waits(&bench.manager, idea).await, waits(&bench.auditee, idea).await), (1, 0));
    let metric = crate::evaluation::metric::active(&bench.manager, json!({})).await;
    let measure = "Measure for the period that is over";
    assert_eq!(waits(&bench.manager, measure).await, 0);
    app.advance(chrono::Duration::days(32));
    assert_eq!(waits(&bench.manager, measure).await, 1);
    bench.manager.create("measurements", crate::evaluation::metric::value(&app, &metric, 31, 1, 10.0)).await;
    assert_eq!((waits(&bench.manager, measure).await, waits(&bench.manager, "Say what the value means").await), (0, 1));
}

#[tokio::test]
async fn what_was_corrected_waits_for_somebody_else() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let draft = json!({
        "title": "No log", "detectedOn": app.in_days(0), "ownerId": team.owner.id, "correctionEnough": "A slip",
        "effectivenessCriteria": "Logs",
    });
    let (all, manager) = ("nonconformities", app.manager().await);
    let id = team.manager.create(all, draft).await;
    team.owner.act(all, &id, "contain", json!({"containment": "On"})).await.expect(200);
    let cause = json!({"causeMethod": "fiveWhys", "cause": "Nobody looked", "similarSearched": true});
    team.owner.act(all, &id, "find-cause", cause).await.expect(200);
    manager.just(all, &id, "approve-plan").await.expect(200);
    let waits = async |persona: &crate::persona::Persona, kind: &str| {
        let told = persona.get("/v1/tasks").await.expect(200);
        told["items"].as_array().expect("items").iter().filter(|task| task["kind"] == kind).count()
    };
    assert_eq!(waits(&team.owner, "treat").await, 1);
    team.owner.just(all, &id, "implement").await.expect(200);
    assert_eq!((waits(&team.owner, "treat").await, waits(&manager, "approve").await), (0, 0));
    app.advance(chrono::Duration::days(30));
    assert_eq!((waits(&team.owner, "approve").await, waits(&manager, "approve").await), (0, 1));
    assert_eq!(waits(&team.manager, "approve").await, 0, "they wrote in the plan");
}

#[tokio::test]
async fn whoever_leads_the_response_has_it_before_them_until_it_is_over() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let incident = team.owner.create("incidents", json!({"title": "Odd login"})).await;
    let waits = async || {
        let told = kinds(&team.manager.get("/v1/tasks").await.expect(200));
        told.iter().any(|(what, _)| what.contains("Go on with the incident"))
    };
    assert!(!waits().await);
    let triage = json!({"incident": true, "reason": "It was", "severity": 3, "affects": ["integrity"], "managerId": team.manager.id});
    team.manager.act("incidents", &incident, "assess", triage).await.expect(200);
    assert!(waits().await);
}
