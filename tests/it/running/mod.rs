//! The program as its operator has it: start, stop, clock, copies, and what it notices by itself.

mod backup;
mod clock;
mod entrance;
mod start;
mod trouble;
mod whole;

use crate::persona::{Persona, send};
use crate::process::Service;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

/// Somebody who shows this token to a service in a process of its own.
fn at(service: &Service, token: &str) -> Persona {
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    Persona::new(client, service.base.clone(), String::new(), Some(token.to_owned()))
}

/// The first administrator of a service that has just founded its organisation.
fn first(service: &Service) -> Persona {
    at(service, service.token.as_deref().expect("a token is shown once"))
}

/// Waits until something is so.
async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    for _ in 0..300 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("not so within a minute: {what}");
}

/// A manager, and evidence with a file that they brought.
async fn with_a_file(administrator: &Persona, base: &str) -> (Persona, String) {
    let id = administrator.create("users", json!({"name": "Mara", "email": "mara@example.org"})).await;
    administrator.create("role-assignments", json!({"userId": id, "role": "manager"})).await;
    let token = administrator.invite(&id).await.token;
    let manager = Persona::new(reqwest::Client::new(), base.to_owned(), id, token);
    let evidence = manager.create("evidence-items", json!({"title": "Report", "kind": "document"})).await;
    let content = format!("/v1/evidence-items/{evidence}/content");
    let sent = send(manager.request(Method::PUT, &format!("{content}?name=a.txt")).body("what was found")).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    (manager, content)
}
