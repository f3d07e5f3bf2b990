//! The program as its operator has it: start, stop, clock, copies, and what it notices by itself.

mod backup;
mod clock;
mod start;
mod trouble;
mod whole;

use crate::persona::Persona;
use crate::process::Service;
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
