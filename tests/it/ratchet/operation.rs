//! Every operation, tried by those who may not use it.

use crate::app::App;
use crate::persona::{Persona, Reply, send};
use crate::records::{Team, one_of_each};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What anyone may tell: events and ideas (A.6.8, 10.1).
const TOLD_BY_ANYONE: [&str; 2] = ["incidents", "improvements"];

/// What everyone in an organisation may read, and what is in force in the example.
const KNOWN_TO_ALL: [&str; 9] = [
    "organisations",
    "units",
    "users",
    "methodologies",
    "responsibilities",
    "competence-requirements",
    "trainings",
    "training-sessions",
    "notification-rules",
];

fn operations() -> Vec<(Method, String)> {
    let all = isms::app::registry().operations();
    let method = |name: &str| Method::from_bytes(name.as_bytes()).expect("a method");
    all.into_iter().map(|(name, path)| (method(&name), path)).collect()
}

/// The record type that a path is about (`/v1/risks/{id}/accept` → `risks`).
fn plural(path: &str) -> &str {
    let rest = path.strip_prefix("/v1/").unwrap_or_default();
    rest.split(['/', ':']).next().unwrap_or_default()
}

async fn ask(persona: &Persona, method: &Method, path: &str) -> Reply {
    let request = persona.request(method.clone(), path);
    if *method == Method::GET {
        return send(request).await;
    }
    send(request.header("if-match", "*").json(&json!({}))).await
}

fn at(path: &str, ids: &BTreeMap<&'static str, String>) -> String {
    let nowhere = uuid::Uuid::now_v7().to_string();
    path.replace("{id}", ids.get(plural(path)).unwrap_or(&nowhere)).replace("{other}", &nowhere)
}

#[tokio::test]
async fn nobody_without_a_token_gets_past_any_operation() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let operations = operations();
    for (method, path) in &operations {
        let reply = ask(&anonymous, method, &at(path, &BTreeMap::new())).await;
        assert_eq!(reply.status, 401, "{method} {path}: {}", reply.text);
        reply.problem(401, "unauthenticated");
    }
    println!("{} operations examined without a token", operations.len());
    assert!(operations.len() > 100);
}

#[tokio::test]
async fn nobody_reaches_a_record_of_another_organisation() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let ids = one_of_each(&app, &team).await;
    let theirs = app.stranger();
    let administrator = app.person_of(&theirs, "administrator", None).await;
    let stranger = app.person_of(&theirs, "manager", None).await;
    for role in ["management", "owner", "auditor"] {
        theirs.create("role-assignments", json!({"userId": stranger.id, "role": role})).await;
    }
    let (mut records, mut lists) = (0, 0);
    let both = operations().into_iter().flat_map(|(method, path)| {
        [&administrator, &stranger].map(|stranger| (stranger, method.clone(), path.clone()))
    });
    for (stranger, method, path) in both {
        if path.contains("{id}") {
            let reply = ask(stranger, &method, &at(&path, &ids)).await;
            assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text);
            records += 1;
        } else if method == Method::GET {
            let reply = ask(stranger, &method, &path).await;
            for (plural, id) in &ids {
                assert!(!reply.text.contains(id.as_str()), "{method} {path} shows one of {plural}: {}", reply.text);
            }
            lists += 1;
        }
    }
    println!("{records} operations on records and {lists} others examined with another organisation's token");
    assert!(records > 80 && lists > 10);
}

#[tokio::test]
async fn a_weak_role_changes_nothing_and_reads_only_what_is_for_all() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let ids = one_of_each(&app, &team).await;
    let member = app.member().await;
    let (mut refused, mut read) = (0, 0);
    for (method, path) in operations().into_iter().filter(|(_, path)| path.contains("{id}")) {
        let reply = ask(&member, &method, &at(&path, &ids)).await;
        if method == Method::GET && KNOWN_TO_ALL.contains(&plural(&path)) && reply.status == 200 {
            read += 1;
            continue;
        }
        assert!(matches!(reply.status, 403 | 404), "{method} {path}: {} {}", reply.status, reply.text);
        refused += 1;
    }
    println!("{refused} operations refused to a member and {read} open to all examined");
    assert!(refused > 80 && read > 0);
}

#[tokio::test]
async fn a_weak_role_makes_nothing() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let member = app.member().await;
    let ids = one_of_each(&app, &team).await;
    let mut examined = 0;
    for spec in isms::resources::specs()
        .iter()
        .filter(|spec| spec.creatable && spec.plural != "api-tokens" && !TOLD_BY_ANYONE.contains(&spec.plural))
    {
        // What the manager, administrator or auditor could make is refused to a member for want of leave, not for its content.
        let mut record = Value::Null;
        for reader in [&app.bootstrap(), &team.manager, &team.auditor] {
            let reply = reader.get(&format!("/v1/{}/{}", spec.plural, ids[spec.plural])).await;
            if reply.status == 200 {
                record = reply.json();
            }
        }
        assert_ne!(record, Value::Null, "nobody reads the example of {}", spec.plural);
        let document = isms::app::registry().document();
        let writable = document["components"]["schemas"][format!("{}Create", spec.name)]["properties"].clone();
        let mut draft = json!({});
        for field in writable.as_object().expect("fields").keys().filter(|field| !record[field.as_str()].is_null()) {
            draft[field] = record[field].clone();
        }
        draft["unitId"] = json!(app.root().await);
        let reply = member.post(&format!("/v1/{}", spec.plural), draft).await;
        assert!(matches!(reply.status, 403 | 422), "{}: {} {}", spec.plural, reply.status, reply.text);
        examined += 1;
    }
    println!("{examined} record types examined that a member cannot make");
    assert!(examined > 10);
}

#[tokio::test]
async fn answers_carry_the_security_headers() {
    let app = App::start().await;
    let manager = app.manager().await;
    let mut examined = 0;
    for path in ["/v1/assets", "/v1/nonsense", "/livez", "/readyz", "/openapi.json"] {
        let reply = manager.get(path).await;
        for name in ["x-content-type-options", "x-frame-options", "referrer-policy", "x-request-id", "cache-control"] {
            assert_ne!(reply.header(name), "", "{path} without {name}");
            examined += 1;
        }
    }
    println!("{examined} headers examined");
}

#[tokio::test]
async fn allowed_actions_tell_the_truth() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let ids = one_of_each(&app, &team).await;
    let mut examined = 0;
    for persona in [&team.manager, &team.management, &team.owner, &app.auditor().await, &app.administrator().await] {
        for spec in isms::resources::specs() {
            let path = format!("/v1/{}/{}", spec.plural, ids[spec.plural]);
            let reply = persona.get(&path).await;
            if reply.status != 200 {
                continue;
            }
            let allowed = reply.json()["allowedActions"].clone();
            let is_allowed = |name: &str| allowed.as_array().expect("a list").iter().any(|act| act == name);
            let update = persona.patch(&path, "*", json!({"nonsense": 1})).await;
            assert_eq!(is_allowed("update"), update.status == 422, "{path} update: {}", update.text);
            examined += 1;
            for act in spec.acts {
                // Something that no act takes: leave and state are asked before the content.
                let reply = persona.post_to(&format!("{path}/{}", act.name), "*", json!({"nonsense": 1})).await;
                if is_allowed(act.name) {
                    assert_eq!(reply.status, 422, "{path} {}: {}", act.name, reply.text);
                } else {
                    assert!(matches!(reply.status, 403 | 409 | 422), "{path} {}: {}", act.name, reply.text);
                }
                examined += 1;
            }
        }
    }
    println!("{examined} acts examined");
    assert!(examined > 100);
}
