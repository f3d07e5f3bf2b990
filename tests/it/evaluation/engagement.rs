//! Audits from outside: what it takes to let somebody in, what they see then, and when it ends.

use crate::app::App;
use crate::persona::Persona;
use crate::records::{Team, risk};
use chrono::Duration;
use serde_json::{Value, json};

/// An engagement over everything for two weeks, with whatever else is said; still a draft.
pub async fn drafted(app: &App, manager: &Persona, also: Value) -> String {
    let mut draft = json!({
        "title": "Stage 2", "auditBody": "Norm & Co", "kind": "stage2", "unitIds": [app.root().await],
        "expiresAt": format!("{}T18:00:00Z", app.in_days(14)), "terms": "Keep it to yourself.",
    });
    draft.as_object_mut().expect("a draft").extend(also.as_object().expect("fields").clone());
    manager.create("engagements", draft).await
}

/// The same, opened by management.
pub async fn open(app: &App, manager: &Persona, management: &Persona, also: Value) -> String {
    let engagement = drafted(app, manager, also).await;
    management.just("engagements", &engagement, "open").await.expect(200);
    engagement
}

#[tokio::test]
async fn i_80_it_takes_a_manager_management_and_the_auditors_word_to_see_anything() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", risk("Theft", &team.owner)).await;
    let engagement = drafted(&app, &team.manager, json!({"terms": ""})).await;
    team.manager.just("engagements", &engagement, "open").await.problem(403, "denied");
    team.management.just("engagements", &engagement, "open").await.refuses("/terms");
    team.manager.change("engagements", &engagement, json!({"terms": "Keep it to yourself."})).await.expect(200);
    let draft = json!({"engagementId": engagement, "name": "Ana", "email": "Ana@Body.example"});
    let invitation = team.manager.post("/v1/invitations", draft.clone()).await.expect(201);
    let link = invitation["link"].as_str().expect("a link").strip_prefix("/invitation#").expect("a secret").to_owned();
    let invited = app.with_token(&link);
    invited.get("/v1/me").await.problem(401, "unauthenticated");
    team.management.just("engagements", &engagement, "open").await.expect(200);
    team.manager.change("engagements", &engagement, json!({"terms": "None"})).await.problem(409, "conflict");

    let me = invited.get("/v1/me").await.expect(200);
    assert_eq!(
        [&me["kind"], &me["name"], &me["engagementId"]],
        [&json!("ExternalAuditor"), &json!("Ana"), &json!(engagement)]
    );
    assert_eq!(invited.read("engagements", &engagement).await["terms"], "Keep it to yourself.");
    assert_eq!(invited.every("/v1/risks").await.len(), 0);
    invited.get(&format!("/v1/risks/{risk}")).await.problem(404, "not-found");
    invited.post("/v1/invitations:accept", json!({})).await.expect(422);
    invited.post("/v1/invitations:accept", json!({"acceptTerms": false})).await.refuses("/acceptTerms");
    let accepted = invited.post("/v1/invitations:accept", json!({"acceptTerms": true})).await.expect(200);
    assert_eq!([&accepted["state"], &accepted["email"]], [&json!("accepted"), &json!("ana@body.example")]);
    assert_eq!(accepted["termsDigest"].as_str().map(str::len), Some(64));

    let auditor = app.with_token(accepted["token"].as_str().expect("a token"));
    assert_eq!(auditor.read("risks", &risk).await["title"], "Theft");
    assert_eq!(auditor.read("risks", &risk).await["allowedActions"], json!([]));
    for path in ["readiness", &format!("readiness?unitId={}", app.root().await), "trail/checkpoint", "trail/entries"] {
        auditor.get(&format!("/v1/{path}")).await.problem(403, "denied");
    }
    invited.get("/v1/me").await.problem(401, "unauthenticated");
    auditor.post("/v1/invitations:accept", json!({"acceptTerms": true})).await.problem(409, "conflict");
    team.manager.post("/v1/invitations:accept", json!({"acceptTerms": true})).await.problem(404, "not-found");
    for (persona, may) in [(&team.owner, false), (&team.auditor, false), (&app.member().await, false)] {
        assert_eq!(persona.post("/v1/invitations", draft.clone()).await.status == 201, may);
    }
}

#[tokio::test]
async fn an_engagement_covers_nothing_outside_the_unit_that_answers_for_it() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let local = app.person("manager", Some(&unit)).await;
    let mut draft = json!({
        "title": "Customer", "auditBody": "Customer", "kind": "customer", "unitId": unit, "unitIds": [app.root().await],
        "expiresAt": format!("{}T18:00:00Z", app.in_days(14)), "terms": "Keep it to yourself.",
    });
    local.post("/v1/engagements", draft.clone()).await.refuses("/unitIds/0");
    draft["unitIds"] = json!([unit]);
    local.create("engagements", draft).await;
}

#[tokio::test]
async fn an_engagement_ends_by_time_by_closing_and_by_revoking() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let engagement = open(&app, &team.manager, &team.management, json!({})).await;
    let (first, second) = (
        app.external_auditor(&team.manager, &engagement).await,
        app.external_auditor(&team.manager, &engagement).await,
    );
    first.get("/v1/risks").await.expect(200);
    team.manager.just("invitations", &first.id, "retire").await.expect(200);
    first.get("/v1/risks").await.problem(401, "unauthenticated");
    team.manager.just("invitations", &first.id, "restore").await.problem(409, "conflict");
    second.get("/v1/risks").await.expect(200);

    app.advance(Duration::days(14) + Duration::hours(10));
    second.get("/v1/risks").await.problem(401, "unauthenticated");
    assert_eq!(team.manager.read("engagements", &engagement).await["expired"], true);
    let more = json!({"expiresAt": format!("{}T18:00:00Z", app.in_days(3)), "reason": ""});
    team.management.act("engagements", &engagement, "extend", more.clone()).await.refuses("/reason");
    let more = json!({"expiresAt": more["expiresAt"], "reason": "Two sites are left"});
    team.manager.act("engagements", &engagement, "extend", more.clone()).await.problem(403, "denied");
    let extended = team.management.act("engagements", &engagement, "extend", more).await.expect(200);
    assert_eq!([&extended["extensions"], &extended["extensionReason"]], [&json!(1), &json!("Two sites are left")]);
    second.get("/v1/risks").await.expect(200);
    let sooner = json!({"expiresAt": format!("{}T18:00:00Z", app.in_days(2)), "reason": "Done sooner"});
    team.management.act("engagements", &engagement, "extend", sooner).await.refuses("/expiresAt");

    team.manager.act("engagements", &engagement, "close", json!({"reason": "All seen"})).await.expect(200);
    second.get("/v1/risks").await.problem(401, "unauthenticated");
    team.management.just("engagements", &engagement, "open").await.problem(409, "conflict");
    let late = json!({"engagementId": engagement, "name": "Bo", "email": "bo@body.example"});
    team.manager.post("/v1/invitations", late).await.problem(409, "conflict");
    team.manager.just("engagements", &engagement, "retire").await.problem(403, "denied");
}

#[tokio::test]
async fn a_link_is_good_for_its_time_and_before_the_beginning_nothing_is_seen() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    team.manager.create("risks", risk("Theft", &team.owner)).await;
    let starts = format!("{}T08:00:00Z", app.in_days(2));
    let engagement = open(&app, &team.manager, &team.management, json!({"startsAt": starts})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    assert_eq!(auditor.every("/v1/risks").await.len(), 0);
    let until = format!("{}T08:00:00Z", app.in_days(1));
    let draft = json!({"engagementId": engagement, "name": "Bo", "email": "bo@body.example", "linkUntil": until});
    let invitation = team.manager.post("/v1/invitations", draft).await.expect(201);
    let late = app.with_token(invitation["link"].as_str().expect("a link").strip_prefix("/invitation#").expect("#"));
    app.advance(Duration::days(2));
    assert_eq!(auditor.every("/v1/risks").await.len(), 1);
    late.post("/v1/invitations:accept", json!({"acceptTerms": true})).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn i_81_a_frozen_engagement_shows_the_moment_and_its_window_the_days() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", risk("Theft", &team.owner)).await;
    app.advance(Duration::days(3));
    let from = app.in_days(-1);
    let engagement = open(&app, &team.manager, &team.management, json!({"windowFrom": from})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    team.manager.just("engagements", &engagement, "freeze").await.expect(200);
    team.manager.just("engagements", &engagement, "freeze").await.problem(409, "conflict");
    app.advance(Duration::days(1));
    team.manager.change("risks", &risk, json!({"title": "Burglary"})).await.expect(200);
    let later = team.manager.create("risks", crate::records::risk("Fire", &team.owner)).await;

    let at = |path: &str, day: String| format!("{path}{}asOf={day}", if path.contains('?') { "&" } else { "?" });
    assert_eq!(auditor.read("risks", &risk).await["title"], "Theft");
    auditor.get(&format!("/v1/risks/{later}")).await.problem(404, "not-found");
    assert_eq!(auditor.every("/v1/risks").await, std::slice::from_ref(&risk));
    assert_eq!(auditor.every(&at("/v1/risks?count=true", app.in_days(0))).await.len(), 2);
    let changed = auditor.get(&at(&format!("/v1/risks/{risk}"), app.in_days(0))).await.expect(200);
    assert_eq!(changed["title"], "Burglary");
    let early = auditor.get(&at(&format!("/v1/risks/{risk}"), app.in_days(-3))).await;
    assert!(early.problem(400, "malformed")["detail"].as_str().is_some_and(|why| why.contains("window")));
    let asked =
        json!({"query": "{ risks { totalCount nodes { title } } node(id: \"%\") { id } }".replace('%', &later)});
    let answer = auditor.post("/graphql", asked).await.expect(200);
    assert_eq!(answer["data"]["risks"], json!({"totalCount": 1, "nodes": [{"title": "Theft"}]}));
    assert_eq!(answer["data"]["node"], Value::Null);
    // What they and the organisation tell each other is seen as it is.
    let request = auditor.create("audit-requests", json!({"title": "Keys of the building"})).await;
    assert_eq!(auditor.every("/v1/audit-requests").await, [request]);
    assert_eq!(auditor.read("engagements", &engagement).await["openRequests"], 1);
    let history = auditor.get(&format!("/v1/risks/{risk}/history")).await.expect(200);
    assert_eq!(history["items"], json!([]), "what was before the window and after the freeze is not told");
}

#[tokio::test]
async fn i_80_a_moment_before_the_window_is_not_seen_though_the_engagement_was_frozen_then() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", risk("Theft", &team.owner)).await;
    let engagement = open(&app, &team.manager, &team.management, json!({"windowFrom": app.in_days(2)})).await;
    team.manager.just("engagements", &engagement, "freeze").await.expect(200);
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    app.advance(Duration::days(3));
    assert_eq!(auditor.every("/v1/risks").await.len(), 0);
    auditor.get(&format!("/v1/risks/{risk}")).await.problem(404, "not-found");
    let query = json!({"query": format!("{{ risks {{ totalCount }} node(id: \"{risk}\") {{ id }} }}")});
    let answer = auditor.post("/graphql", query).await.expect(200);
    assert_eq!(answer["data"], json!({"risks": {"totalCount": 0}, "node": null}));
    let day = app.in_days(-1);
    assert_eq!(auditor.get(&format!("/v1/risks/{risk}?asOf={day}")).await.expect(200)["title"], "Theft");
    let known = auditor.read("engagements", &engagement).await;
    assert_eq!(known["id"], engagement, "the engagement itself is known whatever its window");
}

#[tokio::test]
async fn what_was_read_comes_page_by_page_and_alike_at_both_doors() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.manager.create("risks", risk("Theft", &team.owner)).await;
    let engagement = open(&app, &team.manager, &team.management, json!({})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    for path in ["/v1/risks".to_owned(), format!("/v1/risks/{risk}"), "/v1/actions".to_owned(), "/v1/assets".to_owned()]
    {
        auditor.get(&path).await.expect(200);
    }
    let all = team.manager.get(&format!("/v1/engagements/{engagement}/readings")).await.expect(200);
    let fields = "items { id at auditorId what recordType recordId } nextCursor";
    let query = format!("{{ readings(engagementId: \"{engagement}\") {{ {fields} }} }}");
    let shown = team.manager.post("/graphql", json!({"query": query})).await.expect(200);
    assert_eq!(shown["data"]["readings"], all);
    let (mut cursor, mut paged) = (String::new(), Vec::new());
    loop {
        let page = format!("/v1/engagements/{engagement}/readings?limit=3{cursor}");
        let page = team.manager.get(&page).await.expect(200);
        paged.extend(page["items"].as_array().expect("items").clone());
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        assert!(paged.len() < 20, "it comes to an end");
    }
    assert!(paged.len() > 3 && json!(paged) == all["items"], "{paged:?}");
}

#[tokio::test]
async fn requests_are_asked_answered_and_accepted() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (inside, outside) = (app.unit("Plant", None).await, app.unit("Office", None).await);
    let draft = |title: &str, unit: &str| {
        let mut draft = risk(title, &team.owner);
        draft["unitId"] = unit.into();
        draft
    };
    let shown = team.manager.create("risks", draft("Theft", &inside)).await;
    let hidden = team.manager.create("risks", draft("Fraud", &outside)).await;
    let engagement = open(&app, &team.manager, &team.management, json!({"unitIds": [inside]})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    let other = open(&app, &team.manager, &team.management, json!({"title": "Other"})).await;
    let other = app.external_auditor(&team.manager, &other).await;
    let asked = json!({"title": "How is theft treated?", "clause": "6.1.3", "dueOn": app.in_days(2)});
    let request = auditor.create("audit-requests", asked).await;
    other.get(&format!("/v1/audit-requests/{request}")).await.problem(404, "not-found");
    team.owner.act("audit-requests", &request, "answer", json!({"answer": "So"})).await.problem(403, "denied");
    team.manager.post("/v1/audit-requests", json!({"title": "Mine"})).await.problem(403, "denied");
    team.manager.change("audit-requests", &request, json!({"title": "Mine"})).await.problem(403, "denied");
    team.manager.act("audit-requests", &request, "assign", json!({"ownerId": team.owner.id})).await.expect(200);

    let answer = json!({"answer": "Both are", "riskIds": [shown, hidden]});
    team.owner.act("audit-requests", &request, "answer", answer).await.refuses("/riskIds/1");
    let answer = json!({"answer": "By a lock", "riskIds": [shown]});
    auditor.act("audit-requests", &request, "answer", answer.clone()).await.problem(403, "denied");
    team.owner.act("audit-requests", &request, "answer", answer.clone()).await.expect(200);
    let seen = auditor.read("audit-requests", &request).await;
    assert_eq!(
        [&seen["state"], &seen["riskIds"], &seen["answer"]],
        [&json!("answered"), &json!([shown]), &json!("By a lock")]
    );
    assert_eq!(seen["allowedActions"], json!(["accept", "ask-again", "withdraw"]));
    team.manager.just("audit-requests", &request, "accept").await.problem(403, "denied");
    auditor.act("audit-requests", &request, "ask-again", json!({"reason": "Which lock?"})).await.expect(200);
    let asked = team.owner.read("audit-requests", &request).await;
    assert_eq!(
        [&asked["state"], &asked["remark"], &asked["rounds"]],
        [&json!("open"), &json!("Which lock?"), &json!(1)]
    );
    team.owner.act("audit-requests", &request, "answer", answer).await.expect(200);
    auditor.just("audit-requests", &request, "accept").await.expect(200);
    assert_eq!(team.manager.read("audit-requests", &request).await["state"], "accepted");
    app.advance(Duration::days(3));
    assert_eq!(team.manager.read("audit-requests", &request).await["overdue"], false);
    team.manager.just("audit-requests", &request, "retire").await.problem(403, "denied");
}
