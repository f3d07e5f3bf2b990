//! Measures reads through the whole stack against a bare handler that returns the same bytes without authorization.

mod bare;
mod company;
mod database;
mod door;
mod growth;
mod load;
mod measure;
mod report;
mod row;
mod server;

use database::Database;
use load::Load;
use server::{Kind, Server};
use std::time::Duration;

/// How much is measured; each may be set in the environment to make a run smaller or longer.
pub struct Plan {
    /// Risks in the register (`BENCH_RISKS`).
    pub risks: usize,
    /// Units of the organisation (`BENCH_UNITS`).
    pub units: usize,
    /// Interleaved rounds (`BENCH_ROUNDS`).
    pub rounds: usize,
    /// How long each server is asked in a round (`BENCH_MILLIS`).
    pub round: Duration,
    /// Connections that ask at the same time (`BENCH_CONNECTIONS`).
    pub connections: usize,
}

impl Plan {
    fn read() -> Self {
        let number = |name: &str, usual: usize| match std::env::var(name) {
            Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {text}")),
            Err(_) => usual,
        };
        Self {
            risks: number("BENCH_RISKS", 100_000),
            units: number("BENCH_UNITS", 2_000),
            rounds: number("BENCH_ROUNDS", 7),
            round: Duration::from_millis(number("BENCH_MILLIS", 1_500) as u64),
            connections: number("BENCH_CONNECTIONS", 8),
        }
    }
}

fn main() {
    if let Some(kind) = Kind::of_this_process() {
        return server::serve(kind);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let plan = Plan::read();
        run(&plan, Database::sqlite().await).await;
        match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => run(&plan, Database::postgres(&url).await).await,
            Err(_) => println!("\nSet TEST_DATABASE_URL to measure PostgreSQL, too."),
        }
    });
}

/// Fills one database, measures everything on it and tells.
async fn run(plan: &Plan, database: Database) {
    let company = company::found(plan, &database).await;
    database.analyse().await;
    let product = Server::start(Kind::Product, &database);
    let bare = Server::start(Kind::Bare, &database);
    let load = Load { product: &product, bare: &bare, database: &database, plan };
    for caller in &company.callers {
        measure::check(&load, caller, 3).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    report::begin(plan, &database, product.resident(), bare.resident());
    for caller in &company.callers {
        measure::check(&load, caller, caller.risks.len()).await;
    }
    for caller in &company.callers {
        report::line(&measure::single(&load, caller).await);
    }
    for caller in &company.callers {
        report::line(&measure::list(&load, caller).await);
    }
    report::pages(&measure::pages(&load, &company.callers[0]).await);
    report::end(product.resident(), bare.resident());
    report::growth(&company.growth);
    drop((product, bare));
    database.close().await;
}
