//! What is computed is never told wrongly: to who sees a part of what it is made of it is right, or withheld.

use super::engagement::open;
use crate::app::App;
use crate::persona::Persona;
use crate::records::{Team, one_of_each};
use serde_json::{Value, json};

/// The computed fields of a record type, by their names at the doors.
fn computed(spec: &'static isms::resource::Spec) -> Vec<&'static str> {
    let fields = isms::resources::fields(spec).expect("fields");
    fields.computed(spec).map(|(_, field)| field.name.as_str()).collect()
}

/// Holds every computed field that the auditor is told against what is so; tells how many were told and withheld.
async fn compare(manager: &Persona, auditor: &Persona) -> (usize, usize) {
    let (mut told, mut withheld) = (0, 0);
    for spec in isms::resources::specs() {
        let reply = auditor.get(&format!("/v1/{}?limit=200&retired=any", spec.plural)).await;
        for seen in reply.json()["items"].as_array().into_iter().flatten() {
            let id = seen["id"].as_str().expect("an id");
            let reply = manager.get(&format!("/v1/{}/{id}", spec.plural)).await;
            if reply.status != 200 {
                continue;
            }
            let whole = reply.json();
            for name in computed(spec) {
                let hidden = seen["withheld"].as_array().expect("a list").iter().any(|field| field == name);
                if hidden {
                    assert_eq!(seen[name], Value::Null, "{} {id}: {name}", spec.plural);
                    withheld += 1;
                } else if spec.name != "User" {
                    assert_eq!(seen[name], whole[name], "{} {id}: {name}", spec.plural);
                    told += 1;
                }
                // By what is not told nothing is found.
                let value = &whole[name];
                let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let found = auditor.get(&format!("/v1/{}?id={id}&retired=any&{name}={word}", spec.plural)).await;
                if found.status == 200 && hidden {
                    assert_eq!(found.json()["items"], json!([]), "{}: {name}", spec.plural);
                }
            }
        }
    }
    (told, withheld)
}

#[tokio::test]
async fn what_is_computed_is_right_or_withheld_however_little_an_engagement_covers() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    one_of_each(&app, &team).await;
    let unit = app.bootstrap().create("units", json!({"name": "Elsewhere"})).await;
    let (mut told, mut withheld) = (0, 0);
    for also in [
        json!({}),
        json!({"unitIds": [unit]}),
        json!({"recordKinds": ["risks", "acceptances", "treatment-plans", "documents", "metrics", "controls"]}),
        json!({"recordKinds": ["suppliers", "evidence-items", "trainings", "changes", "audits"]}),
    ] {
        let engagement = open(&app, &team.manager, &team.management, also).await;
        let auditor = app.external_auditor(&team.manager, &engagement).await;
        let (more, hidden) = compare(&team.manager, &auditor).await;
        (told, withheld) = (told + more, withheld + hidden);
    }
    println!("{told} computed fields told, {withheld} withheld");
    assert!(told > 50 && withheld > 0, "{told} told, {withheld} withheld");
}
