//! A person is invited by a link that is good once, and makes tokens of their own; what somebody else made never grows.

use super::above::Works;
use crate::app::App;
use crate::persona::{Persona, id};
use chrono::Duration;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

/// An invitation as it was made.
async fn invited(administrator: &Persona, user: &str) -> Value {
    administrator.post("/v1/invitations", json!({"userId": user})).await.expect(201)
}

#[tokio::test]
async fn nobody_makes_a_token_for_another_person() {
    let app = App::start().await;
    let (member, root) = (app.member().await, app.bootstrap());
    let refused = root.post("/v1/api-tokens", json!({"name": "hers", "userId": member.id})).await;
    let problem = refused.problem(403, "denied");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("/v1/invitations")), "{problem}");
    let own = member.post("/v1/api-tokens", json!({"name": "mine", "userId": member.id})).await.expect(201);
    assert_eq!(own["createdBy"], member.id.as_str());
    // Nor is one widened for them.
    let narrow = json!({"name": "reads", "userId": member.id, "scopes": ["read"], "expiresAt": "2026-03-09T09:00:00Z"});
    let token = member.create("api-tokens", narrow).await;
    for wider in [json!({"scopes": ["read", "write"]}), json!({"expiresAt": null})] {
        root.change("api-tokens", &token, wider).await.problem(403, "denied");
    }
    root.change("api-tokens", &token, json!({"expiresAt": "2026-03-03T09:00:00Z"})).await.expect(200);
}

#[tokio::test]
async fn a_link_turns_into_a_token_of_ones_own_once() {
    let works = Works::new().await;
    let user = works.worker().await;
    let invitation = invited(&works.local, &user).await;
    let guest = works.local.by_link(&invitation);
    let me = guest.get("/v1/me").await.expect(200);
    assert_eq!([&me["id"], &me["kind"], &me["name"]], [&json!(user), &json!("User"), &json!("Worker")]);
    assert_eq!(guest.get("/v1/organisations").await.expect(200)["items"][0]["name"], "Acme");
    let accepted = guest.post("/v1/invitations:accept", json!({})).await.expect(200);
    assert_eq!(accepted["state"], "accepted");
    guest.post("/v1/invitations:accept", json!({})).await.problem(401, "unauthenticated");
    guest.get("/v1/me").await.problem(401, "unauthenticated");

    let worker = works.app.with_token(accepted["token"].as_str().expect("a token"));
    let tokens = worker.get("/v1/api-tokens").await.expect(200);
    assert_eq!([&tokens["items"][0]["userId"], &tokens["items"][0]["createdBy"]], [&json!(user), &json!(user)]);
    let shown = worker.read("invitations", &id(&invitation)).await;
    let told = [&shown["userId"], &shown["createdBy"]];
    assert_eq!(told, [user.as_str(), works.local.id.as_str()], "people see who invited them");
    worker.post("/v1/api-tokens", json!({"name": "next", "userId": user})).await.expect(201);
    let again = worker.post("/v1/invitations:accept", json!({})).await;
    again.problem(404, "not-found");
}

#[tokio::test]
async fn a_link_is_good_for_nothing_else() {
    let works = Works::new().await;
    let user = works.worker().await;
    works.give(&user, "management", None).await;
    works.manager.create("assets", json!({"name": "Press", "kind": "hardware", "ownerId": user})).await;
    let guest = works.root.by_link(&invited(&works.root, &user).await);
    for path in ["/v1/assets", "/v1/users", "/v1/risks", "/v1/api-tokens", "/v1/tasks"] {
        assert!(!guest.get(path).await.text.contains("reference"), "{path}");
    }
    guest.post("/v1/api-tokens", json!({"name": "x", "userId": user})).await.problem(403, "denied");
    guest.post("/v1/incidents", json!({"title": "x"})).await.problem(403, "denied");
    guest.post("/v1/incidents:report-anonymously", json!({"title": "x"})).await.problem(403, "denied");
    let query = json!({"query": "{ assets { totalCount } users { totalCount } }"});
    let answer = guest.post("/graphql", query).await.expect(200);
    assert_eq!(answer["data"], json!({"assets": {"totalCount": 0}, "users": {"totalCount": 0}}));
}

#[tokio::test]
async fn an_invitation_is_judged_again_when_it_is_accepted() {
    let works = Works::new().await;
    let user = works.worker().await;
    let early = works.local.by_link(&invited(&works.local, &user).await);
    let role = works.give(&user, "management", None).await;
    let refused = early.post("/v1/invitations:accept", json!({})).await.problem(403, "denied");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("another invitation")), "{refused}");
    works.local.post("/v1/invitations", json!({"userId": user})).await.problem(403, "denied");
    works.root.invite(&user).await.get("/v1/me").await.expect(200);
    // It is judged as things are: what is held no more does not count.
    works.root.just("role-assignments", &role, "retire").await.expect(200);
    early.accept(&user).await.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn a_token_does_not_outgrow_who_invited_its_user() {
    let works = Works::new().await;
    // Whoever opened the link, and whatever was made with the token since.
    let user = works.worker().await;
    let first = works.local.invite(&user).await;
    let own = works.app.token_for(&first, &user, json!(["read", "write"])).await;
    let role = works.give(&user, "owner", Some(&works.unit)).await;
    own.get("/v1/risks").await.expect(200);
    works.root.just("role-assignments", &role, "retire").await.expect(200);
    let duty = json!({"title": "Leads", "duty": "incidentManagement", "holderId": user});
    for (plural, giver, draft) in [
        ("role-assignments", &works.root, json!({"userId": user, "role": "management"})),
        ("role-assignments", &works.root, json!({"userId": user, "role": "owner", "unitId": works.beside})),
        ("responsibilities", &works.manager, duty),
    ] {
        let given = giver.create(plural, draft.clone()).await;
        for token in [&first, &own] {
            let problem = token.get("/v1/risks").await.problem(401, "unauthenticated");
            assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("invite")), "{draft}: {problem}");
        }
        works.root.invite(&user).await.get("/v1/risks").await.expect(200);
        giver.just(plural, &given, "retire").await.expect(200);
        own.get("/v1/risks").await.expect(200);
    }
    // It is told on the token, and who administers everything sets no bound.
    assert_eq!(own.get("/v1/api-tokens").await.expect(200)["items"][0]["reachId"], works.unit.as_str());
    let worker = works.root.invite(&works.worker().await).await;
    assert_eq!(worker.get("/v1/api-tokens").await.expect(200)["items"][0]["reachId"], Value::Null);
}

#[tokio::test]
async fn an_invitation_ends_with_its_day_its_maker_and_its_person() {
    let works = Works::new().await;
    let guest = async |user: &str, draft: Value| {
        let mut whole = json!({"userId": user});
        whole.as_object_mut().expect("a draft").extend(draft.as_object().expect("more").clone());
        let invitation = works.local.post("/v1/invitations", whole).await.expect(201);
        (id(&invitation), works.local.by_link(&invitation))
    };
    let accept = async |guest: &Persona| guest.post("/v1/invitations:accept", json!({})).await;
    let user = works.worker().await;
    let (revoked, guest_of_revoked) = guest(&user, json!({})).await;
    works.local.just("invitations", &revoked, "retire").await.expect(200);
    accept(&guest_of_revoked).await.problem(401, "unauthenticated");
    works.local.just("invitations", &revoked, "restore").await.problem(409, "conflict");
    let (_, short) = guest(&user, json!({"linkUntil": "2026-03-02T10:00:00Z"})).await;
    let (_, long) = guest(&user, json!({})).await;
    works.app.advance(Duration::hours(2));
    accept(&short).await.problem(401, "unauthenticated");
    works.root.change("users", &user, json!({"active": false})).await.expect(200);
    accept(&long).await.problem(401, "unauthenticated");
    works.local.post("/v1/invitations", json!({"userId": user})).await.refuses("/userId");
    works.root.change("users", &user, json!({"active": true})).await.expect(200);
    works.root.change("users", &works.local.id, json!({"active": false})).await.expect(200);
    accept(&long).await.problem(403, "denied");
}

#[tokio::test]
async fn an_invitation_is_for_an_engagement_or_for_a_person() {
    let works = Works::new().await;
    works.root.post("/v1/invitations", json!({"name": "Bo", "email": "bo@example.org"})).await.refuses("/engagementId");
    let user = works.worker().await;
    let named = json!({"userId": user, "name": "Bo", "email": "bo@example.org"});
    works.root.post("/v1/invitations", named).await.refuses("/name");
    let service = json!({"name": "Scanner", "email": "scanner@example.org", "kind": "service", "unitId": works.unit});
    let service = works.local.create("users", service).await;
    works.local.post("/v1/invitations", json!({"userId": service})).await.refuses("/userId");
    works.manager.post("/v1/invitations", json!({"userId": user})).await.problem(403, "denied");
    let invitation = invited(&works.local, &user).await;
    works.manager.just("invitations", &id(&invitation), "retire").await.problem(403, "denied");
    let other = works.worker().await;
    works.local.change("invitations", &id(&invitation), json!({"userId": other})).await.refuses("/userId");
}

#[tokio::test]
async fn a_services_token_carries_nothing_that_its_maker_does_not_administer() {
    let works = Works::new().await;
    let service = json!({"name": "Scanner", "email": "scanner@example.org", "kind": "service", "unitId": works.unit});
    let service = works.local.create("users", service).await;
    let role = json!({"userId": service, "role": "integrator", "unitId": works.unit});
    works.local.create("role-assignments", role).await;
    let draft = json!({"name": "scan", "userId": service, "scopes": ["read", "write", "assets"]});
    let made = async |who: &Persona| {
        let token = who.post("/v1/api-tokens", draft.clone()).await.expect(201)["token"].clone();
        works.app.with_token(token.as_str().expect("a token"))
    };
    let local = made(&works.local).await;
    for unit in [&works.unit, &works.beside] {
        works.manager.create("assets", json!({"name": "Press", "kind": "hardware", "unitId": unit})).await;
    }
    assert_eq!(local.every("/v1/assets").await.len(), 1);
    works.give(&service, "integrator", Some(&works.beside)).await;
    assert_eq!(local.every("/v1/assets").await.len(), 1, "it does not grow");
    assert_eq!(local.get("/v1/me").await.expect(200)["roles"].as_array().map(Vec::len), Some(1));
    works.local.post("/v1/api-tokens", draft.clone()).await.problem(403, "denied");
    let whole = made(&works.root).await;
    assert_eq!(whole.every("/v1/assets").await.len(), 2);
    works.root.change("users", &works.local.id, json!({"active": false})).await.expect(200);
    let problem = local.get("/v1/assets").await.problem(401, "unauthenticated");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("whoever made this token")), "{problem}");
    assert_eq!(whole.every("/v1/assets").await.len(), 2);
}

#[tokio::test]
async fn a_persons_token_that_somebody_else_made_is_good_while_its_maker_administers_everything() {
    let works = Works::new().await;
    let user = works.worker().await;
    let worker = works.local.invite(&user).await;
    worker.get("/v1/assets").await.expect(200);
    // As the machine's command line makes one, and as releases before this did.
    let database = works.app.database().await;
    let by = async |who: &str| {
        let maker: uuid::Uuid = who.parse().expect("an id");
        let sql = match database.get_database_backend() {
            sea_orm::DbBackend::Postgres => "UPDATE api_token SET created_by = $1 WHERE user_id = $2",
            _ => "UPDATE api_token SET created_by = ? WHERE user_id = ?",
        };
        let values = [maker.into(), user.parse::<uuid::Uuid>().expect("an id").into()];
        database
            .execute_raw(Statement::from_sql_and_values(database.get_database_backend(), sql, values))
            .await
            .expect("it is written");
        // Any change of rights has them read anew.
        works.app.unit(&format!("Unit of {who}"), None).await;
    };
    by(&works.local.id).await;
    worker.get("/v1/assets").await.problem(401, "unauthenticated");
    let root = works.root.get("/v1/me").await.expect(200)["id"].as_str().expect("an id").to_owned();
    by(&root).await;
    worker.get("/v1/assets").await.expect(200);
}

#[tokio::test]
async fn the_history_tells_what_the_actor_was_known_by_and_who_made_it() {
    let app = App::start().await;
    let (service, manager, root) =
        (app.integrator(json!(["read", "write", "assets"])).await, app.manager().await, app.bootstrap());
    let root = root.get("/v1/me").await.expect(200)["id"].clone();
    let asset = service.create("assets", json!({"name": "Press", "kind": "hardware"})).await;
    manager.change("assets", &asset, json!({"name": "Big press"})).await.expect(200);
    let history = manager.get(&format!("/v1/assets/{asset}/history")).await.expect(200);
    let told = |n: usize| (history["items"][n]["knownBy"].clone(), history["items"][n]["credentialMadeBy"].clone());
    assert_eq!(told(0), (json!("token"), json!(manager.id)));
    assert_eq!(told(1), (json!("token"), root.clone()));
    let invited = app.bootstrap().every(&format!("/v1/invitations?userId={}", manager.id)).await.remove(0);
    let history = app.bootstrap().get(&format!("/v1/invitations/{invited}/history")).await.expect(200);
    let first = &history["items"][0];
    assert_eq!([&first["act"], &first["actorId"], &first["knownBy"]], ["accept", manager.id.as_str(), "invitation"]);
    assert_eq!(first["credentialMadeBy"], root);
    // What was written before makers were kept stays readable: the founding has none.
    let units = app.bootstrap().get("/v1/units").await.expect(200);
    let history = app.bootstrap().get(&format!("/v1/units/{}/history", id(&units["items"][0]))).await.expect(200);
    assert_eq!(
        [&history["items"][0]["knownBy"], &history["items"][0]["credentialMadeBy"]],
        [&json!("bootstrap"), &Value::Null]
    );
}

#[tokio::test]
async fn the_use_of_a_token_is_told_to_the_minute() {
    let app = App::start().await;
    app.advance(Duration::microseconds(37_123_456));
    let manager = app.manager().await;
    for _ in 0..100 {
        let tokens = manager.get("/v1/api-tokens").await.expect(200);
        if let Some(at) = tokens["items"][0]["lastUsedAt"].as_str() {
            assert_eq!(at, "2026-03-02T09:00:00.000000Z");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the use is not noted");
}
