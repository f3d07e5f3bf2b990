//! Sends what a plan says and reads what comes back.

use crate::deed::{Answer, Plan};
use crate::outcome::Outcome;
use reqwest::{Client, Method};
use serde_json::Value;
use std::time::Duration;

/// So long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(45);

/// A way to reach one service as one person.
#[derive(Clone, Debug)]
pub struct Wire {
    http: Client,
    /// `http://` and the address.
    pub base: String,
    /// Who asks.
    pub token: String,
}

impl Wire {
    /// Over connections of its own.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(base: impl Into<String>, token: impl Into<String>) -> Outcome<Self> {
        let http = Client::builder().no_proxy().timeout(PATIENCE).connect_timeout(Duration::from_secs(2)).build()?;
        Ok(Self { http, base: base.into(), token: token.into() })
    }

    /// The same for somebody else, or another service.
    #[must_use]
    pub fn with(&self, base: &str, token: &str) -> Self {
        Self { http: self.http.clone(), base: base.to_owned(), token: token.to_owned() }
    }

    /// Sends a write under this request id.
    pub async fn send(&self, plan: &Plan, request: &str) -> Answer {
        let Ok(method) = Method::from_bytes(plan.method.as_bytes()) else { return Answer::none("no such method") };
        let mut asked = self.http.request(method, format!("{}{}", self.base, plan.path)).bearer_auth(&self.token);
        asked = asked.header("X-Request-Id", request).header("Content-Type", plan.media);
        if let Some(version) = plan.version {
            asked = asked.header("If-Match", format!("\"{version}\""));
        }
        if let Some(key) = &plan.key {
            asked = asked.header("Idempotency-Key", key);
        }
        let response = match asked.body(plan.body.clone()).send().await {
            Ok(response) => response,
            Err(error) => return Answer::none(told(&error)),
        };
        let status = response.status().as_u16();
        let replayed = response.headers().contains_key("idempotency-replayed");
        match response.bytes().await {
            Ok(body) => Answer::read(status, replayed, &body),
            Err(error) => Answer::none(told(&error)),
        }
    }

    /// Reads; tells status and body.
    ///
    /// # Errors
    /// When nothing comes.
    pub async fn get(&self, path: &str) -> Outcome<(u16, Vec<u8>)> {
        let response = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token).send().await?;
        let status = response.status().as_u16();
        Ok((status, response.bytes().await?.to_vec()))
    }

    /// Makes or does something that has to succeed.
    ///
    /// # Errors
    /// Whatever it says otherwise.
    pub async fn make(&self, path: &str, body: &Value) -> Outcome<Value> {
        let asked = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token).header("If-Match", "*");
        let response = asked.json(body).send().await?;
        let status = response.status();
        let text = response.text().await?;
        if status.is_success() {
            Ok(serde_json::from_str(&text)?)
        } else {
            Err(format!("{path}: {status} {text}").into())
        }
    }
}

/// The innermost reason, which is the one that tells.
fn told(error: &reqwest::Error) -> String {
    let mut why: &dyn std::error::Error = error;
    while let Some(source) = why.source() {
        why = source;
    }
    why.to_string()
}
