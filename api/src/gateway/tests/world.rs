//! A small organisation to ask about: a manager who sees all, and an owner who sees Berlin.

use crate::app::App;
use crate::caller::Clock;
use crate::config::Settings;
use crate::store::Store;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};
use std::rc::Rc;

/// Sends a request: status, content type and body.
pub type Send = Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, (u16, String, String)>>;

/// The organisation behind its doors.
pub struct World {
    /// Any request.
    pub send: Send,
    /// Mia's token.
    pub manager: String,
    /// Olga's token.
    pub owner: String,
    risks: Vec<String>,
    /// Six assets; those with an even number lie in Berlin.
    pub assets: Vec<String>,
}

/// A service on a fresh database, or on the one that `ISMS_TEST_DATABASE` names.
pub async fn service() -> (Send, String) {
    let (send, token, _) = service_and_store().await;
    (send, token)
}

/// The same with its database.
pub async fn service_and_store() -> (Send, String, Store) {
    let file = std::env::temp_dir().join(format!("isms-gateway-{}.db", uuid::Uuid::now_v7()));
    let url = std::env::var("ISMS_TEST_DATABASE").unwrap_or(format!("sqlite://{}?mode=rwc", file.display()));
    let store = Store::connect(&url, 4).await.unwrap();
    store.migrate().await.unwrap();
    let clock = Clock::System;
    let founded = store.found("Test", "Ada", "ada@example.org", clock.now()).await.unwrap();
    let app = App::new(store.clone(), clock, Settings::default().check().unwrap()).unwrap();
    let service = Rc::new(init_service(actix_web::App::new().configure(move |config| app.configure(config))).await);
    let send: Send = Box::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            let response = call_service(&*service, request.to_request()).await;
            let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
            let status = response.status().as_u16();
            let body = read_body(response).await;
            (status, kind.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
        })
    });
    (send, founded.token, store)
}

impl World {
    /// Founds and fills the organisation.
    pub async fn build(send: Send, admin: &str) -> Self {
        let mut world =
            Self { send, manager: String::new(), owner: String::new(), risks: Vec::new(), assets: Vec::new() };
        let root = world.rest(admin, "units", None).await["items"][0]["id"].clone();
        let berlin = world.make(admin, "units", json!({"name": "Berlin", "parentId": root})).await;
        (_, world.manager) = world.person(admin, "Mia", "manager", &root).await;
        let (olga, token) = world.person(admin, "Olga", "owner", &json!(berlin)).await;
        world.owner = token;
        let (_, boss) = world.person(admin, "Max", "management", &root).await;
        let manager = world.manager.clone();
        world.methodology(&manager, &boss).await;
        for i in 0..6 {
            let unit = if i % 2 == 0 { json!(berlin) } else { root.clone() };
            let asset = json!({"name": format!("Asset {i}"), "kind": "information", "unitId": unit, "ownerId": olga,
                "dependsOnIds": world.assets.iter().take(1).collect::<Vec<_>>()});
            // Olga owns, and so sees, only what lies in Berlin.
            let asset =
                if i % 2 == 0 { asset } else { json!({"name": format!("Asset {i}"), "kind": "site", "unitId": unit}) };
            let id = world.make(&manager, "assets", asset).await;
            world.assets.push(id);
        }
        for i in 0..6 {
            let inside = i < 4;
            let risk = json!({"title": format!("Risk {i}"), "assetIds": world.assets, "affects": ["integrity"],
                "unitId": if inside { json!(berlin) } else { root.clone() },
                "ownerId": if inside { json!(olga) } else { Value::Null },
                "currentLikelihood": 1 + i % 3, "currentImpact": 2});
            let id = world.make(&manager, "risks", risk).await;
            world.risks.push(id);
        }
        world
    }

    async fn methodology(&self, manager: &str, boss: &str) {
        let scale =
            |n: usize| (0..n).map(|i| json!({"label": format!("L{i}"), "colour": "#2e7d32"})).collect::<Vec<_>>();
        let draft = json!({"title": "Ours", "approach": "Table", "likelihood": scale(3), "impact": scale(3),
            "levels": scale(3), "matrix": [[1, 1, 2], [1, 2, 3], [2, 3, 3]], "acceptanceLevel": 1,
            "acceptanceMonths": 12, "reviewMonths": 12});
        let id = self.make(manager, "methodologies", draft).await;
        let request = TestRequest::post()
            .uri(&format!("/v1/methodologies/{id}/approve"))
            .insert_header(("If-Match", "*"))
            .insert_header(("Authorization", format!("Bearer {boss}")))
            .set_json(json!({}));
        let (status, _, body) = (self.send)(request).await;
        assert_eq!(status, 200, "{body}");
    }

    async fn person(&self, admin: &str, name: &str, role: &str, unit: &Value) -> (String, String) {
        let email = format!("{}@example.org", name.to_lowercase());
        let id = self.make(admin, "users", json!({"name": name, "email": email})).await;
        self.make(admin, "role-assignments", json!({"userId": id, "role": role, "unitId": unit})).await;
        let invitation = self.rest(admin, "invitations", Some(json!({"userId": id}))).await;
        let link = invitation["link"].as_str().unwrap().trim_start_matches("/invitation#");
        let token = self.rest(link, "invitations:accept", Some(json!({}))).await;
        (id, token["token"].as_str().unwrap().to_owned())
    }

    /// Makes a record and gives its id.
    pub async fn make(&self, token: &str, plural: &str, draft: Value) -> String {
        let made = self.rest(token, plural, Some(draft)).await;
        made["id"].as_str().unwrap_or_else(|| panic!("{plural}: {made}")).to_owned()
    }

    /// REST: lists, or makes.
    pub async fn rest(&self, token: &str, path: &str, draft: Option<Value>) -> Value {
        let request = match draft {
            Some(draft) => TestRequest::post().set_json(draft),
            None => TestRequest::get(),
        };
        let request = request.uri(&format!("/v1/{path}")).insert_header(("Authorization", format!("Bearer {token}")));
        serde_json::from_str(&(self.send)(request).await.2).unwrap()
    }

    /// GraphQL: the whole answer.
    pub async fn ask(&self, token: &str, query: &str) -> Value {
        let request = TestRequest::post()
            .uri("/graphql")
            .insert_header(("Authorization", format!("Bearer {token}")))
            .set_json(json!({"query": query}));
        serde_json::from_str(&(self.send)(request).await.2).unwrap()
    }

    /// GraphQL: the data of an answer without errors.
    pub async fn data(&self, token: &str, query: &str) -> Value {
        let answer = self.ask(token, query).await;
        assert!(answer["errors"].is_null(), "{query}: {answer}");
        answer["data"].clone()
    }
}
