//! The command line: serving, and what an operator does who has the database at hand.

/// Says a line on standard output. Who reads no further than they like, as `head` does, has read enough.
macro_rules! say {
    ($($text:tt)*) => { crate::cli::said(format_args!($($text)*)) };
}

mod backup;
mod contract;
mod demo;
mod manifest;
mod postgres;
mod restore;
mod serve;
mod token;
mod trail;

use crate::app;
use crate::caller::{Caller, Clock};
use crate::config::{Config, Settings};
use crate::resource::{Error, Outcome};
use crate::running;
use crate::store::{self as database, Store};
use clap::{Parser, Subcommand};
use isms_authz::{Bundle, Engine};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// An information security management system (ISO/IEC 27001:2022) as live, queryable, provable records.
///
/// Without a command it serves: it brings the database to today's shape, founds an organisation when there is
/// none yet, and prints the first administrator's token once.
#[derive(Parser)]
#[command(name = "isms", version, after_help = "Each setting may also stand in the environment or in a TOML file.")]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten, next_help_heading = "Settings")]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Serve (the default)
    Serve,
    /// Bring the database to today's shape
    Migrate,
    /// Copy database, files and key into a folder, while the service runs
    Backup(backup::Backup),
    /// Bring a backup back where nothing is, and declare it in the trail
    Restore(restore::Restore),
    /// Make, list and revoke tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Take the sealed trail of a server home, and check it there
    #[command(subcommand)]
    Trail(trail::Command),
    /// Fill an empty database with a believable company to try things out on
    Demo,
    /// Rewrite the contract files that clients build on
    Contract {
        /// Folder that they lie in
        #[arg(long, default_value = "openapi")]
        to: PathBuf,
    },
}

/// Proof that an operator sits at the machine: only this module makes one. Whoever has the database at hand needs no
/// token to act as somebody in it, but no door may do so; without this value, none can.
pub struct Console(());

/// What an operator works with.
struct Operator {
    console: Console,
    store: Store,
    engine: Arc<Engine>,
    config: Config,
}

impl Operator {
    /// Somebody in the database, by their address.
    async fn person(&self, email: &str, clock: &Clock) -> Outcome<Caller> {
        Caller::at_console(&self.console, &self.store, &self.engine, clock, Some(email)).await
    }

    /// The one who acts: an administrator, by address or the first there is.
    async fn administrator(&self, email: Option<&str>) -> Outcome<Caller> {
        let caller = Caller::at_console(&self.console, &self.store, &self.engine, &Clock::System, email).await?;
        if caller.is_administrator() {
            Ok(caller)
        } else {
            Err(Error::Denied(format!("{} is no administrator today", caller.access.name)))
        }
    }
}

/// Runs what the command line asks for; 2 means that it, or a setting, makes no sense, 1 that the work failed.
pub async fn run(cli: Cli) -> ExitCode {
    let config = match cli.settings.check() {
        Ok(config) => config,
        Err(error) => return failed(&error, 2),
    };
    match command(cli.command.unwrap_or(Command::Serve), config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ Error::Malformed(_)) => failed(&error, 2),
        Err(error) => failed(&error, 1),
    }
}

fn failed(error: &Error, code: u8) -> ExitCode {
    eprintln!("isms: {}", told(error));
    ExitCode::from(code)
}

fn said(text: std::fmt::Arguments<'_>) {
    // One write, so that lines of several are not mixed.
    let _ = std::io::Write::write_all(&mut std::io::stdout(), format!("{text}\n").as_bytes());
}

/// How long one statement of a migration may take.
const MIGRATION: Duration = Duration::from_hours(24);

/// On the command line there is no client to keep anything from.
fn told(error: &Error) -> String {
    match error {
        Error::Internal(why)
        | Error::Unavailable(why)
        | Error::Unknown(why)
        | Error::NotReady(why)
        | Error::Malformed(why)
        | Error::Denied(why)
        | Error::Conflict(why) => why.clone(),
        Error::Invalid(list) => {
            list.iter().map(|e| format!("{} {}", e.pointer, e.detail)).collect::<Vec<_>>().join("\n      ")
        }
        other => other.to_string(),
    }
}

const fn operator(store: Store, engine: Arc<Engine>, config: Config) -> Operator {
    Operator { console: Console(()), store, engine, config }
}

async fn command(command: Command, config: Config) -> Outcome<()> {
    let command = match command {
        // The contract is in the code, and a trail is checked anywhere: no database is needed.
        Command::Contract { to } => return contract::write(&to),
        Command::Trail(command) => return trail::run(command).await,
        other => other,
    };
    running::logs::start(&config);
    match &command {
        Command::Backup(backup) => return backup::run(&config, backup).await,
        Command::Restore(restore) => return restore::run(&Console(()), &config, restore).await,
        _ => {}
    }
    // Reading the policies takes as long as making the tables, and neither waits for the other.
    let engine = tokio::task::spawn_blocking(|| app::engine(&Bundle::embedded()));
    // A step of a migration may take longer than a request may.
    let (url, connections) = (config.database_url.as_str(), config.database_connections);
    let migrating = Store::connect_for(&database::Settings { url, connections: 2, patience: MIGRATION })
        .await
        .map_err(|error| Error::Malformed(format!("setting database-url: cannot be reached: {}", told(&error))))?;
    let migrated = migrating.migrate().await;
    migrating.close().await;
    migrated?;
    let patience = config.request_timeout;
    let store = Store::connect_for(&database::Settings { url, connections, patience }).await?;
    let engine = Arc::new(engine.await.map_err(|error| Error::Internal(error.to_string()))??);
    let ended = store.clone();
    let done = match command {
        Command::Serve => serve::serve(store, engine, config).await,
        Command::Token(command) => token::run(&operator(store, engine, config), command).await,
        Command::Demo => demo::run(operator(store.with_contents(&config.files), engine, config)).await,
        Command::Migrate | Command::Contract { .. } | Command::Trail(_) | Command::Backup(_) | Command::Restore(_) => {
            say!("The database has today's shape.");
            Ok(())
        }
    };
    ended.close().await;
    done
}
