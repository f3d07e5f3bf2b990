//! `storm`: breaks a real service in every way that machines break, while clients write, and holds every answer
//! against the database and the sealed trail.
#![forbid(unsafe_code)]
#![warn(missing_docs, clippy::pedantic)]
#![deny(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::doc_markdown, clippy::must_use_candidate, clippy::format_push_string, clippy::format_collect)]

mod client;
mod closely;
mod cluster;
mod crew;
mod database;
mod deed;
mod disk;
mod draft;
mod fault;
mod ground;
mod judge;
mod ledger;
mod outcome;
mod people;
mod process;
mod round;
mod scan;
mod scene;
mod service;
mod shim;
mod strike;
mod style;
mod tally;
mod traffic;
mod trail;
mod verdict;
mod ways;
mod wire;

use clap::{Parser, ValueEnum};
use cluster::Cluster;
use fault::Fault;
use ground::Ground;
use outcome::Outcome;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use scene::Scene;
use shim::Shim;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tally::Tally;
use tokio::signal::unix::{SignalKind, signal};
use verdict::Wrong;

/// Breaks a real service while clients write, and holds every answer against what is there.
#[derive(Debug, Parser)]
#[command(name = "storm")]
struct Options {
    /// Where the choice of faults comes from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many rounds, on each database
    #[arg(long, default_value_t = 50)]
    rounds: u64,
    /// Which database
    #[arg(long, value_enum, default_value_t = Which::Both)]
    database: Which,
    /// Only these faults
    #[arg(long, value_enum, value_delimiter = ',')]
    faults: Vec<Fault>,
    /// The program; the one beside this unless given
    #[arg(long)]
    isms: Option<PathBuf>,
    /// Seconds that a service may wait for another one that does not move
    #[arg(long, default_value_t = 5.0)]
    patience: f64,
    /// Rounds after which the database begins afresh, and its trail is taken home and checked
    #[arg(long, default_value_t = 25)]
    season: u64,
    /// Keep the folder when something is wrong
    #[arg(long)]
    keep: bool,
}

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// One after the other.
    Both,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let ended = tokio::select! {
        ended = run(&options) => ended,
        () = told_to_end() => Err("told to end".into()),
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("storm: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Once somebody wants the storm to end. What it has started ends with it.
async fn told_to_end() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

async fn run(options: &Options) -> Outcome<bool> {
    let program = service::program(options.isms.as_deref())?;
    let mut is_clean = true;
    for which in [Which::Sqlite, Which::Postgres] {
        if options.database == which || options.database == Which::Both {
            is_clean &= over(which, &program, options).await?;
        }
    }
    Ok(is_clean)
}

/// All rounds on one database; tells whether nothing was wrong.
async fn over(which: Which, program: &Path, options: &Options) -> Outcome<bool> {
    // What goes before it ends later: the services, then the database, then the folder.
    let mut work = tempfile::Builder::new().prefix("storm-").tempdir()?;
    let ground = if which == Which::Sqlite { Ground::sqlite(work.path())? } else { Ground::Postgres(Cluster::new()?) };
    let asked = if options.faults.is_empty() { &Fault::ALL[..] } else { &options.faults };
    let faults: Vec<Fault> = asked.iter().copied().filter(|fault| fault.suits(&ground)).collect();
    if faults.is_empty() {
        println!("{}: none of these faults comes over it", ground.name());
        return Ok(true);
    }
    let shim = if faults.contains(&Fault::Io) || (faults.contains(&Fault::Fill) && !ground.is_mounted()) {
        Some(Shim::new(work.path())?)
    } else {
        None
    };
    let mut tally = Tally::default();
    let mut scene = Scene::new(ground, program, work.path(), options.seed, shim).await?;
    scene.patience = Duration::from_secs_f64(options.patience);
    let ended = all(&mut scene, &faults, options, &mut tally).await;
    println!("{}", tally.tell(scene.ground.name(), options.rounds));
    let is_clean = ended.is_ok() && tally.is_clean();
    if options.keep && !is_clean {
        scene.ground.leave(&work.path().join("left"))?;
        work.disable_cleanup(true);
        println!("  the folder is kept: {}", work.path().display());
    }
    ended.map(|()| is_clean)
}

async fn all(scene: &mut Scene, faults: &[Fault], options: &Options, tally: &mut Tally) -> Outcome<()> {
    let mut place = 0;
    for number in 0..options.rounds {
        let mut rng = StdRng::seed_from_u64(options.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(number));
        if number.is_multiple_of(options.season.max(1)) {
            scene.begin_season().await?;
            place = 0;
        }
        let calm = place == 0 && number == 0;
        let fault = if calm { Fault::Calm } else { faults.choose(&mut rng).copied().unwrap_or(Fault::Calm) };
        place += 1;
        one(scene, number, fault, &mut rng, options, tally).await?;
        let is_last = place == options.season || number + 1 == options.rounds;
        home(scene, is_last, number, options, tally).await?;
    }
    Ok(())
}

async fn one(
    scene: &mut Scene,
    number: u64,
    fault: Fault,
    rng: &mut StdRng,
    options: &Options,
    tally: &mut Tally,
) -> Outcome<()> {
    let database = scene.ground.name();
    let round = round::round(scene, number, fault, rng).await;
    let round =
        round.map_err(|error| format!("{database}, seed {}, round {number}, {fault}: {error}", options.seed))?;
    tally.round(&fault.to_string(), round.recovery, round.count);
    println!("{database} {number} {round}");
    for finding in &round.findings {
        tally.wrong(finding.wrong);
    }
    for kind in Wrong::ALL {
        let of_kind = round.findings.iter().filter(|finding| finding.wrong == kind);
        for finding in of_kind.clone().take(3) {
            println!("  {kind}: seed {}, round {number}, {fault}: {}", options.seed, finding.told);
        }
        if of_kind.clone().count() > 3 {
            println!("  {kind}: and {} more", of_kind.count() - 3);
        }
    }
    Ok(())
}

/// Keeps a checkpoint now and then; at the end of a season the whole trail is taken home and checked against all of them.
async fn home(scene: &mut Scene, is_last: bool, number: u64, options: &Options, tally: &mut Tally) -> Outcome<()> {
    let keeper = scene.keeper()?;
    if is_last {
        match scene.trail.verify(&keeper).await {
            Ok(()) => tally.verified += 1,
            Err(error) => {
                tally.wrong(Wrong::Trail);
                println!("  trail: seed {}, round {number}: {error}", options.seed);
            }
        }
    } else if number.is_multiple_of(4) {
        scene.trail.hold(&keeper).await;
    }
    Ok(())
}
