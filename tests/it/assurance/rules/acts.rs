//! Rules of readiness as people act: each with the gap there and the gap gone.

use crate::app::App;
use crate::assurance::readiness::rule;
use crate::evaluation::{Bench, with};
use crate::persona::Persona;
use crate::records::{Team, annex_a, asset, create_many};
use crate::support::{Library, reader};
use serde_json::{Value, json};

/// What stands against a rule: each with how many records.
fn gaps(rule: &Value) -> Vec<(String, u64)> {
    let gaps = rule["gaps"].as_array().expect("gaps").iter();
    gaps.map(|gap| (gap["what"].as_str().expect("a text").to_owned(), gap["total"].as_u64().expect("a count")))
        .collect()
}

/// Whether something that is told like this stands against a rule.
async fn stands(persona: &Persona, id: &str, what: &str) -> bool {
    gaps(&rule(persona, id).await).iter().any(|(told, _)| told.contains(what))
}

#[tokio::test]
async fn c50_internal_audits_cover_each_clause() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let reported = async |also: Value| {
        let audit = bench.lead.create("audits", bench.audit_draft(&app, also)).await;
        bench.lead.just("audits", &audit, "start").await.expect(200);
        bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
    };
    let missing = async || rule(&bench.manager, "C50").await["missing"].as_array().map(Vec::len);
    assert_eq!(missing().await, Some(8));
    reported(json!({"kind": "supplier", "clauses": ["4.1", "5.2", "6.1.2", "7.2", "8.1", "9.1", "10.2"]})).await;
    assert_eq!(missing().await, Some(8));
    reported(json!({"clauses": ["4.1", "5.2", "6.1.2", "7.2", "8.1", "9.1"]})).await;
    let told = rule(&bench.manager, "C50").await;
    assert_eq!(told["missing"], json!(["an internal audit of clause 10, reported within the cycle"]));
    reported(json!({"clauses": ["10.2"]})).await;
    assert_eq!(rule(&bench.manager, "C50").await["state"], "met");
}

#[tokio::test]
async fn c50_a_control_is_in_an_internal_audit_of_the_cycle() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let control = create_many(&bench.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let uncovered = async || stands(&bench.manager, "C50", "no internal audit").await;
    bench.lead.create("audits", bench.audit_draft(&app, json!({"kind": "special", "controlIds": [control]}))).await;
    assert!(uncovered().await);
    bench.lead.create("audits", bench.audit_draft(&app, json!({"controlIds": [control]}))).await;
    assert!(!uncovered().await);
    app.advance(chrono::Duration::days(6));
    assert!(uncovered().await, "its day has passed and it is not reported");
}

#[tokio::test]
async fn c51_looks_at_audits_that_can_still_be_mended_and_c52_at_all_that_are_late() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let control = create_many(&bench.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let draft = bench.audit_draft(&app, json!({"clauses": [], "controlIds": [control]}));
    let audit = bench.lead.create("audits", draft).await;
    bench.lead.just("audits", &audit, "start").await.expect(200);
    let own = async |owner: &Value| {
        bench.manager.change("controls", &control, json!({"ownerId": owner})).await.expect(200);
        stands(&bench.manager, "C51", "owns a control").await
    };
    assert!(own(&json!(bench.second.id)).await);
    assert!(!own(&Value::Null).await);
    app.advance(chrono::Duration::days(6));
    assert!(stands(&bench.manager, "C52", "not reported").await);
    bench.lead.change("audits", &audit, json!({"teamIds": []})).await.expect(200);
    bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
    assert!(!stands(&bench.manager, "C52", "not reported").await);
    assert!(!own(&json!(bench.lead.id)).await, "what is reported cannot be mended");
}

/// A test of this control that finds this.
async fn tested(app: &App, manager: &Persona, control: &str, result: &str, until: Value) {
    let draft = json!({"title": "Look", "controlId": control, "plannedOn": app.in_days(0)});
    let id = manager.create("control-tests", draft).await;
    let found = json!({"result": result, "notes": "Looked", "validUntil": until, "nextOn": app.in_days(300)});
    manager.act("control-tests", &id, "perform", found).await.expect(200);
}

#[tokio::test]
async fn c23_the_latest_test_decides_and_none_holds_for_ever() {
    let app = App::start().await;
    let manager = app.manager().await;
    let control = create_many(&manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    manager.change("controls", &control, json!({"status": "implemented"})).await.expect(200);
    let standing = async || {
        let told = manager.get("/v1/readiness").await.expect(200);
        let c23 = told["rules"].as_array().expect("rules").iter().find(|r| r["id"] == "C23").expect("C23").clone();
        (c23["state"].clone(), told["controls"][0]["state"].clone())
    };
    let state = |rule: &str, control: &str| (json!(rule), json!(control));
    let shown = json!({"title": "A look", "kind": "log", "link": "https://logs.example/1", "digest": "ab".repeat(32),
        "controlIds": [control]});
    let shown = app.owner().await.create("evidence-items", shown).await;
    manager.act("evidence-items", &shown, "accept", json!({})).await.expect(200);
    tested(&app, &manager, &control, "effective", Value::Null).await;
    assert_eq!(standing().await, state("met", "met"));
    app.advance(chrono::Duration::days(400));
    assert_eq!(standing().await, state("partly", "stale"));
    tested(&app, &manager, &control, "effective", Value::Null).await;
    app.advance(chrono::Duration::days(1));
    tested(&app, &manager, &control, "ineffective", Value::Null).await;
    assert_eq!(standing().await, state("partly", "partly"));
    app.advance(chrono::Duration::days(1));
    tested(&app, &manager, &control, "effective", Value::Null).await;
    assert_eq!(standing().await, state("met", "met"));
    manager.change("controls", &control, json!({"status": "partial"})).await.expect(200);
    assert_eq!(standing().await.1, "partly", "each control that applies is told");
}

#[tokio::test]
async fn c41_only_what_is_done_about_a_failed_test_excuses_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let control = create_many(&manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    tested(&app, &manager, &control, "ineffective", Value::Null).await;
    let idle = async || stands(&manager, "C41", "nothing is done").await;
    assert!(idle().await);
    let action = json!({"title": "Mend", "ownerId": manager.id, "dueOn": app.in_days(9), "controlIds": [control]});
    let action = manager.create("actions", action).await;
    assert!(!idle().await);
    manager.act("actions", &action, "cancel", json!({"reason": "No"})).await.expect(200);
    assert!(idle().await);
    let nonconformity = json!({"title": "Off", "detectedOn": app.in_days(0), "controlIds": [control]});
    let nonconformity = manager.create("nonconformities", nonconformity).await;
    assert!(!idle().await);
    manager.just("nonconformities", &nonconformity, "retire").await.expect(200);
    assert!(idle().await);
}

#[tokio::test]
async fn c42_a_service_lies_with_a_supplier_who_is_still_there() {
    let app = App::start().await;
    let manager = app.manager().await;
    let service = manager.create("assets", json!({"name": "Host", "kind": "supplierService"})).await;
    manager.change("assets", &service, json!({"ownerId": manager.id})).await.expect(200);
    let alone = async || stands(&manager, "C42", "no supplier is named").await;
    assert!(alone().await);
    let supplier = manager.create("suppliers", json!({"name": "Host", "assetIds": [service]})).await;
    assert!(!alone().await);
    manager.just("suppliers", &supplier, "retire").await.expect(200);
    assert!(alone().await);
}

#[tokio::test]
async fn c44_a_severe_incident_has_its_risk_rated_since() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let manager = &team.manager;
    let risk = team.evaluated("Fire", 2, 2).await;
    app.advance(chrono::Duration::hours(1));
    let id = manager.create("incidents", json!({"title": "Fire"})).await;
    let declared = json!({"incident": true, "reason": "It burns", "severity": 2, "affects": ["availability"]});
    manager.act("incidents", &id, "assess", declared).await.expect(200);
    for phase in ["contain", "eradicate", "recover"] {
        manager.act("incidents", &id, phase, json!({})).await.expect(200);
    }
    manager.change("incidents", &id, json!({"riskIds": [risk]})).await.expect(200);
    let unrated = async || stands(manager, "C44", "rated since").await;
    assert!(unrated().await, "a link alone is no assessment");
    app.advance(chrono::Duration::hours(1));
    manager.change("risks", &risk, json!({"currentLikelihood": 3})).await.expect(200);
    assert!(!unrated().await);
}

#[tokio::test]
async fn c64_an_exercise_that_was_put_away_counts_no_more() {
    let app = App::start().await;
    let manager = app.manager().await;
    let wanted = json!({"ownerId": manager.id, "availability": 4});
    let machine = manager.create("assets", with(asset("Press"), wanted)).await;
    let exercise = json!({"title": "Restore", "kind": "restore", "plannedOn": app.in_days(0), "assetIds": [machine],
        "rtoTargetMinutes": 60, "rpoTargetMinutes": 60, "ownerId": manager.id});
    let exercise = manager.create("continuity-exercises", exercise).await;
    let never = async || stands(&manager, "C64", "in no exercise").await;
    assert!(never().await);
    let result = json!({"rtoMinutes": 30, "rpoMinutes": 5, "result": "Restored"});
    manager.act("continuity-exercises", &exercise, "hold", result).await.expect(200);
    assert!(!never().await);
    let database = app.database().await;
    let put_away = "UPDATE continuity_exercise SET retired_at = 1";
    sea_orm::ConnectionTrait::execute_unprepared(&database, put_away).await.expect("an update");
    assert!(never().await);
}

#[tokio::test]
async fn c47_a_metric_is_measured_as_often_as_it_says() {
    let app = App::start().await;
    let manager = app.manager().await;
    let metric = crate::evaluation::metric::active(&manager, json!({"everyMonths": 1})).await;
    let late = async || stands(&manager, "C47", "was not measured").await;
    assert!(!late().await);
    app.advance(chrono::Duration::days(32));
    assert!(late().await);
    manager.create("measurements", crate::evaluation::metric::value(&app, &metric, 31, 1, 96.0)).await;
    assert!(!late().await);
}

#[tokio::test]
async fn c68_what_the_body_found_is_carried_on_in_time() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let stage = json!({"title": "Stage 1", "kind": "stage1", "plannedOn": app.in_days(60)});
    let stage = bench.manager.create("certification-audits", stage).await;
    let words = json!({"certificationAuditId": stage, "title": "Scope unclear", "grade": "minor", "gap": "Sites"});
    let finding = bench.manager.create("findings", words).await;
    let open = async || stands(&bench.manager, "C68", "found by the certification body").await;
    assert!(open().await);
    let carried =
        json!({"title": "Scope", "findingId": finding, "detectedOn": app.in_days(0), "dueOn": app.in_days(9)});
    bench.manager.create("nonconformities", carried).await;
    assert!(!open().await);
    app.advance(chrono::Duration::days(10));
    assert!(open().await);
}

#[tokio::test]
async fn c09_objectives_or_policy_are_approved_within_a_year() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let objective = json!({
        "title": "On time", "ownerId": team.owner.id, "dueOn": app.in_days(900), "measurable": false,
        "unmeasurableReason": "A matter of opinion",
        "plan": "Weekly", "resources": "Two hours", "evaluationMethod": "Monthly",
    });
    let objective = team.manager.create("objectives", objective).await;
    team.management.just("objectives", &objective, "approve").await.expect(200);
    let missing = async || rule(&team.manager, "C09").await["missing"].as_array().map(Vec::len);
    assert_eq!(missing().await, Some(1));
    app.advance(chrono::Duration::days(366));
    assert_eq!(missing().await, Some(2));
}

#[tokio::test]
async fn c34_counts_holders_as_the_requirement_does() {
    let app = App::start().await;
    let (manager, works) = (app.manager().await, app.unit("Works", None).await);
    let office = app.unit("Office", None).await;
    app.owner().await;
    app.owner_of(&works).await;
    let unmet = async |unit: &str| {
        let requirement = json!({"skill": "Risk", "role": "owner", "level": 2, "unitId": unit});
        let requirement = manager.create("competence-requirements", requirement).await;
        let own = manager.read("competence-requirements", &requirement).await["unmet"].clone();
        (own, stands(&manager, "C34", "does not have it").await)
    };
    assert_eq!(unmet(&office).await, (json!(0), false), "nobody holds the role in that unit");
    assert_eq!(unmet(&works).await, (json!(1), true));
}

#[tokio::test]
async fn i_17_what_was_acknowledged_counts_for_the_edition() {
    let app = App::start().await;
    let library = Library::of(&app).await;
    let document = library.document(json!({"acknowledgeWithinDays": 7})).await;
    let first = library.published(&document, json!({})).await;
    let waits = async || {
        let told = library.reader.get("/v1/tasks").await.expect(200);
        told["items"].as_array().expect("items").iter().any(|task| task["kind"] == "acknowledge")
    };
    assert!(waits().await);
    library.reader.create("acknowledgements", json!({"versionId": first})).await;
    app.advance(chrono::Duration::days(8));
    library.published(&document, json!({"major": false})).await;
    let unread = async || stands(&library.manager, "C12", "not acknowledged").await;
    assert!(!waits().await && !unread().await, "a minor version asks nobody anew");
    reader(&app, &library.unit).await;
    assert!(unread().await);
    library.published(&document, json!({})).await;
    assert!(waits().await, "a major version does");
}
