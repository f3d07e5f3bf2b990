//! Explaining decisions: to everybody about themselves, to those who see every role about others; changes thought through.

use crate::app::App;
use crate::records::{Team, risk};
use serde_json::json;

const CHECK: &str = "/v1/authorization/check";
const SIMULATE: &str = "/v1/authorization/simulate";

#[tokio::test]
async fn a_decision_tells_its_policies_and_the_facts_that_they_looked_at() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", risk("Fire", &team.owner)).await;
    let ask = |action: &str| json!({"action": action, "recordType": "Risk", "recordId": risk});
    let own = team.owner.post(CHECK, ask("update")).await.expect(200);
    assert_eq!((&own["decision"], &own["record"]["owner"]), (&json!("allow"), &json!(team.owner.id)));
    assert_eq!(own["principal"]["roles"][0]["role"], "owner");
    assert!(own["policies"][0]["text"].as_str().is_some_and(|text| text.contains("permit")), "{own}");
    let denied = team.owner.post(CHECK, ask("export")).await.expect(200);
    assert_eq!((&denied["decision"], &denied["policies"]), (&json!("deny"), &json!([])));
    // About others, those who see every role; of what one may not read, nothing is told at all.
    let mut theirs = ask("update");
    theirs["principalId"] = json!(team.auditor.id);
    assert_eq!(team.manager.post(CHECK, theirs.clone()).await.expect(200)["decision"], "deny");
    team.owner.post(CHECK, theirs.clone()).await.problem(403, "denied");
    app.member().await.post(CHECK, ask("read")).await.problem(404, "not-found");
    theirs["principalId"] = json!(risk);
    team.manager.post(CHECK, theirs).await.refuses("/principalId");
    team.manager.post(CHECK, ask("burn")).await.refuses("/action");
    let of = json!({"action": "read", "recordType": "Dragon", "recordId": risk});
    team.manager.post(CHECK, of).await.refuses("/recordType");
}

#[tokio::test]
async fn what_is_explained_is_what_is_done() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", risk("Fire", &team.owner)).await;
    for (persona, may) in [(&team.owner, true), (&team.management, false), (&team.auditor, false)] {
        let question = json!({
            "principalId": persona.id, "action": "update", "recordType": "Risk", "recordId": risk,
        });
        let told = team.manager.post(CHECK, question).await.expect(200);
        let done = persona.change("risks", &risk, json!({"title": "Fire"})).await;
        assert_eq!((told["decision"] == "allow", done.status == 200), (may, may), "{}", done.text);
    }
    let engagement = crate::evaluation::engagement::open(&app, &team.manager, &team.management, json!({})).await;
    let outside = app.external_auditor(&team.manager, &engagement).await;
    for (action, decision) in [("read", "allow"), ("update", "deny")] {
        let question = json!({"principalId": outside.id, "action": action, "recordType": "Risk", "recordId": risk});
        let told = team.manager.post(CHECK, question).await.expect(200);
        assert_eq!((&told["decision"], &told["principal"]["open"]), (&json!(decision), &json!(true)), "{told}");
    }
    let question = json!({"action": "read", "recordType": "Risk", "recordId": risk});
    outside.post(CHECK, question).await.problem(403, "denied");
    // Who else may do what is not for those from outside, though they may see who holds which role.
    assert!(!outside.every("/v1/role-assignments").await.is_empty());
    let path = format!("/v1/authorization/access?recordType=Risk&recordId={risk}");
    outside.get(&path).await.problem(403, "denied");
    outside.get("/v1/authorization/denials").await.problem(403, "denied");
    outside.post(SIMULATE, json!({"roles": []})).await.problem(403, "denied");
}

#[tokio::test]
async fn every_policy_is_told_with_its_intent_and_clause() {
    let app = App::start().await;
    let told = app.member().await.get("/v1/authorization/policies").await.expect(200);
    let policies = told["policies"].as_array().expect("policies");
    assert!(policies.len() > 250);
    for policy in policies {
        assert!(policy["clauses"].as_array().is_some_and(|clauses| !clauses.is_empty()), "{policy}");
        assert!(policy["text"].as_str().is_some_and(|text| text.contains("@intent")), "{policy}");
    }
    let tenants = policies.iter().find(|policy| policy["id"] == "tenants-never-mix").expect("a policy");
    assert_eq!((&tenants["effect"], &tenants["clauses"]), (&json!("forbid"), &json!(["A.5.15"])));
}

#[tokio::test]
async fn who_may_do_what_is_told_by_record_and_by_person() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let member = app.member().await;
    let risk = team.manager.create("risks", risk("Fire", &team.owner)).await;
    let path = format!("/v1/authorization/access?recordType=Risk&recordId={risk}");
    let told = team.manager.get(&path).await.expect(200);
    let of = |id: &str| {
        let holders = told["holders"].as_array().expect("holders").iter();
        holders.clone().find(|holder| holder["principalId"] == id).map(|holder| holder["may"].clone())
    };
    assert!(of(&team.owner.id).is_some_and(|may| may.to_string().contains("update")));
    assert!(of(&team.auditor.id).is_some_and(|may| !may.to_string().contains("update")));
    assert_eq!(of(&member.id), None);
    team.owner.get(&path).await.problem(403, "denied");
    member.get(&path).await.problem(404, "not-found");
    let own = format!("/v1/authorization/access?principalId={}", member.id);
    let told = member.get(&own).await.expect(200);
    let types = told["types"].as_array().expect("types");
    let users = types.iter().find(|kind| kind["recordType"] == "User").expect("users");
    assert!(users["every"].to_string().contains("read"), "{users}");
    let risks = types.iter().find(|kind| kind["recordType"] == "Risk").expect("what they may come to own");
    assert!(!risks["every"].to_string().contains("read") && !risks["some"].to_string().contains("create"), "{risks}");
    team.owner.get(&own).await.problem(403, "denied");
    team.manager.get("/v1/authorization/access").await.problem(400, "malformed");
    team.manager.get("/v1/authorization/access?recordType=Dragon&recordId=1").await.problem(400, "malformed");
}

#[tokio::test]
async fn a_role_is_thought_through_before_it_is_given() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let member = app.member().await;
    for title in ["Fire", "Flood"] {
        team.manager.create("risks", risk(title, &team.owner)).await;
    }
    let change = json!({
        "roles": [{"userId": member.id, "role": "auditor"}], "principalIds": [member.id, team.owner.id],
        "recordTypes": ["Risk", "Audit"],
    });
    let told = team.manager.post(SIMULATE, change.clone()).await.expect(200);
    let differences = told["differences"].as_array().expect("differences");
    assert!(differences.iter().all(|found| found["principalId"] == member.id.as_str()), "{told}");
    let read = differences.iter().find(|found| found["recordType"] == "Risk" && found["action"] == "read");
    let read = read.expect("they would read risks");
    assert_eq!((&read["gained"], &read["lost"]), (&json!(2), &json!(0)));
    assert_eq!(read["examples"], json!(["RSK-0001", "RSK-0002"]));
    assert!(differences.iter().any(|found| found["recordType"] == "Audit" && found["action"] == "create"));
    assert_eq!(member.every("/v1/risks").await.len(), 0, "nothing of it is kept");
    team.owner.post(SIMULATE, change).await.problem(403, "denied");
    let role = team.administrator.every(&format!("/v1/role-assignments?userId={}", team.owner.id)).await.remove(0);
    let change = json!({"withoutRoles": [role], "recordTypes": ["Risk"]});
    let told = team.manager.post(SIMULATE, change).await.expect(200);
    let lost = told["differences"].as_array().expect("differences");
    assert!(lost.iter().all(|found| found["principalId"] == team.owner.id.as_str() && found["gained"] == 0), "{told}");
    assert!(lost.iter().any(|found| found["action"] == "create"), "{told}");
}

#[tokio::test]
async fn a_policy_is_thought_through_before_it_is_shipped() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    team.manager.create("risks", risk("Fire", &team.owner)).await;
    let policy = "@id(\"owners-read-their-units\") @intent(\"Owners read what they own (5.3)\")
        permit (principal is User, action in [Action::\"list\", Action::\"read\"], resource is Risk)
        when { resource in principal.ownerAt && resource.createdBy == principal };";
    let change = json!({"policies": [policy], "principalIds": [team.owner.id], "recordTypes": ["Risk", "Asset"]});
    let told = team.manager.post(SIMULATE, change).await.expect(200);
    assert!(told["differences"].as_array().is_some(), "{told}");
    let change = json!({"withoutPolicies": ["isms-roles-read"], "principalIds": [team.auditor.id]});
    let told = team.manager.post(SIMULATE, change).await.expect(200);
    let lost = told["differences"].as_array().expect("differences");
    let risks = lost.iter().find(|found| found["recordType"] == "Risk" && found["action"] == "read");
    assert_eq!(risks.expect("an auditor would lose risks")["lost"], 1);
    for wrong in [
        json!({"policies": ["permit (principal, action, resource);"]}),
        json!({"policies": ["@id(\"x\") @intent(\"y\") permit (principal is User, action, resource is Dragon);"]}),
        json!({"policies": ["nothing"]}),
        json!({"policies": [format!("@id(\"x\") @intent(\"y\") permit (principal, action, resource) when {{ {}true{} }};", "(".repeat(5_000), ")".repeat(5_000))]}),
        json!({"policies": [format!("@id(\"x\") @intent(\"y\") permit (principal, action, resource) when {{ {}true }};", "true && ".repeat(1_900))]}),
    ] {
        team.manager.post(SIMULATE, wrong).await.refuses("/policies");
    }
    team.manager.post(SIMULATE, json!({"withoutPolicies": ["nothing"]})).await.refuses("/withoutPolicies/0");
    team.manager.post(SIMULATE, json!({"roles": [{"userId": team.owner.id, "role": "king"}]})).await.expect(422);
}

#[tokio::test]
async fn what_was_refused_is_counted_and_told() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", risk("Fire", &team.owner)).await;
    for _ in 0..3 {
        team.auditor.change("risks", &risk, json!({"title": "Mine"})).await.problem(403, "denied");
    }
    team.owner.get("/v1/authorization/denials").await.problem(403, "denied");
    let told = team.manager.get("/v1/authorization/denials?limit=3").await.expect(200);
    assert_eq!(told["counts"][0], json!({"principalId": team.auditor.id, "count": 3}));
    assert_eq!(told["items"][0]["what"], "GET /v1/authorization/denials");
    let next = told["nextCursor"].as_str().expect("more");
    let rest = team.manager.get(&format!("/v1/authorization/denials?limit=3&cursor={next}")).await.expect(200);
    assert_eq!(rest["items"][0]["what"], format!("PATCH /v1/risks/{risk}"));
    assert!(rest["items"][0]["why"].as_str().is_some_and(|why| why.contains("no policy")), "{rest}");
    // A record that its reader may not list is not told by what others were refused with it.
    let secret = team.owner.create("incidents", json!({"title": "Whistle", "confidential": true})).await;
    team.owner.just("incidents", &secret, "retire").await.problem(403, "denied");
    let told = team.manager.get("/v1/authorization/denials?limit=1").await.expect(200);
    assert_eq!(told["items"][0]["what"], "POST /v1/incidents/{id}/retire");
    // Those who keep roles see it, too, and only that of their own organisation.
    let told = team.administrator.get("/v1/authorization/denials").await.expect(200);
    assert_eq!(told["items"][0]["principalId"], team.owner.id.as_str());
    assert_eq!(told["items"][1]["what"], "GET /v1/authorization/denials");
    assert_eq!(app.stranger().get("/v1/authorization/denials").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn what_was_refused_in_a_batch_or_a_query_is_told_too_and_at_both_doors() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let operations =
        json!({"operations": [{"create": risk("Fire", &team.owner)}, {"create": risk("Flood", &team.owner)}]});
    team.auditor.post("/v1/risks:batch", operations.clone()).await.expect(200);
    let mut atomic = operations;
    atomic["atomic"] = json!(true);
    team.auditor.post("/v1/risks:batch", atomic).await.expect(422);
    team.owner.post("/graphql", json!({"query": "{ readiness { asOf } denials { nextCursor } }"})).await.expect(200);
    let told = team.manager.get("/v1/authorization/denials").await.expect(200);
    let what: Vec<_> = told["items"].as_array().expect("items").iter().map(|item| item["what"].clone()).collect();
    let batch = |place: usize| format!("POST /v1/risks:batch /operations/{place}");
    assert_eq!(what, [json!("/graphql"), json!(batch(0)), json!(batch(0))], "one for each request");
    assert!(told["items"].as_array().expect("items").iter().all(|item| item["times"] == 2), "{told}");
    assert_eq!(told["counts"][0], json!({"principalId": team.auditor.id, "count": 4}));
    let query = "{ denials(limit: 2) { counts { principalId count } items { id what why times } nextCursor } }";
    let shown = team.manager.post("/graphql", json!({"query": query})).await.expect(200);
    let shown = &shown["data"]["denials"];
    assert_eq!(shown["counts"], told["counts"]);
    assert_eq!(shown["items"][1]["id"], told["items"][1]["id"]);
    let next = format!("{{ denials(cursor: {}) {{ items {{ id }} }} }}", shown["nextCursor"]);
    let rest = team.manager.post("/graphql", json!({"query": next})).await.expect(200);
    assert_eq!(rest["data"]["denials"]["items"].as_array().map(Vec::len), Some(1), "{rest}");
    assert_eq!(rest["data"]["denials"]["items"][0]["id"], told["items"][2]["id"]);
}

#[tokio::test]
async fn refusals_are_forgotten_after_four_hundred_days() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    team.owner.get("/v1/authorization/denials").await.problem(403, "denied");
    let everything = "/v1/authorization/denials?since=2026-01-01";
    app.advance(chrono::Duration::days(400));
    assert_eq!(app.forget_denials().await, 0);
    assert_eq!(team.manager.get(everything).await.expect(200)["items"].as_array().map(Vec::len), Some(1));
    app.advance(chrono::Duration::days(1));
    assert_eq!(app.forget_denials().await, 1);
    assert_eq!(team.manager.get(everything).await.expect(200)["items"], json!([]));
}
