//! The processes that are measured: this program once more, serving as the product, as a handler by hand, or as `isms`.

use crate::database::Database;
use crate::process::{Memory, cpu_of, memory_of};
use actix_web::{App, HttpServer, web};
use clap::Parser;
use isms::caller::Clock;
use isms::cli::{self, Cli};
use isms::config::{Config, Settings};
use isms::store::Store;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// Says what a process serves as; set only for those that serve.
const KIND: &str = "ISMS_BENCH_SERVES";
/// Says where its records are.
const DATABASE: &str = "ISMS_BENCH_DATABASE";

/// What a process serves as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole stack, with the settings that it ships with but for the rate limit.
    Product,
    /// The bare handler that reads.
    Bare,
    /// The handler by hand that writes.
    Hand,
    /// The program `isms` with all that it does beside serving, told by its command line.
    Program,
}

impl Kind {
    /// What this process is to serve as; none for the one that measures.
    pub fn of_this_process() -> Option<Self> {
        let all = [Self::Product, Self::Bare, Self::Hand, Self::Program];
        all.into_iter().find(|kind| std::env::var(KIND).is_ok_and(|name| name == kind.name()))
    }

    /// Its name, by which its connections to the database go.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Bare => "bare",
            Self::Hand => "hand",
            Self::Program => "program",
        }
    }
}

/// The product's database, which knows how many statements it was sent.
static STORE: OnceLock<Store> = OnceLock::new();

/// Serves until the process that measures goes away.
pub fn serve(kind: Kind) -> ExitCode {
    if kind == Kind::Program {
        return actix_web::rt::System::new().block_on(cli::run(Cli::parse()));
    }
    let url = std::env::var(DATABASE).expect("the address of the database");
    let settings = Settings { database_url: Some(url), rate_limit: Some(0), ..Settings::default() };
    let config = settings.check().expect("settings that make sense");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    std::thread::spawn(|| {
        // Each line asks for the number of statements so far.
        for _ in std::io::stdin().lines().map_while(Result::ok) {
            println!("{}", STORE.get().map_or(0, Store::statements));
        }
        std::process::exit(0);
    });
    actix_web::rt::System::new().block_on(async {
        match kind {
            Kind::Bare => by_hand(&config, listener, crate::bare::routes(&config).await).await,
            Kind::Hand => by_hand(&config, listener, crate::hand::routes(&config).await).await,
            Kind::Product | Kind::Program => {
                isms::running::logs::start(&config);
                let store = Store::connect(&config.database_url, config.database_connections).await;
                let store = STORE.get_or_init(|| store.expect("a database")).clone();
                let app = isms::app::App::new(store, Clock::System, config).expect("the service");
                isms::running::serve(app, listener, None, isms::running::Stop::new().expect("signals"))
                    .await
                    .expect("an end");
            }
        }
    });
    ExitCode::SUCCESS
}

/// Serves what is written by hand, with as many workers as the product has.
async fn by_hand(
    config: &Config,
    listener: TcpListener,
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) {
    let server = HttpServer::new(move || App::new().configure(routes.clone())).workers(config.workers);
    server.listen(listener).expect("a listener").run().await.expect("an end");
}

/// This program once more, as something else.
pub fn again(kind: Kind) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.env(KIND, kind.name());
    command
}

/// A process that serves; killed when dropped.
pub struct Server {
    /// Where it serves.
    pub address: SocketAddr,
    /// As what.
    pub kind: Kind,
    child: Child,
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Server {
    /// Starts it and waits until it listens.
    pub fn start(kind: Kind, database: &Database) -> Self {
        let (child, ask, mut tell) = spawn(again(kind).env(DATABASE, database.url_for(kind.name())));
        let mut line = String::new();
        tell.read_line(&mut line).expect("an address");
        let address = line.trim().parse().unwrap_or_else(|_| panic!("{} does not start", kind.name()));
        Self { address, kind, child, talk: Mutex::new((ask, tell)) }
    }

    /// Starts `isms` on an empty database, its files and key in this folder; with its first administrator's token.
    pub fn program(database: &Database, folder: &Path) -> (Self, String) {
        let kind = Kind::Program;
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        let mut command = again(kind);
        command.args(["serve", "--rate-limit", "0", "--listen", &address.to_string()]);
        command.args(["--database-url", &database.url_for(kind.name())]);
        command.arg("--files").arg(folder.join("files")).arg("--trail-key").arg(folder.join("trail.key"));
        let (child, ask, mut tell) = spawn(&mut command);
        let (mut token, mut line) = (None, String::new());
        while !line.starts_with("isms serves on") {
            line.clear();
            assert!(tell.read_line(&mut line).is_ok_and(|read| read > 0), "isms does not start");
            token = token.or_else(|| Some(line.trim().to_owned()).filter(|word| word.starts_with("isms_")));
        }
        (Self { address, kind, child, talk: Mutex::new((ask, tell)) }, token.expect("a token"))
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Statements that it has sent to the database since it started. Only the product counts.
    pub fn statements(&self) -> u64 {
        let mut talk = self.talk.lock().expect("one at a time");
        writeln!(talk.0).expect("it listens");
        let mut line = String::new();
        talk.1.read_line(&mut line).expect("a number");
        line.trim().parse().expect("a number")
    }

    /// Time that it has spent on a processor.
    pub fn cpu(&self) -> Duration {
        cpu_of(self.pid()).expect("a process of our own")
    }

    /// Its memory.
    pub fn memory(&self) -> Memory {
        memory_of(self.pid()).expect("a process of our own")
    }
}

fn spawn(command: &mut Command) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    // Log lines are written as in service, and read by nobody.
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("a process");
    let (ask, tell) = (child.stdin.take().expect("stdin"), child.stdout.take().expect("stdout"));
    (child, ask, BufReader::new(tell))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
