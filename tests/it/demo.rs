//! The demo follows the product's own rules, and moves into nobody's house.

use crate::assurance::oscal::{documents, hold};
use crate::assurance::package::{download, packed, prove, unpacked};
use crate::database::sqlite;
use crate::persona::Persona;
use crate::process;
use crate::resource::past::all_of_it;
use clap::Parser;
use isms::caller::Clock;
use isms::cli::{Cli, run};
use isms::trail::Keyring;
use std::process::ExitCode;

#[tokio::test]
async fn the_demo_fills_an_empty_database_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, files) = (sqlite(folder.path().join("isms.db")), folder.path().join("files").display().to_string());
    let demo = || Cli::parse_from(["isms", "demo", "--log", "warn", "--database-url", &url, "--files", &files]);
    assert_eq!(run(demo()).await, ExitCode::SUCCESS);
    assert_ne!(run(demo()).await, ExitCode::SUCCESS);

    // Its certification body takes home a package of a whole company.
    let key = folder.path().join("trail.key");
    Keyring::open(&key).expect("a key");
    let key = key.display().to_string();
    let variables = [(process::TOKEN_OF, "n.fenwick@halvren.example"), (process::TRAIL_KEY, key.as_str())];
    let service = process::run(folder.path(), &variables);
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    let manager = Persona::new(client, service.base.clone(), String::new(), service.token.clone());
    // Whatever state its year has left its records in, they are read whole, now and in the past.
    let today = Clock::default().today().to_string();
    let read = all_of_it(&manager, &today).await;
    println!("{read} records read");
    assert!(read > 1_000, "{read}");
    let engagement = manager.every("/v1/engagements").await.remove(0);
    let bytes = download(&manager, &packed(&manager, &engagement).await).await;
    prove(&bytes);
    let documents = documents(&unpacked(&bytes));
    assert_eq!(documents.len(), 4);
    hold(&documents);
}
