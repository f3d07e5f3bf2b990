//! Whatever state an act brings a record to, it is read in it as of today as it is read now: at both doors and in files.

use crate::persona::{Persona, id};
use crate::resource::past::{camel, selection, types};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex};
use tokio::sync::OnceCell;

/// The record types with the acts and the states that they led to, of which everything was asked already.
static ASKED: LazyLock<Mutex<HashSet<(String, String, String)>>> = LazyLock::new(Mutex::default);
/// The types of GraphQL's schema.
static TYPES: OnceCell<Value> = OnceCell::const_new();

/// Looks back at what an act has left; who may not look back is told so.
pub async fn look_back(who: &Persona, plural: &str, act: &str, now: &Value) {
    let spec = isms::resources::specs().iter().find(|spec| spec.plural == plural).expect("a record type");
    let (id, day) = (id(now), now["updatedAt"].as_str().and_then(|at| at.get(..10)).expect("an instant"));
    let reply = who.get(&format!("/v1/{plural}/{id}?asOf={day}")).await;
    assert!(matches!(reply.status, 200 | 400 | 401 | 404), "{}: {}", reply.asked, reply.text);
    if reply.status != 200 {
        return;
    }
    let then = reply.json();
    if then["version"] != now["version"] {
        return changed_meanwhile(who, plural, now).await;
    }
    let kept = isms::resources::fields(spec).expect("fields").list.iter().filter(|field| field.column.is_some());
    for name in kept.map(|field| field.name.as_str()) {
        assert_eq!(then[name], now[name], "{}: {name}", reply.asked);
    }
    let reached = (plural.to_owned(), act.to_owned(), now["state"].to_string());
    if !ASKED.lock().expect("no panic").insert(reached) {
        return;
    }
    let types = TYPES.get_or_init(|| types(who)).await;
    let (field, fields) = (camel(spec.plural), selection(types, spec.name, 3));
    let filter = format!("filter: {{reference: {}}}, retired: show, asOf: \"{day}\"", now["reference"]);
    let answer = who.post("/graphql", json!({"query": format!("{{ {field}({filter}) {{ nodes {fields} }} }}")})).await;
    let mut shown = answer.json()["data"][&field]["nodes"][0].take();
    assert!(answer.json()["errors"].is_null() && shown.is_object(), "{}: {}", reply.asked, answer.text);
    if shown["version"] != now["version"] {
        return changed_meanwhile(who, plural, now).await;
    }
    without_types(&mut shown);
    for (name, value) in shown.as_object().expect("a record") {
        assert_eq!(*value, then[name], "{} at GraphQL: {name}", reply.asked);
    }
    let reference = now["reference"].as_str().expect("a reference");
    let file = who.get(&format!("/v1/{plural}:export?reference={reference}&retired=any&asOf={day}")).await;
    assert!(matches!(file.status, 200 | 403), "{}: {}", file.asked, file.text);
    assert!(file.status == 403 || file.text.contains(reference), "{}: {}", file.asked, file.text);
}

/// What is not read as it was left was changed by somebody else since.
async fn changed_meanwhile(who: &Persona, plural: &str, left: &Value) {
    let reply = who.get(&format!("/v1/{plural}/{}", id(left))).await;
    assert_ne!(reply.json()["version"], left["version"], "{}: is not read as it was left", reply.asked);
}

/// Takes out the names of GraphQL's types.
fn without_types(shown: &mut Value) {
    match shown {
        Value::Object(fields) => {
            fields.remove("__typename");
            fields.values_mut().for_each(without_types);
        }
        Value::Array(items) => items.iter_mut().for_each(without_types),
        _ => {}
    }
}
