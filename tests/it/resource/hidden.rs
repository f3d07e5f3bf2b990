//! References to what a caller does not see: they cannot be asked for, guessed or lost.

use crate::app::App;
use crate::persona::{id, send};
use crate::records::asset;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn who_writes_back_what_they_read_loses_nothing() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let (manager, owner) = (app.manager().await, app.owner_of(&north).await);
    let of = |name: &str, unit: &str| json!({"name": name, "kind": "software", "unitId": unit});
    let seen = manager.create("assets", of("Seen", &north)).await;
    let hidden = manager.create("assets", of("Hidden", &south)).await;
    let draft = json!({"title": "Fire", "unitId": north, "ownerId": owner.id, "affects": ["integrity"],
        "assetIds": [seen, hidden]});
    let risk = manager.create("risks", draft).await;
    let read = owner.read("risks", &risk).await;
    assert_eq!(read["assetIds"], json!([seen]));
    let patch = json!({"assetIds": read["assetIds"], "cause": "Wiring"});
    owner.change("risks", &risk, patch).await.expect(200);
    assert_eq!(manager.read("risks", &risk).await["assetIds"], json!([seen, hidden]));
    owner.change("risks", &risk, json!({"assetIds": []})).await.expect(200);
    assert_eq!(manager.read("risks", &risk).await["assetIds"], json!([hidden]));
}

#[tokio::test]
async fn a_hidden_reference_that_reads_as_null_is_not_lost_when_it_is_written_back() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let (manager, owner) = (app.manager().await, app.owner_of(&north).await);
    let plan = manager.create("treatment-plans", json!({"title": "Plan", "unitId": south})).await;
    let draft = json!({"title": "Do", "unitId": north, "planId": plan, "ownerId": owner.id, "dueOn": app.in_days(9)});
    let action = manager.create("actions", draft).await;
    let read = owner.read("actions", &action).await;
    let patch = json!({"title": "Done soon", "planId": read["planId"], "riskIds": null});
    owner.change("actions", &action, patch).await.expect(200);
    assert_eq!(manager.read("actions", &action).await["planId"], json!(plan));
    manager.change("actions", &action, json!({"planId": null})).await.expect(200);
    assert_eq!(manager.read("actions", &action).await["planId"], Value::Null);
}

#[tokio::test]
async fn the_past_tells_of_nothing_that_is_hidden_today() {
    let app = App::start().await;
    let team = crate::records::Team::of(&app).await;
    let incident = team.owner.create("incidents", json!({"title": "Strange mail"})).await;
    let duty = json!({"title": "Leads", "duty": "incidentManagement", "holderId": team.owner.id});
    let duty = team.manager.create("responsibilities", duty).await;
    team.owner.just("responsibilities", &duty, "accept").await.expect(200);
    let triage = json!({"incident": true, "reason": "It was", "severity": 1, "affects": ["integrity"]});
    team.owner.act("incidents", &incident, "assess", triage).await.expect(200);
    let reference = team.owner.read("incidents", &incident).await["reference"].as_str().expect("one").to_owned();
    let draft = json!({"title": "Look", "ownerId": team.manager.id, "dueOn": app.in_days(9), "incidentId": incident});
    let action = team.manager.create("actions", draft).await;
    app.advance(chrono::Duration::days(31));
    let then = app.now();
    app.advance(chrono::Duration::hours(1));
    let paths = [
        format!("/v1/actions/{action}?asOf={then}"),
        format!("/v1/actions?incidentId={incident}&asOf={then}"),
        format!("/v1/actions:export?format=csv&asOf={then}"),
        format!("/v1/readiness?asOf={then}"),
    ];
    let told = async |path: &str| {
        let reply = team.auditor.get(path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        reply.text.contains(&incident) || reply.text.contains(&reference)
    };
    for path in &paths {
        assert!(told(path).await, "{path}");
    }
    team.owner.change("incidents", &incident, json!({"confidential": true})).await.expect(200);
    for path in &paths {
        assert!(!told(path).await, "{path}");
    }
    let filtered = team.auditor.get(&paths[1]).await.expect(200);
    assert_eq!(filtered["items"], json!([]));
}

#[tokio::test]
async fn a_hidden_reference_is_asked_for_as_none() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let (manager, owner) = (app.manager().await, app.owner_of(&north).await);
    let plan = manager.create("treatment-plans", json!({"title": "Plan", "unitId": south})).await;
    let action = |title: &str, plan: Option<&str>| json!({"title": title, "unitId": north, "planId": plan, "ownerId": owner.id, "dueOn": app.in_days(9)});
    let planned = manager.create("actions", action("Planned", Some(&plan))).await;
    let free = manager.create("actions", action("Free", None)).await;
    assert_eq!(owner.read("actions", &planned).await["planId"], Value::Null);
    let both = vec![planned.clone(), free.clone()];
    for (query, seen, all) in [
        ("planId[null]=true".to_owned(), both.clone(), vec![free.clone()]),
        ("planId[null]=false".to_owned(), vec![], vec![planned.clone()]),
        (format!("planId[ne]={plan}"), both.clone(), vec![free.clone()]),
        (format!("planId[ne]={free}"), both.clone(), both.clone()),
        (format!("planId={plan}"), vec![], vec![planned.clone()]),
    ] {
        let mut found = owner.every(&format!("/v1/actions?{query}")).await;
        found.sort_unstable();
        assert_eq!(found, seen, "{query}");
        assert_eq!(manager.every(&format!("/v1/actions?{query}")).await, all, "{query}");
        assert_eq!(owner.every(&format!("/v1/actions?{query}&asOf={}", app.now())).await.len(), seen.len(), "{query}");
    }
}

#[tokio::test]
async fn pages_of_a_history_lose_nothing_that_may_be_read() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let (manager, owner) = (app.manager().await, app.owner_of(&north).await);
    let id = manager.create("assets", json!({"name": "Press", "kind": "hardware", "unitId": north})).await;
    for n in 0..4 {
        manager.change("assets", &id, json!({"unitId": south, "location": format!("South {n}")})).await.expect(200);
        manager.change("assets", &id, json!({"location": format!("Still south {n}")})).await.expect(200);
        manager.change("assets", &id, json!({"unitId": north})).await.expect(200);
    }
    let (mut versions, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = owner.get(&format!("/v1/assets/{id}/history?limit=1{cursor}")).await.expect(200);
        versions.extend(page["items"].as_array().expect("items").iter().map(|item| item["version"].clone()));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(versions, [13, 10, 7, 4, 1]);
    let far = format!("/v1/assets/{id}/history?cursor=99999999999");
    owner.get(&far).await.problem(400, "malformed");
}

#[tokio::test]
async fn a_cursor_that_no_list_gave_is_refused_whatever_it_holds() {
    let app = App::start().await;
    let manager = app.manager().await;
    for n in 0..3 {
        manager.create("assets", asset(&format!("Asset {n}"))).await;
    }
    let page = manager.get("/v1/assets?limit=1&sort=name").await.expect(200);
    let cursor = page["nextCursor"].as_str().expect("a cursor").to_owned();
    manager.get(&format!("/v1/assets?limit=1&sort=name&cursor={cursor}")).await.expect(200);
    // Another of the organisation may go on with it, somebody of another organisation may not.
    app.auditor().await.get(&format!("/v1/assets?limit=1&sort=name&cursor={cursor}")).await.expect(200);
    let stranger = app.person_of(&app.stranger(), "manager", None).await;
    stranger.get(&format!("/v1/assets?limit=1&sort=name&cursor={cursor}")).await.problem(400, "malformed");
}

#[tokio::test]
async fn an_answer_is_given_again_only_to_who_may_still_have_it() {
    let app = App::start().await;
    let administrator = app.bootstrap();
    let user = json!({"name": "Mara", "email": "mara@example.org"});
    let user = administrator.create("users", user).await;
    let role = json!({"userId": user, "role": "manager"});
    let role = administrator.create("role-assignments", role).await;
    let writer = administrator.invite(&user).await;
    let reader = app.token_for(&writer, &user, json!(["read"])).await;
    let again = async |who: &crate::persona::Persona| {
        send(who.request(Method::POST, "/v1/assets").header("idempotency-key", "k").json(&asset("Press"))).await
    };
    let made = id(&again(&writer).await.expect(201));
    assert_eq!(id(&again(&writer).await.expect(201)), made);
    again(&reader).await.problem(403, "denied");
    administrator.just("role-assignments", &role, "retire").await.expect(200);
    again(&writer).await.problem(404, "not-found");
}

#[tokio::test]
async fn words_are_found_in_any_case() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Übermittlung ÄRZTE Żółć Дом")).await;
    for word in ["Übermittlung", "übermittlung", "ÜBERMITTLUNG", "ärzte", "żÓŁĆ", "дом", "ДОМ"] {
        assert_eq!(manager.every(&format!("/v1/assets?q={word}")).await, [id.as_str()], "{word}");
    }
    assert!(manager.every("/v1/assets?q=ubermittlung").await.is_empty());
}

#[tokio::test]
async fn a_graphql_field_that_fails_leaves_the_others_and_tells_its_path() {
    let app = App::start().await;
    let manager = app.manager().await;
    let query = json!({"query": "{ a: risks(after: \"bad\") { nodes { id } } me { id } }"});
    let answer = manager.post("/graphql", query).await.expect(200);
    assert_eq!(answer["data"], json!({"a": null, "me": {"id": manager.id}}));
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
    assert_eq!(answer["errors"][0]["path"], json!(["a"]));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "malformed");
    let query = json!({"query": "{ risksCountBy(by: [state, state]) { count } me { id } }"});
    let answer = manager.post("/graphql", query).await.expect(200);
    assert_eq!(answer["errors"][0]["path"], json!(["risksCountBy"]), "{answer}");
    assert_eq!(answer["data"], json!({"risksCountBy": null, "me": {"id": manager.id}}));
    let member = app.member().await;
    let query = json!({"query": "{ me { id } readiness { asOf } }"});
    let answer = member.post("/graphql", query).await.expect(200);
    assert_eq!(answer["data"], json!({"me": {"id": member.id}, "readiness": null}));
    assert_eq!(
        (&answer["errors"][0]["path"], answer["errors"].as_array().map(Vec::len)),
        (&json!(["readiness"]), Some(1))
    );
    let query = json!({"query": "{ readiness(unitId: \"nonsense\") { asOf } }"});
    let answer = manager.post("/graphql", query).await.expect(200);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "malformed", "{answer}");
}
