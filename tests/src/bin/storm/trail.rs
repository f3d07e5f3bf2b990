//! Takes the trail home as anybody would, and has it checked against the checkpoints that were kept from earlier.

use crate::outcome::{Outcome, wrong};
use crate::wire::Wire;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Checkpoints that were kept.
#[derive(Debug)]
pub struct Trail {
    program: PathBuf,
    folder: PathBuf,
    held: Vec<PathBuf>,
    many: usize,
}

impl Trail {
    /// None yet; what is kept lies in this folder.
    pub fn new(program: PathBuf, folder: PathBuf) -> Self {
        Self { program, folder, held: Vec::new(), many: 0 }
    }

    /// Forgets what was kept: another season has another trail.
    pub fn forget(&mut self) {
        self.held.clear();
    }

    /// Keeps the newest checkpoint, if the service tells it.
    pub async fn hold(&mut self, keeper: &Wire) {
        self.many += 1;
        let file = self.folder.join(format!("held-{}", self.many));
        let told = keeper.get("/v1/trail/checkpoint").await;
        if told.is_ok_and(|(status, note)| status == 200 && std::fs::write(&file, note).is_ok()) {
            self.held.push(file);
        }
    }

    /// Takes the trail home and checks it.
    ///
    /// # Errors
    /// With what is wrong with it.
    pub async fn verify(&self, keeper: &Wire) -> Outcome<()> {
        let home = self.folder.join("home");
        let _ = std::fs::remove_dir_all(&home);
        let mut fetch = self.command(&["fetch", &keeper.base, "--token", &keeper.token, "--to"], &home);
        tokio::task::spawn_blocking(move || run(&mut fetch)).await??;
        let mut verify = self.command(&["verify"], &home);
        for held in &self.held {
            verify.arg("--held").arg(held);
        }
        tokio::task::spawn_blocking(move || run(&mut verify)).await?
    }

    fn command(&self, words: &[&str], folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("trail").args(words).arg(folder);
        command
    }
}

fn run(command: &mut Command) -> Outcome<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let told = [output.stdout, output.stderr].concat();
    wrong(format!("{}: {}", output.status, String::from_utf8_lossy(&told).trim()))
}
