//! The library that makes the service's writing fail, compiled when the storm begins.

use crate::outcome::{Outcome, wrong};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Its source.
const SOURCE: &str = include_str!("fault.c");
/// The disk is broken.
pub const EIO: i32 = 5;
/// The disk is full.
pub const ENOSPC: i32 = 28;

/// The library, and the file that tells it what to do.
#[derive(Clone, Debug)]
pub struct Shim {
    /// The library.
    pub library: PathBuf,
    /// The file that it looks at.
    pub control: PathBuf,
}

impl Shim {
    /// Compiles it.
    ///
    /// # Errors
    /// When there is no C compiler.
    pub fn new(work: &Path) -> Outcome<Self> {
        let (source, library, control) = (work.join("fault.c"), work.join("fault.so"), work.join("control"));
        std::fs::write(&source, SOURCE)?;
        std::fs::write(&control, [0; 12])?;
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-Wall", "-o"]).arg(&library).arg(&source).arg("-ldl");
        let output = compile.output().map_err(|error| format!("cc, for errors of I/O: {error}"))?;
        if !output.status.success() {
            return wrong(format!("fault.c: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(Self { library, control })
    }

    /// From now on this error comes to so many calls of a hundred, to so many at most.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn fail(&self, error: i32, percent: i32, most: i32) -> Outcome<()> {
        let mut control = OpenOptions::new().write(true).open(&self.control)?;
        let numbers = [error, percent, most].map(i32::to_ne_bytes).concat();
        Ok(control.write_all(&numbers)?)
    }

    /// Everything goes well again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn heal(&self) -> Outcome<()> {
        self.fail(0, 0, 0)
    }
}
