//! A real `isms` process, started and ended as the storm pleases.

use crate::outcome::{Outcome, wrong};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// So long a service may take to start.
const START: Duration = Duration::from_secs(90);
/// So long a service may take to end when told to.
const END: Duration = Duration::from_mins(1);

/// What a service is started with.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// The database.
    pub url: String,
    /// Where files lie.
    pub files: PathBuf,
    /// The key that seals the trail.
    pub key: PathBuf,
    /// Seconds that a request may take.
    pub request_timeout: Option<u64>,
    /// The library that makes its I/O fail, and the file that says when.
    pub shim: Option<(PathBuf, PathBuf)>,
}

/// One service; it ends when dropped.
#[derive(Debug)]
pub struct Service {
    /// Where it serves.
    pub address: SocketAddr,
    log: PathBuf,
    child: Option<Child>,
    /// So much of its log has been looked through.
    read: u64,
}

impl Service {
    /// A service that is not running yet, on a free port, with its log in this file.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn new(log: PathBuf) -> Outcome<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        Ok(Self { address, log, child: None, read: 0 })
    }

    /// `http://` and the address.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts it, without waiting until it serves.
    ///
    /// # Errors
    /// When the program cannot be run.
    pub fn start(&mut self, launch: &Launch) -> Outcome<()> {
        self.kill();
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&launch.program);
        command.args(["serve", "--rate-limit", "0", "--log-format", "json", "--listen", &self.address.to_string()]);
        command.args(["--database-url", &launch.url]).arg("--files").arg(&launch.files);
        command.arg("--trail-key").arg(&launch.key);
        if let Some(seconds) = launch.request_timeout {
            command.args(["--request-timeout", &seconds.to_string()]);
        }
        if let Some((library, control)) = &launch.shim {
            command.env("LD_PRELOAD", library).env("STORM_CONTROL", control);
        }
        command.stdin(Stdio::null()).stdout(Stdio::from(log.try_clone()?)).stderr(Stdio::from(log));
        self.child = Some(command.spawn().map_err(|error| format!("{}: {error}", launch.program.display()))?);
        Ok(())
    }

    /// Waits until it serves.
    ///
    /// # Errors
    /// When it ends instead, or takes too long; with the end of its log.
    pub async fn ready(&mut self) -> Outcome<()> {
        let (begun, http) = (Instant::now(), reqwest::Client::builder().no_proxy().build()?);
        while begun.elapsed() < START {
            let asked = http.get(format!("{}/readyz", self.base())).timeout(Duration::from_secs(5)).send();
            if asked.await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.ended()? {
                return wrong(format!("the service does not start ({status}):\n{}", self.tail()));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        wrong(format!("the service is not ready after {START:?}:\n{}", self.tail()))
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        Ok(self.child.as_mut().map(Child::try_wait).transpose()?.flatten())
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = self.child.as_ref().and_then(|child| i32::try_from(child.id()).ok()).and_then(Pid::from_raw);
        if let Some(pid) = pid {
            let _ = kill_process(pid, signal);
        }
    }

    /// Kills it.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Tells it to end and waits until it has.
    ///
    /// # Errors
    /// When it does not.
    pub async fn stop(&mut self) -> Outcome<()> {
        self.signal(Signal::TERM);
        let begun = Instant::now();
        while begun.elapsed() < END {
            if self.ended()?.is_some() {
                self.child = None;
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.kill();
        wrong(format!("the service did not end within {END:?} of SIGTERM"))
    }

    /// The token of the administrator, which a service tells once when it founds an organisation.
    ///
    /// # Errors
    /// When it has told none.
    pub fn told_token(&self) -> Outcome<String> {
        let text = std::fs::read_to_string(&self.log)?;
        let token = text.lines().map(str::trim).find(|line| line.starts_with("isms_"));
        token.map_or_else(|| wrong("the service has told no token"), |token| Ok(token.to_owned()))
    }

    /// The last lines of its log.
    pub fn tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(12)).map(|line| format!("  {line}\n")).collect()
    }

    /// Lines of its log since the last look that tell of a panic.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn panics(&mut self) -> Outcome<Vec<String>> {
        let mut log = File::open(&self.log)?;
        log.seek(SeekFrom::Start(self.read))?;
        let mut bytes = Vec::new();
        self.read += u64::try_from(log.read_to_end(&mut bytes)?)?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.lines().filter(|line| line.contains("panicked at")).map(ToOwned::to_owned).collect())
    }

    /// Begins its log anew, so that it does not grow over all rounds.
    pub fn forget_log(&mut self) {
        let _ = File::create(&self.log);
        self.read = 0;
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program that is given, or the one that lies beside this one.
///
/// # Errors
/// When there is none.
pub fn program(given: Option<&Path>) -> Outcome<PathBuf> {
    let beside = std::env::current_exe()?.with_file_name("isms");
    let program = given.map_or(beside, Path::to_path_buf);
    if program.is_file() {
        Ok(program)
    } else {
        wrong(format!("there is no {}: build it with `cargo build -p isms`, or name it with --isms", program.display()))
    }
}
