//! The guided start: one call makes a reviewable set of drafts, a second one makes nothing again.

use crate::app::App;
use crate::persona::Persona;
use serde_json::{Value, json};

async fn organisation(persona: &Persona) -> String {
    persona.every("/v1/organisations").await.remove(0)
}

fn part<'a>(made: &'a Value, records: &str) -> &'a Value {
    let parts = made["parts"].as_array().expect("parts");
    parts.iter().find(|part| part["records"] == records).unwrap_or_else(|| panic!("nothing about {records}: {made}"))
}

#[tokio::test]
async fn one_call_makes_a_set_of_drafts_and_the_second_makes_nothing_again() {
    let app = App::start().await;
    let manager = app.manager().await;
    let path = format!("/v1/organisations/{}/setup", organisation(&manager).await);
    for template in ["smallCompany", "softwareCompany", "manufacturer"] {
        let made = manager.post(&path, json!({"template": template})).await.expect(200);
        assert_eq!(made["template"], template);
    }
    let again = manager.post(&path, json!({"template": "smallCompany"})).await.expect(200);
    for part in again["parts"].as_array().expect("parts") {
        assert_eq!(part["created"], 0, "{part}");
    }
    assert_eq!(part(&again, "controls")["present"], 93);
    assert!(part(&again, "documents")["present"].as_u64() >= Some(15));
    assert!(part(&again, "units")["left"].as_u64() > Some(0), "units are the administrator's to make");
}

#[tokio::test]
async fn everything_stays_a_draft_until_a_person_approves_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let path = format!("/v1/organisations/{}/setup", organisation(&manager).await);
    manager.post(&path, json!({"template": "softwareCompany"})).await.expect(200);
    for (plural, draft) in [
        ("methodologies", "draft"),
        ("scopes", "draft"),
        ("document-versions", "draft"),
        ("objectives", "draft"),
        ("metrics", "draft"),
        ("climate-determinations", "draft"),
        ("risks", "identified"),
    ] {
        let list = manager.get(&format!("/v1/{plural}?limit=200")).await.expect(200);
        let items = list["items"].as_array().expect("items");
        assert!(!items.is_empty(), "no {plural}");
        assert!(items.iter().all(|item| item["state"] == draft), "{plural}");
    }
    let gaps = manager.get("/v1/statements/draft").await.expect(200)["gaps"].clone();
    let gaps = gaps.as_array().expect("gaps");
    let to_justify =
        |gap: &Value| gap["detail"].as_str().is_some_and(|detail| detail.contains("say why it applies here"));
    assert!(gaps.len() == 93 && gaps.iter().all(to_justify), "only why each control applies is left to say: {gaps:?}");
    assert_eq!(manager.get("/v1/statements").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn what_one_may_not_make_is_left_for_somebody_who_may() {
    let app = App::start().await;
    let (administrator, manager) = (app.bootstrap(), app.manager().await);
    let path = format!("/v1/organisations/{}/setup", organisation(&manager).await);
    let made = administrator.post(&path, json!({"template": "manufacturer"})).await.expect(200);
    assert_eq!(part(&made, "units")["created"], 3);
    assert!(part(&made, "risks")["left"].as_u64() > Some(0));
    app.member().await.post(&path, json!({"template": "manufacturer"})).await.problem(403, "denied");
    app.stranger().post(&path, json!({"template": "manufacturer"})).await.problem(404, "not-found");
    manager.post(&path, json!({"template": "nonsense"})).await.problem(422, "invalid");
}

#[tokio::test]
async fn the_steps_tell_how_far_it_is() {
    let app = App::start().await;
    let (manager, management) = (app.manager().await, app.management().await);
    let path = format!("/v1/organisations/{}/setup", organisation(&manager).await);
    manager.post(&path, json!({"template": "smallCompany"})).await.expect(200);
    let step = async || {
        let steps = manager.get(&path).await.expect(200)["steps"].clone();
        steps.as_array().expect("steps").iter().find(|step| step["rules"] == json!(["C16"])).expect("a step").clone()
    };
    assert_eq!(step().await["state"], "missing");
    let methodology = manager.every("/v1/methodologies").await.remove(0);
    management.just("methodologies", &methodology, "approve").await.expect(200);
    assert_eq!(step().await["state"], "met");
}

#[tokio::test]
async fn what_was_retired_is_not_made_again_nor_what_needs_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let path = format!("/v1/organisations/{}/setup", organisation(&manager).await);
    manager.post(&path, json!({"template": "smallCompany"})).await.expect(200);
    let only = async |plural: &str, filter: &str| manager.every(&format!("/v1/{plural}?{filter}")).await.remove(0);
    let party = only("interested-parties", "name=Customers").await;
    let requirement = only("party-requirements", &format!("partyId={party}")).await;
    manager.change("party-requirements", &requirement, json!({"title": "Secrecy"})).await.expect(200);
    manager.just("interested-parties", &party, "retire").await.expect(200);
    let version = only("document-versions", "title=Backups").await;
    let document = manager.read("document-versions", &version).await["documentId"].as_str().expect("an id").to_owned();
    manager.change("document-versions", &version, json!({"title": "Copies"})).await.expect(200);
    manager.just("documents", &document, "retire").await.expect(200);
    let again = manager.post(&path, json!({"template": "smallCompany"})).await.expect(200);
    for part in again["parts"].as_array().expect("parts") {
        assert_eq!(part["created"], 0, "{part}");
    }
    assert_eq!(part(&again, "party-requirements")["left"], 1);
}
