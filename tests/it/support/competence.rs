//! Competence: what roles take, who has it, confirmed by somebody else, and what is missing (I-75, I-76).

use super::reader;
use crate::app::App;
use crate::persona::Persona;
use serde_json::{Value, json};

async fn requirement(manager: &Persona) -> String {
    let draft = json!({"skill": "Audits", "role": "auditor", "level": 3, "proof": "A course with an exam"});
    manager.create("competence-requirements", draft).await
}

fn claim(person: &Persona, requirement: &str) -> Value {
    json!({"personId": person.id, "requirementId": requirement, "level": 3, "basis": "certificate", "evidence": "HR file 7"})
}

#[tokio::test]
async fn a_requirement_names_a_role_or_a_duty() {
    let app = App::start().await;
    let manager = app.manager().await;
    let reply = manager.post("/v1/competence-requirements", json!({"skill": "Audits", "level": 5})).await;
    reply.refuses("/role");
    reply.refuses("/level");
    let owner = app.owner().await;
    let duty = json!({"title": "Leads the response", "duty": "incidentManagement", "holderId": owner.id});
    let duty = manager.create("responsibilities", duty).await;
    let draft = json!({"skill": "First response", "duty": "incidentManagement"});
    let requirement = manager.create("competence-requirements", draft).await;
    assert_eq!(manager.read("competence-requirements", &requirement).await["holders"], 0);
    let competence = owner.create("competences", claim(&owner, &requirement)).await;
    manager.just("competences", &competence, "confirm").await.expect(200);
    owner.just("responsibilities", &duty, "accept").await.expect(200);
    assert_eq!(manager.read("competence-requirements", &requirement).await["holders"], 1);
}

#[tokio::test]
async fn i_02_nobody_confirms_their_own_competence() {
    let app = App::start().await;
    let (manager, other) = (app.manager().await, app.manager().await);
    let requirement = requirement(&manager).await;
    let mine = manager.create("competences", claim(&manager, &requirement)).await;
    manager.just("competences", &mine, "confirm").await.problem(403, "denied");
    let confirmed = other.just("competences", &mine, "confirm").await.expect(200);
    assert_eq!((&confirmed["valid"], &confirmed["confirmedBy"]), (&json!(true), &json!(other.id)));
    let changed = manager.change("competences", &mine, json!({"level": 4})).await.expect(200);
    assert_eq!((&changed["state"], &changed["valid"]), (&json!("claimed"), &json!(false)));
}

#[tokio::test]
async fn i_75_holders_of_a_role_who_do_not_meet_it_are_counted_until_they_do() {
    let app = App::start().await;
    let (manager, auditor) = (app.manager().await, app.auditor().await);
    let requirement = requirement(&manager).await;
    let counts = async || {
        let read = manager.read("competence-requirements", &requirement).await;
        ["holders", "unmet", "undeveloped"].map(|name| read[name].as_i64().expect("a count"))
    };
    assert_eq!(counts().await, [1, 1, 1]);
    let course = json!({"title": "Auditing", "requirementIds": [requirement]});
    let course = manager.create("trainings", course).await;
    let assign = json!({"dueOn": app.in_days(30), "personIds": [auditor.id]});
    manager.act("trainings", &course, "assign", assign).await.expect(200);
    assert_eq!(counts().await, [1, 1, 0], "an open course is a development action");
    let mut draft = claim(&auditor, &requirement);
    draft["validUntil"] = json!(app.in_days(10));
    let competence = auditor.create("competences", draft).await;
    assert_eq!(counts().await, [1, 1, 0], "what is only claimed does not count");
    manager.just("competences", &competence, "confirm").await.expect(200);
    assert_eq!(counts().await, [1, 0, 0]);
    app.advance(chrono::Duration::days(11));
    assert_eq!(counts().await, [1, 1, 0], "what has expired does not count");
    assert_eq!(manager.read("competences", &competence).await["expired"], true);
}

#[tokio::test]
async fn i_75_a_duty_is_taken_on_with_the_competence_or_on_the_way_to_it() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let draft = json!({"skill": "Leading audits", "duty": "auditProgramme", "level": 3, "proof": "A course"});
    let requirement = manager.create("competence-requirements", draft).await;
    let duty = json!({"title": "Audits", "duty": "auditProgramme", "holderId": owner.id});
    let duty = manager.create("responsibilities", duty).await;
    owner.just("responsibilities", &duty, "accept").await.problem(409, "conflict");
    let course = json!({"title": "Auditing", "requirementIds": [requirement]});
    let course = manager.create("trainings", course).await;
    let assign = json!({"dueOn": app.in_days(30), "personIds": [owner.id]});
    manager.act("trainings", &course, "assign", assign).await.expect(200);
    owner.just("responsibilities", &duty, "accept").await.expect(200);
    let other = app.owner().await;
    let second = json!({"title": "Audits too", "duty": "auditProgramme", "holderId": other.id});
    let second = manager.create("responsibilities", second).await;
    let competence = other.create("competences", claim(&other, &requirement)).await;
    other.just("responsibilities", &second, "accept").await.problem(409, "conflict");
    manager.just("competences", &competence, "confirm").await.expect(200);
    other.just("responsibilities", &second, "accept").await.expect(200);
}

#[tokio::test]
async fn i_76_a_competence_points_to_its_proof_and_does_not_hold_it() {
    let app = App::start().await;
    let (manager, auditor) = (app.manager().await, app.auditor().await);
    let requirement = requirement(&manager).await;
    for contents in ["Assessment of 3 May:\nvery good at audits", &"x".repeat(201)] {
        let mut draft = claim(&auditor, &requirement);
        draft["evidence"] = json!(contents);
        manager.post("/v1/competences", draft).await.refuses("/evidence");
    }
    let mut draft = claim(&auditor, &requirement);
    draft["evidence"] = Value::Null;
    let bare = auditor.create("competences", draft).await;
    manager.just("competences", &bare, "confirm").await.refuses("/evidence");
}

#[tokio::test]
async fn i_76_competence_is_not_for_every_owner_of_the_unit() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let requirement = requirement(&manager).await;
    let unit = app.unit("Works", None).await;
    let person = reader(&app, &unit).await;
    let competence = person.create("competences", claim(&person, &requirement)).await;
    let path = format!("/v1/competences/{competence}");
    owner.get(&path).await.problem(404, "not-found");
    assert_eq!(manager.read("competences", &competence).await["unitId"], unit.as_str());
    let other = reader(&app, &unit).await;
    other.get(&path).await.problem(404, "not-found");
    other.post("/v1/competences", claim(&person, &requirement)).await.problem(403, "denied");
}

#[tokio::test]
async fn i_02_nobody_confirms_what_they_have_told_of_somebody_else() {
    let app = App::start().await;
    let (manager, other, auditor) = (app.manager().await, app.manager().await, app.auditor().await);
    let requirement = requirement(&manager).await;
    let made = manager.create("competences", claim(&auditor, &requirement)).await;
    manager.just("competences", &made, "confirm").await.problem(403, "denied");
    let raised = auditor.create("competences", claim(&auditor, &requirement)).await;
    other.change("competences", &raised, json!({"level": 4})).await.expect(200);
    other.just("competences", &raised, "confirm").await.problem(403, "denied");
    other.just("competences", &made, "confirm").await.expect(200);
    manager.just("competences", &raised, "confirm").await.expect(200);
}

#[tokio::test]
async fn a_competence_lies_where_its_person_works() {
    let app = App::start().await;
    let manager = app.manager().await;
    let requirement = requirement(&manager).await;
    let (works, elsewhere) = (app.unit("Works", None).await, app.unit("Elsewhere", None).await);
    let person = reader(&app, &works).await;
    let id = person.create("competences", claim(&person, &requirement)).await;
    let moved = person.change("competences", &id, json!({"unitId": elsewhere, "level": 4})).await.expect(200);
    assert_eq!(moved["unitId"], works.as_str());
    app.bootstrap().change("users", &person.id, json!({"unitId": elsewhere})).await.expect(200);
    let followed = manager.change("competences", &id, json!({"level": 2})).await.expect(200);
    assert_eq!(followed["unitId"], elsewhere.as_str());
}

#[tokio::test]
async fn how_many_do_not_meet_a_requirement_is_for_those_who_run_it() {
    let app = App::start().await;
    let (manager, member, keeper) = (app.manager().await, app.member().await, app.member().await);
    let lead = app.owner().await;
    let duty = json!({"title": "Conforms", "duty": "conformity", "holderId": lead.id});
    let duty = manager.create("responsibilities", duty).await;
    lead.just("responsibilities", &duty, "accept").await.expect(200);
    let draft = json!({"skill": "Running it", "duty": "conformity", "ownerId": keeper.id});
    let id = manager.create("competence-requirements", draft).await;
    for (persona, unmet) in [(&manager, json!(1)), (&keeper, json!(1)), (&member, Value::Null), (&lead, Value::Null)] {
        let read = persona.read("competence-requirements", &id).await;
        assert_eq!((&read["holders"], &read["unmet"], &read["undeveloped"]), (&json!(1), &unmet, &unmet));
    }
    let course = manager.create("trainings", json!({"title": "Auditing", "ownerId": keeper.id})).await;
    for (persona, open) in [(&manager, json!(0)), (&keeper, json!(0)), (&member, Value::Null)] {
        let read = persona.read("trainings", &course).await;
        assert_eq!((&read["trained"], &read["open"], &read["late"]), (&open, &open, &open));
    }
}
