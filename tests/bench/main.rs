//! Measures what the product costs: reads and writes against handlers by hand without authorization and audit, the
//! verification of the sealed trail, and the memory that large files take.

mod bare;
mod company;
mod database;
mod desk;
mod door;
mod growth;
mod hand;
mod load;
mod log;
mod measure;
mod neighbour;
mod process;
mod report;
mod row;
mod server;
mod upload;
mod verify;
mod writes;

use company::Company;
use database::Database;
use load::Load;
use server::{Kind, Server};
use std::process::ExitCode;
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
    /// Entries of the longest trail that is verified (`BENCH_ENTRIES`).
    pub entries: u64,
    /// MiB of the largest file that is sent (`BENCH_UPLOAD`).
    pub upload: usize,
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
            entries: number("BENCH_ENTRIES", 1_000_000) as u64,
            upload: number("BENCH_UPLOAD", 2_048),
        }
    }
}

/// What is measured; `cargo bench -- writes` and the like measure only what they name.
const PARTS: [&str; 5] = ["reads", "neighbour", "writes", "verify", "files"];

fn main() -> ExitCode {
    if let Some(kind) = Kind::of_this_process() {
        return server::serve(kind);
    }
    // Cargo adds a flag of its own.
    let named: Vec<_> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(word) = named.iter().find(|word| !PARTS.contains(&word.as_str())) {
        eprintln!("there is no part {word}; there are {}", PARTS.join(", "));
        return ExitCode::from(2);
    }
    let wants = |part: &str| named.is_empty() || named.iter().any(|word| word == part);
    let (plan, postgres) = (Plan::read(), std::env::var("TEST_DATABASE_URL").ok());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let wanted = [wants("reads"), wants("neighbour")];
        if wanted.contains(&true) {
            reads(&plan, wanted, Database::sqlite().await).await;
            if let Some(url) = &postgres {
                reads(&plan, wanted, Database::postgres(url).await).await;
            }
        }
        if wants("writes") {
            writes::measure(&plan, [Database::sqlite().await, Database::sqlite().await]).await;
            if let Some(url) = &postgres {
                writes::measure(&plan, [Database::postgres(url).await, Database::postgres(url).await]).await;
            }
        }
        if wants("files") {
            upload::measure(&plan, Database::sqlite().await).await;
        }
    });
    if wants("verify") {
        verify::measure(&plan);
    }
    if postgres.is_none() {
        println!("\nSet TEST_DATABASE_URL to measure PostgreSQL, too.");
    }
    ExitCode::SUCCESS
}

/// Fills one database, measures reads on it and what one caller's do to another, as is wanted, and tells.
async fn reads(plan: &Plan, [reads, neighbour]: [bool; 2], database: Database) {
    let company = company::found(plan, &database).await;
    database.analyse().await;
    let product = Server::start(Kind::Product, &database);
    let bare = Server::start(Kind::Bare, &database);
    let load = Load { product: &product, bare: &bare, database: &database, plan };
    for caller in &company.callers {
        measure::check(&load, caller, 3).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    if neighbour {
        report::neighbour(plan, &database, &neighbour::measure(&load, &company).await);
    }
    if reads {
        told(plan, &company, &load).await;
    }
    drop((product, bare));
    database.close().await;
}

/// Measures all reads and tells.
async fn told(plan: &Plan, company: &Company, load: &Load<'_>) {
    let Load { product, bare, database, .. } = load;
    report::begin(plan, database, product.memory().resident, bare.memory().resident);
    for caller in &company.callers {
        measure::check(load, caller, caller.risks.len()).await;
    }
    for caller in &company.callers {
        report::line(&measure::single(load, caller).await);
    }
    for caller in &company.callers {
        report::line(&measure::list(load, caller).await);
    }
    report::pages(&measure::pages(load, &company.callers[0]).await);
    report::end(product.memory().resident, bare.memory().resident);
    report::growth(&company.growth);
}
