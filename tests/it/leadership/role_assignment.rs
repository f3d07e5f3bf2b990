//! Roles: nobody grants themselves one, services and administrators approve nothing (I-03), days count.

use crate::app::App;
use crate::persona::Persona;
use chrono::Duration;
use serde_json::{Value, json};

#[tokio::test]
async fn i_03_nobody_grants_themselves_a_role() {
    let app = App::start().await;
    let administrator = app.administrator().await;
    let draft = json!({"userId": administrator.id, "role": "management"});
    administrator.post("/v1/role-assignments", draft).await.problem(403, "denied");
}

#[tokio::test]
async fn nobody_grants_themselves_a_role_in_a_batch_either() {
    let app = App::start().await;
    let administrator = app.administrator().await;
    let draft = json!({"userId": administrator.id, "role": "management"});
    let batch = json!({"operations": [{"create": draft}]});
    let reply = administrator.post("/v1/role-assignments:batch", batch).await.expect(200);
    assert_eq!(reply["results"][0]["status"], 403);
}

#[tokio::test]
async fn i_75_a_role_is_given_to_who_can_do_what_it_takes_there_or_learns_it() {
    let app = App::start().await;
    let (manager, member, other) = (app.manager().await, app.member().await, app.member().await);
    let (works, office) = (app.unit("Works", None).await, app.unit("Office", None).await);
    let requirement = json!({"skill": "Audits", "role": "auditor", "level": 3, "unitId": works});
    let requirement = manager.create("competence-requirements", requirement).await;
    let administrator = app.bootstrap();
    let given = async |user: &Persona, unit: &str| {
        let draft = json!({"userId": user.id, "role": "auditor", "unitId": unit});
        administrator.post("/v1/role-assignments", draft).await
    };
    given(&member, &works).await.problem(409, "conflict");
    given(&member, &office).await.expect(201);
    let claim = json!({"personId": member.id, "requirementId": requirement, "level": 3, "basis": "experience",
        "evidence": "File 3"});
    let competence = member.create("competences", claim).await;
    given(&member, &works).await.problem(409, "conflict");
    manager.just("competences", &competence, "confirm").await.expect(200);
    let role = crate::persona::id(&given(&member, &works).await.expect(201));
    // What was given stays, but is not given again once the competence is gone.
    manager.just("competences", &competence, "retire").await.expect(200);
    administrator.just("role-assignments", &role, "retire").await.expect(200);
    administrator.just("role-assignments", &role, "restore").await.problem(409, "conflict");
    let course = manager.create("trainings", json!({"title": "Auditing", "requirementIds": [requirement]})).await;
    let assign = json!({"dueOn": app.in_days(30), "personIds": [other.id]});
    manager.act("trainings", &course, "assign", assign).await.expect(200);
    given(&other, &works).await.expect(201);
}

#[tokio::test]
async fn a_manager_grants_no_roles() {
    let app = App::start().await;
    let (manager, member) = (app.manager().await, app.member().await);
    let draft = json!({"userId": member.id, "role": "manager"});
    manager.post("/v1/role-assignments", draft).await.problem(403, "denied");
}

#[tokio::test]
async fn an_administrator_of_a_unit_grants_no_roles_above_it() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let (local, member) = (app.person("administrator", Some(&unit)).await, app.member().await);
    let draft = json!({"userId": member.id, "role": "manager"});
    local.post("/v1/role-assignments", draft.clone()).await.problem(403, "denied");
    let mut here = draft;
    here["unitId"] = json!(unit);
    local.post("/v1/role-assignments", here).await.expect(201);
}

#[tokio::test]
async fn i_03_a_service_holds_no_role_that_approves() {
    let app = App::start().await;
    let service = app.integrator(json!(["read"])).await;
    for role in ["management", "manager", "administrator"] {
        let draft = json!({"userId": service.id, "role": role});
        app.bootstrap().post("/v1/role-assignments", draft).await.refuses("/role");
    }
}

#[tokio::test]
async fn i_03_an_administrator_sees_no_content_of_the_isms() {
    let app = App::start().await;
    let (administrator, manager) = (app.administrator().await, app.manager().await);
    let asset = manager.create("assets", json!({"name": "Press", "kind": "hardware"})).await;
    assert_eq!(administrator.every("/v1/assets").await, Vec::<String>::new());
    administrator.get(&format!("/v1/assets/{asset}")).await.problem(404, "not-found");
    administrator.post("/v1/assets", json!({"name": "Press", "kind": "hardware"})).await.problem(403, "denied");
}

#[tokio::test]
async fn a_role_is_held_from_its_first_day_to_its_last() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let asset = manager.create("assets", json!({"name": "Press", "kind": "hardware"})).await;
    let path = format!("/v1/assets/{asset}");
    let days = json!({
        "userId": member.id, "role": "auditor", "validFrom": app.in_days(2), "validUntil": app.in_days(3),
    });
    app.bootstrap().create("role-assignments", days).await;
    for (day, status) in [(0, 404), (1, 404), (2, 200), (3, 200), (4, 404)] {
        assert_eq!(member.get(&path).await.status, status, "day {day}");
        app.advance(Duration::days(1));
    }
}

#[tokio::test]
async fn a_role_does_not_end_before_it_begins() {
    let app = App::start().await;
    let member = app.member().await;
    let days = json!({
        "userId": member.id, "role": "auditor", "validFrom": app.in_days(3), "validUntil": app.in_days(2),
    });
    app.bootstrap().post("/v1/role-assignments", days).await.refuses("/validUntil");
}

#[tokio::test]
async fn a_role_taken_away_is_gone_with_the_next_request() {
    let app = App::start().await;
    let administrator = app.bootstrap();
    let manager = app.manager().await;
    let role = administrator.every(&format!("/v1/role-assignments?userId={}", manager.id)).await.remove(0);
    manager.post("/v1/assets", json!({"name": "Press", "kind": "hardware"})).await.expect(201);
    administrator.just("role-assignments", &role, "retire").await.expect(200);
    manager.post("/v1/assets", json!({"name": "Press", "kind": "hardware"})).await.problem(403, "denied");
    assert_eq!(manager.every("/v1/assets").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_role_is_granted_to_people_of_the_organisation_only() {
    let app = App::start().await;
    let foreign = app.person_of(&app.stranger(), "member", None).await;
    let draft = json!({"userId": foreign.id, "role": "manager"});
    app.bootstrap().post("/v1/role-assignments", draft).await.refuses("/userId");
}

#[tokio::test]
async fn i_03_nobody_is_administrator_and_approves_at_the_same_time() {
    let app = App::start().await;
    let (administrator, manager) = (app.administrator().await, app.manager().await);
    let unit = app.unit("Works", None).await;
    for role in ["management", "manager", "auditor"] {
        let draft = json!({"userId": administrator.id, "role": role, "unitId": unit});
        app.bootstrap().post("/v1/role-assignments", draft).await.refuses("/role");
    }
    let draft = json!({"userId": administrator.id, "role": "owner"});
    app.bootstrap().post("/v1/role-assignments", draft).await.expect(201);
    let until = app.in_days(3);
    let draft = json!({"userId": manager.id, "role": "administrator"});
    app.bootstrap().post("/v1/role-assignments", draft.clone()).await.refuses("/role");
    let role = app.bootstrap().every(&format!("/v1/role-assignments?userId={}", manager.id)).await.remove(0);
    app.bootstrap().change("role-assignments", &role, json!({"validUntil": until})).await.expect(200);
    let mut after = draft;
    after["validFrom"] = json!(app.in_days(4));
    app.bootstrap().post("/v1/role-assignments", after).await.expect(201);
    app.bootstrap().change("role-assignments", &role, json!({"validUntil": null})).await.refuses("/role");
}

#[tokio::test]
async fn i_07_an_auditor_writes_only_what_belongs_to_audits() {
    let app = App::start().await;
    let auditor = app.auditor().await;
    let may = auditor.get("/v1/me").await.expect(200)["may"].clone();
    let writes = |verbs: &Value| verbs.as_array().is_some_and(|verbs| verbs.contains(&json!("create")));
    let of_everybody = app.member().await.get("/v1/me").await.expect(200)["may"].clone();
    let mut own: Vec<_> = may
        .as_object()
        .expect("types")
        .iter()
        .filter(|(name, verbs)| writes(verbs) && !writes(&of_everybody[name.as_str()]))
        .map(|(name, _)| name.as_str())
        .collect();
    own.sort_unstable();
    assert_eq!(own, ["Audit", "AuditProgramme", "ChecklistItem", "Finding"]);
}
