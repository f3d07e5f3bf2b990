//! A year of an organisation, from an empty folder to ready for stage 1 and through an incident, an audit and a review:
//! everybody does their part and nothing else, and readiness rises at each step for the reason given.

use crate::app::App;
use crate::assurance::readiness::rule;
use crate::persona::Persona;
use chrono::Duration;
use serde_json::{Value, json};

/// The people of the story.
struct Cast {
    app: App,
    manager: Persona,
    management: Persona,
    owner: Persona,
    auditor: Persona,
    member: Persona,
}

impl Cast {
    async fn state(&self, id: &str) -> String {
        rule(&self.manager, id).await["state"].as_str().expect("a state").to_owned()
    }

    async fn rises(&self, id: &str, from: &str) {
        assert_eq!(self.state(id).await, "met", "{id} was {from}: {}", rule(&self.manager, id).await);
    }

    async fn blockers(&self, gate: &str) -> u64 {
        let told = self.manager.get("/v1/readiness").await.expect(200);
        let gates = told["gates"].as_array().expect("gates").clone();
        gates.iter().find(|found| found["gate"] == gate).expect("a gate")["blockers"].as_u64().expect("a number")
    }

    async fn items(&self, path: &str) -> Vec<Value> {
        self.manager.get(path).await.expect(200)["items"].as_array().expect("items").clone()
    }
}

#[tokio::test]
async fn a_year_of_the_isms() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let (owner, auditor, member) = (app.owner().await, app.auditor().await, app.member().await);
    let cast = Cast { app, manager, management, owner, auditor, member };
    plan(&cast).await;
    assess(&cast).await;
    declare(&cast).await;
    assert_eq!(cast.blockers("stage1").await, 0, "ready for stage 1");
    run(&cast).await;
    check_and_act(&cast).await;
}

/// Set up, name who answers, approve scope, policy and methodology.
async fn plan(cast: &Cast) {
    let organisation = cast.manager.every("/v1/organisations").await.remove(0);
    let path = format!("/v1/organisations/{organisation}/setup");
    cast.manager.post(&path, json!({"template": "softwareCompany"})).await.expect(200);
    assert!(cast.blockers("stage1").await >= 8);
    let requirement = cast.manager.every("/v1/competence-requirements?duty=conformity").await.remove(0);
    let claim = json!({"personId": cast.owner.id, "requirementId": requirement, "level": 3, "basis": "experience",
        "evidence": "Personnel file 12"});
    let competence = cast.owner.create("competences", claim).await;
    cast.manager.just("competences", &competence, "confirm").await.expect(200);
    for duty in ["conformity", "reporting"] {
        let draft = json!({"title": duty, "duty": duty, "holderId": cast.owner.id});
        let id = cast.manager.create("responsibilities", draft).await;
        cast.owner.just("responsibilities", &id, "accept").await.expect(200);
    }
    cast.rises("C13", "without anybody").await;
    let scope = cast.manager.every("/v1/scopes").await.remove(0);
    cast.manager.just("scopes", &scope, "submit").await.expect(200);
    cast.manager.just("scopes", &scope, "approve").await.problem(403, "denied");
    cast.management.just("scopes", &scope, "approve").await.expect(200);
    cast.rises("C05", "without a scope").await;
    for version in cast.items("/v1/document-versions?limit=200").await {
        if !["Information security policy", "Managing risks"].contains(&version["title"].as_str().expect("a title")) {
            continue;
        }
        let id = crate::persona::id(&version);
        cast.manager.just("document-versions", &id, "submit").await.expect(200);
        cast.management.just("document-versions", &id, "approve").await.expect(200);
        cast.manager.just("document-versions", &id, "publish").await.expect(200);
    }
    cast.rises("C10", "without a policy").await;
    let methodology = cast.manager.every("/v1/methodologies").await.remove(0);
    cast.management.just("methodologies", &methodology, "approve").await.expect(200);
    cast.rises("C16", "without a methodology").await;
}

/// Rate every risk, treat the one above the criterion.
async fn assess(cast: &Cast) {
    let risks = cast.items("/v1/risks?sort=reference&limit=200").await;
    for (place, risk) in risks.iter().enumerate() {
        let rating = if place == 0 { 5 } else { 2 };
        let id = crate::persona::id(risk);
        let rated = json!({"ownerId": cast.owner.id, "currentLikelihood": rating, "currentImpact": rating});
        cast.manager.change("risks", &id, rated).await.expect(200);
        cast.owner.just("risks", &id, "analyse").await.expect(200);
        cast.owner.just("risks", &id, "evaluate").await.expect(200);
    }
    cast.rises("C17", "with unrated risks").await;
    assert_eq!(cast.state("C26").await, "partly");
    let high = crate::persona::id(&risks[0]);
    let decision = json!({"treatment": "modify", "residualLikelihood": 2, "residualImpact": 2});
    cast.owner.act("risks", &high, "decide", decision).await.expect(200);
    let plan = cast.manager.create("treatment-plans", json!({"title": "Harden", "riskIds": [high]})).await;
    let action = json!({"title": "Offline copies", "ownerId": cast.owner.id, "dueOn": cast.app.in_days(60), "riskIds": [high], "planId": plan});
    cast.manager.create("actions", action).await;
    cast.manager.just("treatment-plans", &plan, "submit").await.expect(200);
    cast.manager.just("treatment-plans", &plan, "approve").await.problem(403, "denied");
    cast.owner.just("treatment-plans", &plan, "approve").await.expect(200);
    cast.rises("C26", "with an unhandled risk").await;
    cast.rises("C27", "without a plan").await;
    cast.app.advance(Duration::hours(1));
    let yearly = json!({"title": "First", "startsOn": cast.app.in_days(0), "endsOn": cast.app.in_days(30)});
    let campaign = cast.manager.create("campaigns", yearly).await;
    cast.manager.just("campaigns", &campaign, "open").await.expect(200);
    for (place, risk) in risks.iter().enumerate() {
        let rating = if place == 0 { 5 } else { 2 };
        let anew = json!({"currentLikelihood": rating, "currentImpact": rating, "rationale": "As before"});
        let mut anew = anew;
        if place == 0 {
            anew["residualLikelihood"] = json!(2);
            anew["residualImpact"] = json!(2);
        }
        cast.owner.act("risks", &crate::persona::id(risk), "rerate", anew).await.expect(200);
    }
    cast.manager.just("campaigns", &campaign, "finish").await.expect(200);
    cast.management.just("campaigns", &campaign, "approve").await.expect(200);
    cast.rises("C43", "without an assessment").await;
}

/// The statement, the objectives, the programme.
async fn declare(cast: &Cast) {
    // What the guided start says of the controls is a place for their justification, and none.
    cast.manager.post("/v1/statements", json!({"title": "SoA"})).await.problem(422, "invalid");
    for control in cast.manager.every("/v1/controls").await {
        let why = json!({"reasons": ["risk"], "justification": "Risks of operating the product rest on it"});
        cast.manager.change("controls", &control, why).await.expect(200);
    }
    let statement = cast.manager.create("statements", json!({"title": "SoA"})).await;
    cast.management.just("statements", &statement, "approve").await.expect(200);
    cast.rises("C20", "without a statement").await;
    let metric = cast.manager.every("/v1/metrics").await.remove(0);
    for objective in cast.items("/v1/objectives").await {
        let id = crate::persona::id(&objective);
        let whole = json!({"ownerId": cast.owner.id, "metricId": metric});
        cast.manager.change("objectives", &id, whole).await.expect(200);
        cast.management.just("objectives", &id, "approve").await.expect(200);
    }
    cast.rises("C29", "without objectives").await;
    let cycle = json!({
        "title": "Cycle", "startsOn": cast.app.in_days(0), "endsOn": cast.app.in_days(1000), "methods": ["onsite"],
        "objectives": "Whether it works", "riskBasis": "What matters most comes first",
    });
    cast.manager.post("/v1/audit-programmes", cycle.clone()).await.problem(403, "denied");
    let programme = cast.auditor.create("audit-programmes", cycle).await;
    cast.management.just("audit-programmes", &programme, "approve").await.expect(200);
    cast.rises("C49", "without a programme").await;
    // What only practice can show is planned at least: measurements, tests, an internal audit, a review (7.5.1).
    let people = json!({"ownerId": cast.owner.id, "measurerId": cast.owner.id, "analystId": cast.manager.id});
    cast.manager.change("metrics", &metric, people).await.expect(200);
    cast.manager.just("metrics", &metric, "activate").await.expect(200);
    let control = cast.manager.every("/v1/controls?code=A.8.13").await.remove(0);
    let test = json!({"title": "Restore a server", "controlId": control, "plannedOn": cast.app.in_days(30)});
    cast.manager.create("control-tests", test).await;
    let draft = json!({
        "title": "Policies", "leadId": cast.auditor.id, "criteria": "The standard", "scope": "Everything",
        "clauses": ["5.2", "7.3"], "plannedFrom": cast.app.in_days(0), "plannedTo": cast.app.in_days(5),
    });
    cast.auditor.create("audits", draft).await;
    let review = json!({
        "title": "First review", "plannedOn": cast.app.in_days(40), "periodFrom": cast.app.in_days(-60),
        "periodTo": cast.app.in_days(40), "chairId": cast.management.id, "attendeeIds": [cast.management.id, cast.manager.id],
    });
    cast.manager.create("management-reviews", review).await;
    cast.rises("C38", "without documents").await;
}

/// A training and an incident.
async fn run(cast: &Cast) {
    let published = cast.member.get("/v1/document-versions").await.expect(200)["items"].clone();
    let policy =
        published.as_array().expect("items").iter().find(|v| v["kind"] == "policy").expect("the policy").clone();
    cast.member.create("acknowledgements", json!({"versionId": policy["id"]})).await;
    let incident = cast.member.create("incidents", json!({"title": "Strange mail"})).await;
    let triage = json!({"incident": true, "reason": "Somebody clicked", "severity": 3, "personalData": "no"});
    cast.manager.act("incidents", &incident, "assess", triage).await.expect(200);
    for phase in ["contain", "eradicate", "recover"] {
        cast.manager.act("incidents", &incident, phase, json!({})).await.expect(200);
    }
    cast.manager.just("incidents", &incident, "close").await.expect(200);
    cast.rises("C74", "with an event that nobody looked at").await;
}

/// An audit finds a nonconformity, which is corrected; management reviews it all.
async fn check_and_act(cast: &Cast) {
    let audit = cast.auditor.every("/v1/audits").await.remove(0);
    cast.auditor.just("audits", &audit, "start").await.expect(200);
    let found = json!({
        "auditId": audit, "title": "Not acknowledged", "grade": "minor", "requirement": "7.3",
        "evidence": "One of ten", "gap": "Nine", "auditeeId": cast.owner.id,
    });
    let finding = cast.auditor.create("findings", found).await;
    let report = json!({"conclusion": "Nearly there", "distributionIds": [cast.management.id]});
    cast.auditor.act("audits", &audit, "issue-report", report).await.expect(200);
    cast.owner.act("findings", &finding, "accept", json!({"response": "We remind them"})).await.expect(200);
    let wrong = json!({
        "title": "Not acknowledged", "source": "internalAudit", "detectedOn": cast.app.in_days(0), "ownerId": cast.owner.id,
        "findingId": finding, "requirement": "7.3", "correction": "Reminded", "causeMethod": "fiveWhys",
        "cause": "Nobody was told", "similarSearched": true, "effectivenessCriteria": "All have", "correctionEnough": "It was a lapse",
    });
    let wrong = cast.manager.create("nonconformities", wrong).await;
    cast.owner.just("nonconformities", &wrong, "contain").await.expect(200);
    cast.owner.just("nonconformities", &wrong, "find-cause").await.expect(200);
    cast.manager.just("nonconformities", &wrong, "approve-plan").await.problem(403, "denied");
    cast.auditor.just("nonconformities", &wrong, "approve-plan").await.expect(200);
    cast.owner.just("nonconformities", &wrong, "implement").await.expect(200);
    cast.app.advance(Duration::days(40));
    let works = json!({"effect": "effective", "evidence": "All have acknowledged"});
    cast.auditor.act("nonconformities", &wrong, "verify", works).await.expect(200);
    cast.auditor.act("findings", &finding, "verify", json!({"decision": "Checked"})).await.expect(200);
    cast.auditor.just("findings", &finding, "close").await.expect(200);
    cast.auditor.just("audits", &audit, "close").await.expect(200);
    let review = cast.manager.every("/v1/management-reviews").await.remove(0);
    cast.manager.just("management-reviews", &review, "compile").await.expect(200);
    cast.manager.act("management-reviews", &review, "hold", json!({})).await.expect(200);
    let minutes = json!({
        "minutes": "All was looked at", "suitable": true, "adequate": true, "effective": true, "conclusion": "It works",
        "decisions": [{"kind": "none", "text": "Nothing needs to change"}],
    });
    cast.manager.change("management-reviews", &review, minutes).await.expect(200);
    cast.manager.just("management-reviews", &review, "submit-minutes").await.expect(200);
    cast.management.just("management-reviews", &review, "approve").await.expect(200);
    for id in ["C53", "C54", "C09"] {
        cast.rises(id, "without a review").await;
    }
}
