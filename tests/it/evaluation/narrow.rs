//! Engagements over the whole organisation that cover few kinds of record, or few controls: what frozen content, files,
//! names of doers and refusals tell then.

use super::engagement::open;
use super::{Bench, management_review};
use crate::app::App;
use crate::persona::Persona;
use crate::records::{Team, annex_a, create_many};
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

async fn auditor(app: &App, team: &Team, also: Value) -> Persona {
    let engagement = open(app, &team.manager, &team.management, also).await;
    app.external_auditor(&team.manager, &engagement).await
}

#[tokio::test]
async fn files_call_people_by_name_and_not_by_their_address() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    team.evaluated("Fire", 4, 4).await;
    let auditor = auditor(&app, &team, json!({})).await;
    let address = team.manager.read("users", &team.owner.id).await["email"].as_str().expect("an address").to_owned();
    let name = team.manager.read("users", &team.owner.id).await["name"].as_str().expect("a name").to_owned();
    for plural in ["risks", "users"] {
        let path = format!("/v1/{plural}:export?format=csv");
        let (whole, masked) = (team.manager.get(&path).await, auditor.get(&path).await);
        assert_eq!((whole.status, masked.status), (200, 200), "{}", masked.text);
        assert!(whole.text.contains(&address), "{plural}: {}", whole.text);
        assert!(masked.text.contains(&name) && !masked.text.contains('@'), "{plural}: {}", masked.text);
    }
}

#[tokio::test]
async fn who_reported_an_incident_is_not_told_by_its_timeline() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let engagement = open(&app, &team.manager, &team.management, json!({})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    let incident = team.owner.create("incidents", json!({"title": "Strange mail"})).await;
    let note = json!({"kind": "observation", "text": "I saw it"});
    let staff = json!({"managerId": team.manager.id, "teamIds": [team.owner.id]});
    let triage = json!({"incident": true, "reason": "Somebody clicked", "severity": 3, "affects": ["confidentiality"]});
    team.manager.act("incidents", &incident, "assess", triage).await.expect(200);
    team.manager.act("incidents", &incident, "assign", staff).await.expect(200);
    team.owner.act("incidents", &incident, "note", note).await.expect(200);
    assert!(team.manager.read("incidents", &incident).await["timeline"].to_string().contains(&team.owner.id));
    let seen = auditor.read("incidents", &incident).await;
    assert!(seen["withheld"].as_array().is_some_and(|list| list.contains(&json!("timeline"))), "{seen}");
    let query = json!({"query": "{ incidents { nodes { timeline { by text } } } }"});
    let day = app.in_days(0);
    for told in [
        seen["timeline"].to_string(),
        auditor.get("/v1/incidents").await.expect(200)["items"][0]["timeline"].to_string(),
        auditor.get(&format!("/v1/incidents/{incident}/history")).await.text,
        auditor.get(&format!("/v1/incidents/{incident}/differences?from={day}&to={day}")).await.text,
        auditor.post("/graphql", query).await.text,
    ] {
        assert!(!told.contains(&format!("\"by\":\"{}", team.owner.id)), "{told}");
    }
    assert!(seen["timeline"].to_string().contains("I saw it"), "{seen}");
}

#[tokio::test]
async fn who_reported_an_incident_is_told_by_nothing_that_they_made() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let auditor = auditor(&app, &team, json!({})).await;
    let incident = team.owner.create("incidents", json!({"title": "Strange mail"})).await;
    let triage = json!({"incident": true, "reason": "Somebody clicked", "severity": 3});
    team.manager.act("incidents", &incident, "assess", triage).await.expect(200);
    let seen = auditor.read("incidents", &incident).await;
    assert_eq!([&seen["reportedBy"], &seen["createdBy"], &seen["updatedBy"]], [NOBODY, NOBODY, NOBODY]);
    let history = auditor.get(&format!("/v1/incidents/{incident}/history")).await.expect(200);
    assert!(!history.to_string().contains(&team.owner.id), "{history}");
    assert_eq!(history["items"][0]["position"], 0);
    for person in [&team.owner, &team.manager] {
        assert_eq!(auditor.every(&format!("/v1/incidents?createdBy={}", person.id)).await.len(), 0);
    }
    auditor.get("/v1/incidents:export?format=csv").await;
    assert_eq!(team.manager.read("incidents", &incident).await["createdBy"], team.owner.id.as_str());
}

#[tokio::test]
async fn frozen_content_tells_of_no_kind_that_is_not_covered() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let acceptance = team.acceptance(&app, &risk, 30).await;
    team.management.just("acceptances", &acceptance, "accept").await.expect(200);
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    bench.second.create("findings", bench.major(&audit, json!({}))).await;
    bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
    let review = management_review::planned(&app, &team).await;
    let kinds = json!(["acceptances", "audits", "controls", "suppliers", "management-reviews"]);
    let narrow = auditor(&app, &team, json!({"recordKinds": kinds})).await;
    let wide = auditor(&app, &team, json!({})).await;

    let seen = narrow.read("acceptances", &acceptance).await;
    assert_eq!([&seen["riskId"], &seen["riskOwnerId"]], [NOBODY, NOBODY]);
    assert_eq!(seen["frozen"].get("risk"), None);
    assert!(!seen.to_string().contains("Fire"), "{seen}");
    assert_eq!(wide.read("acceptances", &acceptance).await["frozen"]["risk"]["title"], "Fire");

    let report = narrow.read("audits", &audit).await["report"].clone();
    assert!(report.get("findings").is_none() && !report.to_string().contains(&bench.auditee.id), "{report}");
    let whole = wide.read("audits", &audit).await["report"].clone();
    assert_eq!(whole["findings"][0]["title"], "No policy");
    assert!(whole["checklist"][0]["sample"].get("drawn").is_none(), "{whole}");

    // A review is there before it is compiled and once its minutes are approved, and never as a draft in between.
    narrow.get(&format!("/v1/management-reviews/{review}")).await.expect(200);
    team.manager.just("management-reviews", &review, "compile").await.expect(200);
    narrow.get(&format!("/v1/management-reviews/{review}")).await.problem(404, "not-found");
    let said = json!({
        "minutes": "All was looked at", "suitable": true, "adequate": true, "effective": true, "conclusion": "Fine",
        "decisions": [{"kind": "risk", "text": "Treat it", "ownerId": team.owner.id, "dueOn": app.in_days(30)}],
    });
    team.manager.act("management-reviews", &review, "hold", json!({"heldOn": app.in_days(0)})).await.expect(200);
    team.manager.change("management-reviews", &review, said).await.expect(200);
    team.manager.just("management-reviews", &review, "submit-minutes").await.expect(200);
    team.management.just("management-reviews", &review, "approve").await.expect(200);
    let seen = narrow.read("management-reviews", &review).await;
    let inputs = seen["inputs"].as_array().expect("inputs");
    assert!(inputs.iter().all(|input| input["figures"] == json!({}) && input["records"] == json!([])), "{seen}");
    assert!(!seen.to_string().contains(&team.owner.id), "{seen}");
    assert!(wide.read("management-reviews", &review).await.to_string().contains("RSK-0001"));
    let minutes = narrow.get(&format!("/v1/management-reviews/{review}/minutes.pdf")).await;
    assert_eq!(minutes.status, 200, "{}", minutes.text);
}

#[tokio::test]
async fn the_statement_tells_of_the_controls_that_are_named() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let controls = create_many(&team.manager, "controls", annex_a()).await;
    team.manager.change("controls", &controls[0], json!({"ownerId": team.owner.id})).await.expect(200);
    let statement = team.manager.create("statements", json!({"title": "SoA"})).await;
    team.management.just("statements", &statement, "approve").await.expect(200);
    let codes = |read: &Value| {
        let entries = read["entries"].as_array().expect("entries").iter();
        entries.map(|entry| entry["code"].as_str().expect("a code").to_owned()).collect::<Vec<_>>()
    };
    let one = auditor(&app, &team, json!({"controlIds": [controls[0]]})).await;
    let seen = one.read("statements", &statement).await;
    assert_eq!(codes(&seen), ["A.5.1"]);
    assert_eq!(seen["entries"][0]["ownerId"], team.owner.id.as_str());
    let no_people = json!({"recordKinds": ["statements", "controls"]});
    let no_people = auditor(&app, &team, no_people).await.read("statements", &statement).await;
    assert_eq!((codes(&no_people).len(), &no_people["entries"][0]["ownerId"]), (93, &Value::Null));
    let none = auditor(&app, &team, json!({"recordKinds": ["statements"]})).await;
    assert_eq!(codes(&none.read("statements", &statement).await).len(), 0);
    for path in ["diff?against=draft", "export?format=csv"] {
        let reply = none.get(&format!("/v1/statements/{statement}/{path}")).await;
        assert!(reply.status < 500 && !reply.text.contains("A.5.2"), "{path}: {}", reply.text);
    }
}

#[tokio::test]
async fn what_an_auditor_may_not_make_asks_no_rule() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let auditor = auditor(&app, &team, json!({"recordKinds": ["audits"]})).await;
    let audit = json!({
        "title": "x", "leadId": team.owner.id, "plannedFrom": app.in_days(0), "plannedTo": app.in_days(1),
    });
    let role = json!({"userId": team.management.id, "role": "administrator"});
    let acceptance = json!({"riskId": risk, "justification": "x", "expiresOn": app.in_days(-1)});
    for (plural, draft) in [
        ("audits", audit),
        ("statements", json!({"title": "x"})),
        ("role-assignments", role),
        ("acceptances", acceptance),
    ] {
        auditor.post(&format!("/v1/{plural}"), draft.clone()).await.problem(403, "denied");
        let batch = json!({"operations": [{"create": draft}], "dryRun": true});
        let reply = auditor.post(&format!("/v1/{plural}:batch"), batch).await;
        assert!(reply.text.contains("no policy lets you create any"), "{plural}: {}", reply.text);
    }
}

#[tokio::test]
async fn before_the_terms_are_accepted_nothing_of_the_others_is_seen() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let engagement = super::engagement::drafted(&app, &team.manager, json!({"heldBack": "The merger"})).await;
    team.manager.change("engagements", &engagement, json!({"heldBack": "Prices"})).await.expect(200);
    team.management.just("engagements", &engagement, "open").await.expect(200);
    let first = app.external_auditor(&team.manager, &engagement).await;
    let draft = json!({"engagementId": engagement, "name": "Ana", "email": "ana@body.example"});
    let invitation = team.manager.post("/v1/invitations", draft).await.expect(201);
    let link = invitation["link"].as_str().expect("a link").strip_prefix("/invitation#").expect("a secret").to_owned();
    let invited = app.with_token(&link);
    let readings = format!("/v1/engagements/{engagement}/readings");
    first.get(&readings).await.expect(200);
    invited.get(&readings).await.problem(404, "not-found");
    let history = first.get(&format!("/v1/engagements/{engagement}/history")).await.expect(200);
    assert!(!history.to_string().contains("merger"), "{history}");
}

#[tokio::test]
async fn a_question_is_noted_whole_whatever_stands_before_it() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let auditor = auditor(&app, &team, json!({})).await;
    let question = format!("#{}\0\n{{ risks {{ nodes {{ title }} }} }}", "x".repeat(6_000));
    let reply = auditor.post("/graphql", json!({"query": question})).await;
    assert!(reply.status < 500, "{}", reply.text);
    let own = auditor.get("/v1/me").await.expect(200)["engagementId"].as_str().expect("an id").to_owned();
    let noted = team.manager.get(&format!("/v1/engagements/{own}/readings")).await.expect(200);
    assert!(noted.to_string().contains("{ risks { nodes { title } } }"), "{noted}");
}
