//! Nobody steps above themselves: rights over people follow all that they hold, wherever it lies.

use crate::app::App;
use crate::persona::Persona;
use isms_entity::leadership::responsibility::Duty;
use sea_orm::{ActiveEnum, Iterable};
use serde_json::{Value, json};

/// A works with an administrator of its own, and a place beside it.
pub(super) struct Works {
    pub app: App,
    /// The unit, and one beside it.
    pub unit: String,
    pub beside: String,
    /// Who administers the unit and nothing else.
    pub local: Persona,
    pub root: Persona,
    pub manager: Persona,
    people: std::sync::atomic::AtomicU32,
}

impl Works {
    pub async fn new() -> Self {
        let app = App::start().await;
        let (unit, beside) = (app.unit("Works", None).await, app.unit("Office", None).await);
        let local = app.person("administrator", Some(&unit)).await;
        let (root, manager) = (app.bootstrap(), app.manager().await);
        Self { app, unit, beside, local, root, manager, people: Default::default() }
    }

    /// Somebody who works here and holds nothing.
    pub async fn worker(&self) -> String {
        let number = self.people.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let draft = json!({"name": "Worker", "email": format!("worker{number}@example.org"), "unitId": self.unit});
        self.local.create("users", draft).await
    }

    /// A role at a unit, the root unless one is named; its id.
    pub async fn give(&self, user: &str, role: &str, unit: Option<&str>) -> String {
        self.root.create("role-assignments", json!({"userId": user, "role": role, "unitId": unit})).await
    }
}

/// What somebody is offered to do with a person.
async fn offered(who: &Persona, user: &str) -> Value {
    who.read("users", user).await["allowedActions"].clone()
}

/// What is done with people, and with what.
const ACTS: [(&str, &str); 4] =
    [("retire", "{}"), ("restore", "{}"), ("propose-erasure", r#"{"reason": "gone"}"#), ("erase", "{}")];

/// Everything that would change, shut out, erase or act for somebody; each is refused.
async fn refused(who: &Persona, user: &str, what: &str) {
    for patch in [
        json!({"name": "Renamed"}),
        json!({"email": "taken@example.org"}),
        json!({"active": false}),
        json!({"jobTitle": "None"}),
        json!({"managerId": null, "employment": "external"}),
    ] {
        let reply = who.change("users", user, patch.clone()).await;
        assert_eq!(reply.status, 403, "{what}: {patch}: {}", reply.text);
    }
    for (act, body) in ACTS {
        let reply = who.act("users", user, act, serde_json::from_str(body).expect("JSON")).await;
        assert_eq!(reply.status, 403, "{what}: {act}: {}", reply.text);
    }
    let version = who.read("users", user).await["version"].clone();
    let batch = json!({"operations": [{"id": user, "version": version, "update": {"name": "Renamed"}}]});
    let reply = who.post("/v1/users:batch", batch).await.expect(200);
    assert_eq!(reply["results"][0]["status"], 403, "{what}: {reply}");
    for (path, draft) in
        [("/v1/api-tokens", json!({"name": "x", "userId": user})), ("/v1/invitations", json!({"userId": user}))]
    {
        let reply = who.post(path, draft).await;
        assert_eq!(reply.status, 403, "{what}: {path}: {}", reply.text);
    }
    assert_eq!(offered(who, user).await, json!([]), "{what}");
}

#[tokio::test]
async fn who_holds_a_role_elsewhere_or_above_is_not_the_local_administrators() {
    let works = Works::new().await;
    for (role, unit) in [
        ("management", None),
        ("manager", None),
        ("auditor", Some(&works.beside)),
        ("owner", Some(&works.beside)),
        ("member", Some(&works.beside)),
        ("administrator", None),
    ] {
        let user = works.worker().await;
        works.local.change("users", &user, json!({"name": "Wanda"})).await.expect(200);
        assert_eq!(offered(&works.local, &user).await, json!(["update", "retire"]));
        let given = works.give(&user, role, unit.map(String::as_str)).await;
        refused(&works.local, &user, role).await;
        assert_eq!(offered(&works.root, &user).await, json!(["update", "retire"]), "{role}");
        works.root.change("users", &user, json!({"name": "Wanda Above"})).await.expect(200);
        // What is held no more binds nobody.
        works.root.just("role-assignments", &given, "retire").await.expect(200);
        works.local.change("users", &user, json!({"name": "Wanda"})).await.expect(200);
    }
    let user = works.worker().await;
    works.local.create("role-assignments", json!({"userId": user, "role": "owner", "unitId": works.unit})).await;
    assert_eq!(offered(&works.local, &user).await, json!(["update", "retire"]), "a role of the unit itself");
}

#[tokio::test]
async fn who_bears_a_duty_or_stands_in_is_not_the_local_administrators() {
    let works = Works::new().await;
    let (mut examined, other) = (0, works.app.owner().await);
    for duty in Duty::iter() {
        let title = duty.to_value();
        let (holder, deputy) = (works.worker().await, works.worker().await);
        let draft = json!({"title": title, "duty": title, "holderId": holder});
        works.manager.create("responsibilities", draft).await;
        let draft = json!({"title": format!("{title} too"), "duty": title, "holderId": other.id, "deputyId": deputy,
            "deputyFrom": works.app.in_days(10), "deputyUntil": works.app.in_days(20)});
        works.manager.create("responsibilities", draft).await;
        // Named is enough: what is not agreed to yet would be by whoever acts for them.
        for (user, how) in [(&holder, "bears"), (&deputy, "stands in for")] {
            refused(&works.local, user, &format!("{how} {title}")).await;
            assert_eq!(offered(&works.root, user).await, json!(["update", "retire"]), "{title}");
            examined += 1;
        }
    }
    assert!(examined > 20, "{examined}");
}

#[tokio::test]
async fn who_owns_or_works_on_something_elsewhere_is_not_the_local_administrators() {
    let works = Works::new().await;
    let drafts = [
        ("assets", "ownerId", json!({"name": "Press", "kind": "hardware"})),
        ("interested-parties", "ownerId", json!({"name": "Bank", "kind": "customer"})),
        ("processes", "ownerId", json!({"name": "Printing"})),
        ("suppliers", "ownerId", json!({"name": "Host"})),
        ("legal-requirements", "ownerId", json!({"title": "Privacy", "citation": "GDPR 32"})),
    ];
    for (plural, field, mut draft) in drafts {
        for unit in [None, Some(&works.beside)] {
            let user = works.worker().await;
            draft[field] = json!(user);
            draft["unitId"] = json!(unit);
            if unit.is_none() {
                draft.as_object_mut().expect("a draft").remove("unitId");
            }
            works.manager.create(plural, draft.clone()).await;
            refused(&works.local, &user, plural).await;
            assert_eq!(offered(&works.root, &user).await, json!(["update", "retire"]), "{plural}");
        }
        let user = works.worker().await;
        draft[field] = json!(user);
        draft["unitId"] = json!(works.unit);
        works.manager.create(plural, draft).await;
        works.local.change("users", &user, json!({"name": "Wanda"})).await.expect(200);
    }
}

#[tokio::test]
async fn who_works_on_an_incident_is_not_the_local_administrators() {
    let works = Works::new().await;
    let incident = works.manager.create("incidents", json!({"title": "Mail is gone"})).await;
    let declared = json!({"incident": true, "reason": "So", "severity": 3, "affects": ["availability"]});
    works.manager.act("incidents", &incident, "assess", declared).await.expect(200);
    let (member, leader) = (works.worker().await, works.worker().await);
    let team = json!({"managerId": leader, "teamIds": [member]});
    works.manager.act("incidents", &incident, "assign", team).await.expect(200);
    for user in [&member, &leader] {
        refused(&works.local, user, "incident team").await;
        works.root.change("users", user, json!({"jobTitle": "Fitter"})).await.expect(200);
    }
    // Who leaves the team holds it no more; who merely reported something holds nothing by it.
    let team = json!({"managerId": leader, "teamIds": []});
    works.manager.act("incidents", &incident, "assign", team).await.expect(200);
    works.local.change("users", &member, json!({"name": "Wanda"})).await.expect(200);
    let reporter = works.local.invite(&member).await;
    reporter.create("incidents", json!({"title": "The door is open"})).await;
    works.local.change("users", &member, json!({"name": "Wanda"})).await.expect(200);
}

#[tokio::test]
async fn tokens_of_who_stands_above_are_not_revoked_by_the_local_administrator() {
    let works = Works::new().await;
    let user = works.worker().await;
    let vera = works.root.invite(&user).await;
    let token = vera.every("/v1/api-tokens").await.remove(0);
    works.give(&user, "management", None).await;
    assert_eq!(works.local.read("api-tokens", &token).await["allowedActions"], json!([]));
    works.local.just("api-tokens", &token, "retire").await.problem(403, "denied");
    works.local.change("api-tokens", &token, json!({"name": "x"})).await.problem(403, "denied");
    assert_eq!(vera.read("api-tokens", &token).await["allowedActions"], json!(["retire"]));
    works.root.just("api-tokens", &token, "retire").await.expect(200);
}

#[tokio::test]
async fn members_and_strangers_do_nothing_to_people() {
    let works = Works::new().await;
    let user = works.worker().await;
    let member = works.app.person("member", Some(&works.unit)).await;
    refused(&member, &user, "a member").await;
    refused(&works.manager, &user, "a manager").await;
    let stranger = works.app.stranger();
    stranger.change("users", &user, json!({"name": "Renamed"})).await.problem(404, "not-found");
    for (act, body) in ACTS {
        stranger.act("users", &user, act, serde_json::from_str(body).expect("JSON")).await.problem(404, "not-found");
    }
    stranger.post("/v1/invitations", json!({"userId": user})).await.refuses("/userId");
    stranger.post("/v1/api-tokens", json!({"name": "x", "userId": user})).await.refuses("/userId");
}

#[tokio::test]
async fn who_may_do_what_is_told_by_what_people_hold() {
    let works = Works::new().await;
    let user = works.worker().await;
    let may = async |who: &str| {
        let asked = json!({"principalId": who, "action": "update", "recordType": "User", "recordId": user});
        works.manager.post("/v1/authorization/check", asked).await.expect(200)["decision"].clone()
    };
    assert_eq!(may(&works.local.id).await, "allow");
    works.give(&user, "owner", Some(&works.beside)).await;
    assert_eq!(may(&works.local.id).await, "deny");
    let root = works.root.get("/v1/me").await.expect(200);
    assert_eq!(may(root["id"].as_str().expect("an id")).await, "allow");
}

#[tokio::test]
async fn an_administrator_keeps_their_own_record_whatever_they_hold() {
    let works = Works::new().await;
    works.give(&works.local.id, "owner", Some(&works.beside)).await;
    works.local.change("users", &works.local.id, json!({"jobTitle": "Lead"})).await.problem(403, "denied");
    works.root.change("users", &works.local.id, json!({"unitId": works.unit})).await.expect(200);
    works.local.change("users", &works.local.id, json!({"jobTitle": "Lead"})).await.expect(200);
    assert_eq!(offered(&works.local, &works.local.id).await, json!(["update"]));
}
