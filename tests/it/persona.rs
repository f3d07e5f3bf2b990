//! Somebody who uses the service over HTTP, and the answers they get.

use crate::lookback::look_back;
use crate::promise::Sent;
use reqwest::Method;
use serde_json::{Value, json};

/// Somebody with a token, or without.
#[derive(Clone)]
pub struct Persona {
    /// Their user's id.
    pub id: String,
    /// Their token.
    pub token: Option<String>,
    client: reqwest::Client,
    base: String,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `ETag`, empty without.
    pub etag: String,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// Body as text.
    pub text: String,
    /// What was asked for: method and address.
    pub asked: String,
}

impl Persona {
    /// Somebody.
    pub fn new(client: reqwest::Client, base: String, id: String, token: Option<String>) -> Self {
        Self { id, token, client, base }
    }

    /// The token that they show, empty without.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// A request that a test finishes itself.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::POST, path).json(&body)).await
    }

    /// `POST` of JSON to one version of a record.
    pub async fn post_to(&self, path: &str, etag: &str, body: Value) -> Reply {
        send(self.request(Method::POST, path).header("if-match", etag).json(&body)).await
    }

    /// `PATCH` of one version of a record.
    pub async fn patch(&self, path: &str, etag: &str, body: Value) -> Reply {
        send(self.request(Method::PATCH, path).header("if-match", etag).json(&body)).await
    }

    /// Makes a record and gives its id.
    pub async fn create(&self, plural: &str, draft: Value) -> String {
        let record = self.post(&format!("/v1/{plural}"), draft).await.expect(201);
        record["id"].as_str().expect("a record has an id").to_owned()
    }

    /// The record as this persona sees it.
    pub async fn read(&self, plural: &str, id: &str) -> Value {
        self.get(&format!("/v1/{plural}/{id}")).await.expect(200)
    }

    /// Changes a record whatever its version is.
    pub async fn change(&self, plural: &str, id: &str, patch: Value) -> Reply {
        self.patch(&format!("/v1/{plural}/{id}"), "*", patch).await
    }

    /// Does a named act on a record whatever its version is.
    pub async fn act(&self, plural: &str, id: &str, act: &str, body: Value) -> Reply {
        let reply = self.post_to(&format!("/v1/{plural}/{id}/{act}"), "*", body).await;
        if reply.status == 200 {
            look_back(self, plural, act, &reply.json()).await;
        }
        reply
    }

    /// The same for an act that says nothing.
    pub async fn just(&self, plural: &str, id: &str, act: &str) -> Reply {
        self.act(plural, id, act, json!({})).await
    }

    /// Brings in a CSV file.
    pub async fn import(&self, plural: &str, csv: impl Into<reqwest::Body>) -> Reply {
        let request = self.request(Method::POST, &format!("/v1/{plural}:import"));
        send(request.header("content-type", "text/csv").body(csv)).await
    }

    /// Whoever has the link of an invitation.
    pub fn by_link(&self, invitation: &Value) -> Self {
        let link = invitation["link"].as_str().expect("a link is shown once");
        let secret = link.strip_prefix("/invitation#").expect("the secret stands behind #");
        Self { id: String::new(), token: Some(secret.to_owned()), ..self.clone() }
    }

    /// Accepts the invitation whose link they have; acts for this person or auditor from there on.
    pub async fn accept(&self, id: &str) -> Self {
        let accepted = self.post("/v1/invitations:accept", json!({"acceptTerms": true})).await.expect(200);
        let token = accepted["token"].as_str().expect("a token is shown once").to_owned();
        Self { id: id.to_owned(), token: Some(token), ..self.clone() }
    }

    /// Invites a person of the organisation, who accepts.
    pub async fn invite(&self, user: &str) -> Self {
        let invitation = self.post("/v1/invitations", json!({"userId": user})).await.expect(201);
        self.by_link(&invitation).accept(user).await
    }

    /// The ids of everything that a list gives, page after page.
    pub async fn every(&self, path: &str) -> Vec<String> {
        let (mut ids, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let glue = if path.contains('?') { '&' } else { '?' };
            let more = cursor.as_ref().map(|cursor| format!("{glue}cursor={cursor}")).unwrap_or_default();
            let page = self.get(&format!("{path}{more}")).await.expect(200);
            ids.extend(page["items"].as_array().expect("items").iter().map(id));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return ids,
            }
        }
    }
}

/// The id of a record.
pub fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

/// Sends a request and reads the answer.
pub async fn send(request: reqwest::RequestBuilder) -> Reply {
    let (client, request) = request.build_split();
    let request = request.expect("a request that can be sent");
    let asked = format!("{} {}", request.method(), request.url());
    let sent = Sent::of(&request);
    let response = client.execute(request).await.unwrap_or_else(|error| panic!("{asked}: {error}"));
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let etag = headers.get("etag").and_then(|tag| tag.to_str().ok()).unwrap_or_default().to_owned();
    let text = response.text().await.unwrap_or_else(|error| panic!("{asked}: {error}"));
    let reply = Reply { status, etag, headers, text, asked };
    if let Some(sent) = sent.filter(|_| reply.asked.split(' ').next() != Some("HEAD")) {
        sent.hold(&reply);
    }
    reply
}

impl Reply {
    /// The body as JSON; null when there is none.
    pub fn json(&self) -> Value {
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text))
    }

    /// The body as JSON, of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        self.json()
    }

    /// The problem of this status and code (`urn:isms:problem:{code}`).
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["type"], format!("urn:isms:problem:{code}"), "{}: {problem}", self.asked);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.asked);
        assert_eq!(problem["status"], status, "{}", self.asked);
        problem
    }

    /// Content that is refused because of the field at this pointer.
    #[track_caller]
    pub fn refuses(&self, pointer: &str) -> Value {
        let problem = self.problem(422, "invalid");
        let named = problem["errors"].as_array().is_some_and(|errors| errors.iter().any(|e| e["pointer"] == pointer));
        assert!(named, "{}: {pointer} is not named: {problem}", self.asked);
        problem
    }

    /// A header, empty without.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
