//! The product's own doors, as the benchmark uses them to fill an organisation.

use serde_json::{Value, json};

/// A way into the product with a token.
pub struct Door {
    base: String,
    client: reqwest::Client,
    token: String,
}

impl Door {
    /// The way in with this token.
    pub fn new(base: String, token: String) -> Self {
        Self { base, client: reqwest::Client::new(), token }
    }

    /// The same with another token.
    pub fn with(&self, token: String) -> Self {
        Self { base: self.base.clone(), client: self.client.clone(), token }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Value {
        let reply = request.bearer_auth(&self.token).send().await.expect("an answer");
        let status = reply.status();
        let body = reply.text().await.expect("a body");
        assert!(status.is_success(), "{status}: {}", body.get(..2_000).unwrap_or(&body));
        serde_json::from_str(&body).expect("JSON")
    }

    /// `POST` of JSON; where it changes a record, whatever its version.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.base)).header("if-match", "*");
        self.send(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Value {
        self.send(self.client.get(format!("{}{path}", self.base))).await
    }

    /// Makes records and gives their ids, in order.
    pub async fn create_all(&self, plural: &str, drafts: Vec<Value>) -> Vec<String> {
        let mut ids = Vec::new();
        for drafts in drafts.chunks(500) {
            let operations: Vec<_> = drafts.iter().map(|draft| json!({"create": draft})).collect();
            let batch = json!({"atomic": true, "operations": operations});
            let done = self.post(&format!("/v1/{plural}:batch"), &batch).await;
            ids.extend(done["results"].as_array().expect("results").iter().map(|result| id(&result["record"])));
        }
        ids
    }

    /// Brings in a CSV file.
    pub async fn import(&self, plural: &str, file: String) {
        let request = self.client.post(format!("{}/v1/{plural}:import", self.base)).header("content-type", "text/csv");
        self.send(request.body(file)).await;
    }

    /// A token for a new person with these roles.
    pub async fn person(&self, email: &str, roles: &[(&str, &str)]) -> String {
        let user = id(&self.post("/v1/users", &json!({"name": email, "email": email})).await);
        for (role, unit) in roles {
            self.post("/v1/role-assignments", &json!({"userId": user, "role": role, "unitId": unit})).await;
        }
        self.token_for(&user).await
    }

    /// A token of this user, who is invited.
    pub async fn token_for(&self, user: &str) -> String {
        let invitation = self.post("/v1/invitations", &json!({"userId": user})).await;
        let link = invitation["link"].as_str().expect("a link").trim_start_matches("/invitation#").to_owned();
        let accepted = self.with(link).post("/v1/invitations:accept", &json!({})).await;
        accepted["token"].as_str().expect("a token").to_owned()
    }
}

/// The id of a record.
pub fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}
