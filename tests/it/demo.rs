//! The demo follows the product's own rules, and moves into nobody's house.

use clap::Parser;
use isms::cli::{Cli, run};
use std::process::ExitCode;

#[tokio::test]
async fn the_demo_fills_an_empty_database_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("demo.db").display());
    let files = folder.path().join("files").display().to_string();
    let demo = || Cli::parse_from(["isms", "demo", "--log", "warn", "--database-url", &url, "--files", &files]);
    assert_eq!(run(demo()).await, ExitCode::SUCCESS);
    assert_ne!(run(demo()).await, ExitCode::SUCCESS);
}
