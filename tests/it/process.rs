//! A service in a process of its own: it can be killed, and have an environment of its own.

use crate::database::sqlite;
use clap::Parser;
use isms::caller::Clock;
use isms::config::Settings;
use isms::store::Store;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Where the service keeps its records; set only for the process that serves.
const DATABASE: &str = "ISMS_TEST_DATABASE_OF_PROCESS";
/// Where it keeps their files.
pub const FILES: &str = "ISMS_TEST_FILES_OF_PROCESS";

/// Where the key of its trail is, unless it is where it usually is.
pub const TRAIL_KEY: &str = "ISMS_TEST_TRAIL_KEY_OF_PROCESS";
/// Whose token it makes first, by address.
pub const TOKEN_OF: &str = "ISMS_TEST_TOKEN_OF_PROCESS";

/// Not a test but a service: this test binary started once more, serving until its end.
#[tokio::test]
async fn the_service() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    if let Ok(email) = std::env::var(TOKEN_OF) {
        let create = ["isms", "token", "create", "--user", &email, "--name", "test", "--database-url", &url];
        assert_eq!(isms::cli::run(isms::cli::Cli::parse_from(create)).await, std::process::ExitCode::SUCCESS);
    }
    let settings = Settings {
        database_url: Some(url),
        files: std::env::var(FILES).ok(),
        trail_key: std::env::var_os(TRAIL_KEY).map(Into::into),
        workers: Some(1),
        rate_limit: Some(0),
        ..Settings::default()
    };
    let config = settings.check().expect("settings that make sense");
    let store = Store::connect(&config.database_url, 4).await.expect("a database");
    store.migrate().await.expect("migrations run");
    if store.is_empty().await.expect("an answer") {
        let founded = store.found("Acme", "First", "first@example.org", Clock::System.now()).await;
        println!("\ntoken {}", founded.expect("an organisation").token);
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("\nserving http://{}", listener.local_addr().expect("an address"));
    let app = isms::app::App::new(store, Clock::System, config).expect("the service");
    isms::running::server(app, listener).expect("a server").await.expect("an end");
}

/// The arguments of the program, a line for each; set only for the process that runs it.
const PROGRAM: &str = "ISMS_TEST_PROGRAM";

/// Not a test but the program: this test binary started once more, doing what its command line says.
#[tokio::test]
async fn the_program() {
    let Ok(arguments) = std::env::var(PROGRAM) else { return };
    let ended = isms::cli::run(isms::cli::Cli::parse_from(std::iter::once("isms").chain(arguments.lines()))).await;
    std::process::exit(i32::from(ended != std::process::ExitCode::SUCCESS));
}

/// The program with these arguments, about to run in a folder.
pub fn program(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test binary"));
    command
        .args(["--exact", "process::the_program", "--nocapture"])
        .current_dir(directory)
        .env(PROGRAM, arguments.join("\n"))
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts the program to serve, in a folder with nothing but what it makes there, and waits until it says where, or why not.
pub fn serve(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Service, String> {
    let mut all = vec!["serve", "--listen", "127.0.0.1:0", "--rate-limit", "0", "--workers", "1"];
    all.extend(arguments);
    let log = std::fs::File::options().create(true).append(true).open(directory.join("log")).expect("a log");
    let mut command = program(directory, &all);
    let mut child = command.envs(variables.iter().copied()).stderr(log).spawn().expect("it starts");
    let mut token = None;
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    while let Some(line) = lines.next() {
        token = line.strip_prefix("  ").filter(|token| token.starts_with("isms_")).map(str::to_owned).or(token);
        if let Some(base) = line.strip_prefix("isms serves on ") {
            listen_on(lines);
            return Ok(Service { child, base: base.to_owned(), token });
        }
    }
    let _ = child.wait();
    Err(std::fs::read_to_string(directory.join("log")).expect("a log"))
}

/// Reads what else a process says, for one that nobody listens to any more ends when it says something.
fn listen_on(lines: impl Iterator<Item = String> + Send + 'static) {
    std::thread::spawn(move || lines.for_each(drop));
}

impl Service {
    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What Linux says of its memory, KiB.
    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it lives");
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).expect("a line");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// How much memory it has taken at most, KiB.
    pub fn peak(&self) -> u64 {
        self.memory("VmHWM")
    }

    /// The same is counted anew from here; tells how much it has taken now.
    pub fn peak_from_here(&self) -> u64 {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("Linux forgets the peak");
        self.memory("VmRSS")
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill is there").success());
        assert!(self.child.wait().expect("it ends").success());
    }
}

/// A running service; killed when dropped.
pub struct Service {
    child: Child,
    /// Where it serves.
    pub base: String,
    /// The token that was asked for, or the first administrator's when it has just founded the organisation.
    pub token: Option<String>,
}

impl Drop for Service {
    fn drop(&mut self) {
        // `kill` is SIGKILL on Unix: nothing is tidied up.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the service in a process of its own, with its files beside its database unless the variables say otherwise,
/// and waits until it says where it serves.
pub fn run(directory: &Path, variables: &[(&str, &str)]) -> Service {
    let mut child = Command::new(std::env::current_exe().expect("this test binary"))
        .args(["--exact", "process::the_service", "--nocapture"])
        .env(DATABASE, sqlite(directory.join("isms.db")))
        .env(FILES, directory.join("files"))
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the service starts");
    let mut token = None;
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    while let Some(line) = lines.next() {
        // As this service tells it, or as the command does.
        if let Some(found) = line.strip_prefix("token ").or_else(|| line.strip_prefix("  ")) {
            token = Some(found.to_owned());
        }
        if let Some(base) = line.strip_prefix("serving ") {
            listen_on(lines);
            return Service { child, base: base.to_owned(), token };
        }
    }
    let _ = child.wait();
    panic!("the service does not start")
}
