//! The processes that are measured: this program once more, serving as the product or as the bare handler.

use crate::database::Database;
use isms::caller::Clock;
use isms::config::Settings;
use isms::store::Store;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
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
    /// The bare handler.
    Bare,
}

impl Kind {
    /// What this process is to serve as; none for the one that measures.
    pub fn of_this_process() -> Option<Self> {
        [Self::Product, Self::Bare].into_iter().find(|kind| std::env::var(KIND).is_ok_and(|name| name == kind.name()))
    }

    /// Its name, by which its connections to the database go.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Bare => "bare",
        }
    }
}

/// The product's database, which knows how many statements it was sent.
static STORE: OnceLock<Store> = OnceLock::new();

/// Serves until the process that measures goes away.
pub fn serve(kind: Kind) {
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
            Kind::Bare => crate::bare::serve(&config, listener).await,
            Kind::Product => {
                isms::running::logs::start(&config);
                let store = Store::connect(&config.database_url, config.database_connections).await;
                let store = STORE.get_or_init(|| store.expect("a database")).clone();
                let app = isms::app::App::new(store, Clock::System, config).expect("the service");
                isms::running::serve(app, listener, None).await.expect("an end");
            }
        }
    });
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
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .env(KIND, kind.name())
            .env(DATABASE, database.url_for(kind.name()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Log lines are written as in service, and read by nobody.
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let (ask, mut tell) =
            (child.stdin.take().expect("stdin"), BufReader::new(child.stdout.take().expect("stdout")));
        let mut line = String::new();
        tell.read_line(&mut line).expect("an address");
        let address = line.trim().parse().unwrap_or_else(|_| panic!("{} does not start", kind.name()));
        Self { address, kind, child, talk: Mutex::new((ask, tell)) }
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
        cpu_of(self.child.id()).expect("a process of our own")
    }

    /// Resident memory, KiB.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.trim().trim_end_matches(" kB").parse().expect("KiB")
    }
}

/// Processor time of a process: fields 14 and 15 of its `stat`, in hundredths of a second.
pub fn cpu_of(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Duration::from_millis((user + system) * 10))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
