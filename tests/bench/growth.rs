//! The reads that look at everything, asked for as the register grows: how long they take and how much they ask.

use crate::door::{Door, id};
use crate::server::Server;
use isms::caller::Clock;
use serde_json::json;
use std::time::Instant;

/// What one read cost at one size.
pub struct Whole {
    /// What was asked for.
    pub read: &'static str,
    /// Risks in the register.
    pub risks: usize,
    /// The middle of five, milliseconds.
    pub millis: f64,
    /// Statements for each.
    pub statements: f64,
}

/// How often each is asked for.
const TIMES: usize = 5;

/// Asks for readiness, tasks and the inputs of a management review, each by who sees all of it.
pub async fn measure(manager: &Door, chair: &str, server: &Server, risks: usize) -> Vec<Whole> {
    let today = Clock::System.today();
    let review = json!({"title": format!("At {risks} risks"), "chairId": chair, "plannedOn": today,
        "periodFrom": today - chrono::Duration::days(365), "periodTo": today});
    let review = id(&manager.post("/v1/management-reviews", &review).await);
    let compile = format!("/v1/management-reviews/{review}/compile");
    let mut measured = Vec::new();
    for read in ["readiness", "tasks", "management review inputs"] {
        let (mut times, before) = (Vec::new(), server.statements());
        for _ in 0..TIMES {
            let begun = Instant::now();
            match read {
                "readiness" => drop(manager.get("/v1/readiness").await),
                "tasks" => drop(manager.get("/v1/tasks").await),
                _ => drop(manager.post(&compile, &json!({})).await),
            }
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let statements = (server.statements() - before) as f64 / TIMES as f64;
        measured.push(Whole { read, risks, millis: times[TIMES / 2], statements });
    }
    measured
}
