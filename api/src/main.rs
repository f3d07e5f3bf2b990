//! The command line.

use clap::{Parser, Subcommand};
use isms::app::App;
use isms::caller::Clock;
use isms::config::{Config, Settings};
use isms::resource::{Error, Outcome};
use isms::running;
use isms::store::Store;
use std::process::ExitCode;

/// An information security management system (ISO/IEC 27001:2022) as live, queryable, provable records.
#[derive(Parser)]
#[command(version, arg_required_else_help = false)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Serve (the default): migrates, and founds an organisation on an empty database
    Serve,
    /// Bring the database to today's shape
    Migrate,
}

#[actix_web::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("isms: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// On the command line there is no client to keep anything from.
fn told(error: &Error) -> String {
    match error {
        Error::Internal(why) | Error::Unavailable(why) => why.clone(),
        other => other.to_string(),
    }
}

async fn run(cli: Cli) -> Outcome<()> {
    let config = cli.settings.check()?;
    running::logs::start(&config);
    let store = Store::connect(&config.database_url, config.database_connections).await?;
    store.migrate().await?;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Migrate => {
            println!("The database has today's shape.");
            Ok(())
        }
        Command::Serve => serve(store, config).await,
    }
}

async fn serve(store: Store, config: Config) -> Outcome<()> {
    let clock = Clock::System;
    if store.is_empty().await? {
        let founded = store.found("My organisation", "Administrator", "administrator@example.org", clock.now()).await?;
        println!(
            "A new organisation was founded. Its administrator's token, shown this once:\n\n  {}\n",
            founded.token
        );
    }
    let listener = std::net::TcpListener::bind(config.listen)
        .map_err(|error| Error::Malformed(format!("setting listen: {}: {error}", config.listen)))?;
    let address = config.listen;
    println!(
        "isms serves on http://{address}\n  API documents  http://{address}/docs\n  GraphiQL       http://{address}/graphiql\n  Health         http://{address}/readyz"
    );
    let app = App::new(store, clock, config)?;
    running::serve(app, listener).await.map_err(|error| Error::Internal(error.to_string()))
}
