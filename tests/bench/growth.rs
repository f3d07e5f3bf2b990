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

/// Asks for a list, readiness, tasks and the inputs of a management review, each by who sees all of it; lists and readiness also as of
/// this instant, and lists as of `then`, since when all but the first risks were made.
pub async fn measure(manager: &Door, chair: &str, server: &Server, risks: usize, then: &str) -> Vec<Whole> {
    let today = Clock::System.today();
    let review = json!({"title": format!("At {risks} risks"), "chairId": chair, "plannedOn": today,
        "periodFrom": today - chrono::Duration::days(365), "periodTo": today});
    let review = id(&manager.post("/v1/management-reviews", &review).await);
    let compile = format!("/v1/management-reviews/{review}/compile");
    let mut measured = Vec::new();
    let now = instant();
    let reads = [
        ("list of 50", "/v1/risks?limit=50".to_owned()),
        ("list of 50, as of now", format!("/v1/risks?limit=50&asOf={now}")),
        ("list of 50, as of the first 1,000", format!("/v1/risks?limit=50&asOf={then}")),
        ("readiness", "/v1/readiness".to_owned()),
        ("readiness, as of now", format!("/v1/readiness?asOf={now}")),
        ("tasks", "/v1/tasks".to_owned()),
        ("management review inputs", String::new()),
    ];
    for (read, path) in &reads {
        let (mut times, before) = (Vec::new(), server.statements());
        for _ in 0..TIMES {
            let begun = Instant::now();
            if path.is_empty() {
                manager.post(&compile, &json!({})).await;
            } else {
                manager.get(path).await;
            }
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let statements = (server.statements() - before) as f64 / TIMES as f64;
        measured.push(Whole { read, risks, millis: times[TIMES / 2], statements });
    }
    measured
}

/// This instant, as `asOf` takes it.
pub fn instant() -> String {
    chrono::DateTime::<chrono::Utc>::from(Clock::System.now()).format("%FT%T%.6fZ").to_string()
}
