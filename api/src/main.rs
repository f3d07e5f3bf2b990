//! The `isms` program; what it does is in [`isms::cli`].

use clap::Parser;
use isms::cli::{self, Cli};
use std::process::ExitCode;

#[actix_web::main]
async fn main() -> ExitCode {
    cli::run(Cli::parse()).await
}
