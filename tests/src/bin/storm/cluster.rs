//! A throwaway PostgreSQL cluster, with the durability that PostgreSQL ships with.

use crate::ground::connect;
use crate::outcome::{Outcome, wrong};
use rustix::process::{Pid, Signal, kill_process};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Who the server runs as when root starts it.
const OWNERS: [&str; 3] = ["ismsci", "postgres", "nobody"];
/// The database that is kept.
const KEPT: &str = "kept";

/// The cluster; it ends when dropped.
#[derive(Debug)]
pub struct Cluster {
    bin: PathBuf,
    work: TempDir,
    owner: Option<String>,
    port: u16,
    season: u32,
}

impl Cluster {
    /// Makes and starts one.
    ///
    /// # Errors
    /// When PostgreSQL is not there, or does not start.
    pub fn new() -> Outcome<Self> {
        let bin =
            find().ok_or("there is no PostgreSQL in /usr/lib/postgresql: install it (apt-get install postgresql)")?;
        let work = TempDir::new()?;
        let owner = if rustix::process::getuid().is_root() { Some(owner()?) } else { None };
        if let Some(owner) = &owner {
            run(Command::new("chown").arg(owner).arg(work.path()))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self { bin, work, owner, port, season: 0 };
        let mut init = cluster.command("initdb");
        run(init.arg("-D").arg(cluster.data()).args(["-A", "trust", "-U", "isms", "--locale=C.UTF-8"]))?;
        cluster.start()?;
        run(cluster.command("createdb").args(cluster.place()).arg("storm0"))?;
        Ok(cluster)
    }

    fn data(&self) -> PathBuf {
        self.work.path().join("data")
    }

    fn place(&self) -> [String; 6] {
        ["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "isms"].map(ToOwned::to_owned)
    }

    /// A program of PostgreSQL, run by the owner of the data.
    fn command(&self, name: &str) -> Command {
        let program = self.bin.join(name);
        let mut command = match &self.owner {
            None => Command::new(program),
            Some(owner) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", owner, "--regid", &group(owner), "--clear-groups"]).arg(program);
                command
            }
        };
        command.current_dir(self.work.path());
        command
    }

    fn control(&self) -> Command {
        let mut command = self.command("pg_ctl");
        command.arg("-D").arg(self.data()).arg("-w").arg("-l").arg(self.work.path().join("server.log"));
        command
    }

    /// Starts the server, with `fsync` and all else that it ships with.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(&self) -> Outcome<()> {
        let socket = self.work.path().display();
        let settings = format!("-p {} -k {socket} -c listen_addresses=127.0.0.1 -c max_connections=100", self.port);
        run(self.control().arg("-o").arg(settings).arg("start"))
    }

    /// Ends the server: `immediate` as if it had crashed, `fast` with its clients sent away.
    ///
    /// # Errors
    /// When it does not end.
    pub fn stop(&self, how: &str) -> Outcome<()> {
        run(self.control().args(["-m", how, "stop"]))
    }

    /// The address of the database of this season.
    pub fn url(&self) -> String {
        self.address(&format!("storm{}", self.season))
    }

    fn address(&self, name: &str) -> String {
        format!("postgres://isms@127.0.0.1:{}/{name}", self.port)
    }

    async fn execute(&self, sql: &str) -> Outcome<()> {
        let connection = connect(&self.address("postgres")).await?;
        connection.execute_unprepared(sql).await?;
        Ok(connection.close().await?)
    }

    /// Keeps the database as it is.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn keep(&self) -> Outcome<()> {
        self.execute(&format!("ALTER DATABASE storm{} RENAME TO {KEPT}", self.season)).await
    }

    /// Another database that begins as what was kept.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn fresh(&mut self) -> Outcome<()> {
        self.execute(&format!("DROP DATABASE IF EXISTS storm{} WITH (FORCE)", self.season)).await?;
        self.season += 1;
        self.execute(&format!("CREATE DATABASE storm{} TEMPLATE {KEPT}", self.season)).await
    }

    /// The processes of the server that work for the service.
    ///
    /// # Errors
    /// When the server does not tell.
    pub async fn backends(&self) -> Outcome<Vec<i32>> {
        let connection = connect(&self.address("postgres")).await?;
        let sql = format!("SELECT pid FROM pg_stat_activity WHERE datname = 'storm{}' ORDER BY pid", self.season);
        let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        let pids = rows.iter().map(|row| Ok(row.try_get("", "pid")?)).collect::<Outcome<_>>()?;
        connection.close().await?;
        Ok(pids)
    }

    /// Has the server end these of its processes.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn terminate(&self, backends: &[i32]) -> Outcome<()> {
        for pid in backends {
            self.execute(&format!("SELECT pg_terminate_backend({pid})")).await?;
        }
        Ok(())
    }

    /// Kills one of the server's processes, for which the server starts all of them anew.
    pub fn kill(backend: i32) {
        if let Some(pid) = Pid::from_raw(backend) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.stop("immediate");
    }
}

fn find() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions
        .map(|entry| entry.path())
        .filter(|path| path.join("bin/initdb").is_file())
        .max_by_key(|path| number(path))?;
    Some(newest.join("bin"))
}

/// A user who is not root.
fn owner() -> Outcome<String> {
    let known = |name: &&&str| Command::new("id").arg(**name).output().is_ok_and(|output| output.status.success());
    OWNERS.iter().find(known).map_or_else(
        || wrong("PostgreSQL does not run as root, and there is no other user"),
        |name| Ok((*name).to_owned()),
    )
}

fn group(owner: &str) -> String {
    let output = Command::new("id").args(["-g", owner]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// Runs it to its end.
fn run(command: &mut Command) -> Outcome<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let told = [output.stdout, output.stderr].concat();
    wrong(format!("{}: {}", command.get_program().display(), String::from_utf8_lossy(&told).trim()))
}
