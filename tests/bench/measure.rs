//! Interleaved rounds: the product, the bare handler, the product again; what is told is the median with its range.

use crate::company::Caller;
use crate::load::{Load, Wire, burst, request};
use crate::process::cpu_of;
use crate::server::Server;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Several measurements of one thing, in order of size.
pub struct Series(Vec<f64>);

impl Series {
    /// Of these values, in whatever order.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The middle one.
    pub fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    /// The smallest and the largest.
    pub fn range(&self) -> (f64, f64) {
        (self.0[0], self.0[self.0.len() - 1])
    }
}

/// What one server did in a round.
struct Turn {
    rate: f64,
    p99: Duration,
    /// Microseconds on a processor for each request: of the server, and of the database's own processes.
    cpu: (f64, f64),
    /// Statements for each request.
    statements: f64,
}

/// One line of the report: the product (first) and the bare handler (second).
pub struct Line {
    /// What was asked for.
    pub operation: &'static str,
    /// By whom.
    pub caller: &'static str,
    /// Requests per second of the product to those of the bare handler, round by round.
    pub ratio: Series,
    /// Requests per second.
    pub rate: [f64; 2],
    /// 99 of 100 answers took no longer, milliseconds.
    pub p99: [f64; 2],
    /// Microseconds on a processor for each request: of the server.
    pub cpu: [f64; 2],
    /// And of the database's own processes.
    pub backend: [f64; 2],
    /// Statements of the product for each request.
    pub statements: f64,
}

/// Page 1 and page 1,000 of the whole list: the number of the last, and milliseconds for each.
pub struct Pages {
    /// Which page stands for page 1,000; fewer when there are not that many.
    pub number: usize,
    /// Time for page 1, and for that page.
    pub millis: [Series; 2],
}

/// The answers of both are the same, for the list and so many single records: byte for byte to who sees all, record
/// by record to everybody.
pub async fn check(load: &Load<'_>, caller: &Caller, records: usize) {
    let (mut product, mut bare) = (Wire::to(load.product.address).await, Wire::to(load.bare.address).await);
    for (ours, theirs) in caller.singles().take(records).chain([caller.lists()]) {
        let (ours, theirs) = (product.ask(&ours).await, bare.ask(&theirs).await);
        if caller.sees_all {
            assert!(ours == theirs, "{}\n{}", String::from_utf8_lossy(ours), String::from_utf8_lossy(theirs));
        }
        assert_eq!(ids(ours), ids(theirs), "the same records for {}", caller.role);
    }
}

fn ids(body: &[u8]) -> Vec<Value> {
    let mut body: Value = serde_json::from_slice(body).expect("JSON");
    match body["items"].take() {
        Value::Array(items) => items.into_iter().map(|item| item["id"].clone()).collect(),
        _ => vec![body["id"].clone()],
    }
}

/// `GET /v1/risks/{id}`.
pub async fn single(load: &Load<'_>, caller: &Caller) -> Line {
    let (ours, theirs): (Vec<_>, Vec<_>) = caller.singles().unzip();
    compare(load, caller, "single", ours, theirs).await
}

/// `GET /v1/risks?limit=50`.
pub async fn list(load: &Load<'_>, caller: &Caller) -> Line {
    let (ours, theirs) = caller.lists();
    compare(load, caller, "list of 50", vec![ours], vec![theirs]).await
}

async fn compare(
    load: &Load<'_>,
    caller: &Caller,
    operation: &'static str,
    ours: Vec<Vec<u8>>,
    theirs: Vec<Vec<u8>>,
) -> Line {
    let (ours, theirs): (Arc<[_]>, Arc<[_]>) = (ours.into(), theirs.into());
    for (server, requests) in [(load.product, &ours), (load.bare, &theirs)] {
        burst(server.address, requests, load.plan.connections, load.plan.round / 3).await;
    }
    let (mut product, mut bare) = (Vec::new(), Vec::new());
    for round in 0..load.plan.rounds {
        if round % 2 == 0 {
            product.push(turn(load, load.product, &ours).await);
            bare.push(turn(load, load.bare, &theirs).await);
        } else {
            bare.push(turn(load, load.bare, &theirs).await);
            product.push(turn(load, load.product, &ours).await);
        }
    }
    let both = |of: fn(&Turn) -> f64| [&product, &bare].map(|turns| Series::of(turns.iter().map(of)).median());
    Line {
        operation,
        caller: caller.role,
        ratio: Series::of(product.iter().zip(&bare).map(|(ours, theirs)| ours.rate / theirs.rate)),
        rate: both(|turn| turn.rate),
        p99: both(|turn| turn.p99.as_secs_f64() * 1e3),
        cpu: both(|turn| turn.cpu.0),
        backend: both(|turn| turn.cpu.1),
        statements: both(|turn| turn.statements)[0],
    }
}

async fn turn(load: &Load<'_>, server: &Server, requests: &Arc<[Vec<u8>]>) -> Turn {
    let backends = load.database.backends(server.kind.name()).await;
    let of_backends = || backends.iter().filter_map(|pid| cpu_of(*pid)).sum::<Duration>();
    let before = (server.cpu(), of_backends(), server.statements());
    let done = burst(server.address, requests, load.plan.connections, load.plan.round).await;
    let each = |total: f64| total / done.answers as f64;
    Turn {
        rate: done.rate,
        p99: done.p99,
        cpu: (
            each((server.cpu() - before.0).as_secs_f64() * 1e6),
            each(of_backends().saturating_sub(before.1).as_secs_f64() * 1e6),
        ),
        statements: each((server.statements() - before.2) as f64),
    }
}

/// Page 1 against page 1,000, one request after the other.
pub async fn pages(load: &Load<'_>, caller: &Caller) -> Pages {
    let mut wire = Wire::to(load.product.address).await;
    let first = caller.asks("/v1/risks?limit=50");
    let (mut last, mut number) = (first.clone(), 1);
    while number < 1_000 {
        let page: Value = serde_json::from_slice(wire.ask(&last).await).expect("JSON");
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        last = caller.asks(&format!("/v1/risks?limit=50&cursor={cursor}"));
        number += 1;
    }
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..200 {
        for (request, times) in [&first, &last].into_iter().zip(&mut times) {
            let begun = std::time::Instant::now();
            wire.ask(request).await;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
    }
    Pages { number, millis: times.map(Series::of) }
}

impl Caller {
    /// A request of this caller to the product.
    fn asks(&self, path: &str) -> Vec<u8> {
        request(path, &self.token)
    }

    /// Each single record that is asked for, from the product and from the bare handler.
    fn singles(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        let paths = self.risks.iter().map(|id| format!("/v1/risks/{id}"));
        paths.map(|path| (request(&path, &self.token), request(&path, &self.token)))
    }

    /// The list, from the product and from the bare handler, which is told whose it is.
    fn lists(&self) -> (Vec<u8>, Vec<u8>) {
        let path = "/v1/risks?limit=50";
        (request(path, &self.token), request(&format!("{path}{}", self.bare_filter), &self.token))
    }
}
