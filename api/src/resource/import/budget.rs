//! What reading a file may take, counted before anything is made: bytes in memory, bytes unpacked, rows, columns, time.

use super::table::{Cell, Row};
use crate::resource::heavy::Leash;
use crate::resource::{Error, Outcome};
use std::mem::size_of;

/// The most rows that one file brings in. Storing them is one turn to write, in which all others wait.
pub const MOST_ROWS: usize = 50_000;
/// The most columns that are looked at.
pub const MOST_COLUMNS: usize = 256;
/// The longest text in a cell, bytes: what 32,767 characters, the most that a cell of a workbook takes, may come to.
pub const LONGEST_TEXT: usize = 128 << 10;
/// The most bytes that rows take up in memory, with the gaps in them and a text as often as it is kept.
const HELD: usize = 32 << 20;
/// The most bytes that are unpacked of a workbook.
const UNPACKED: u64 = 128 << 20;
/// What the allocator keeps beside each piece of memory, bytes.
const BESIDE: usize = 16;
/// After so many steps somebody asks whether the work goes on.
const STEPS: u32 = 1_024;

/// What is left of all that. Whoever makes something takes it out of here first.
pub struct Budget {
    leash: Leash,
    held: usize,
    unpacked: u64,
    rows: usize,
    steps: u32,
}

impl Budget {
    /// All of it; the headings are one row more.
    pub fn whole(leash: &Leash) -> Self {
        Self { leash: leash.clone(), held: HELD, unpacked: UNPACKED, rows: 1 + MOST_ROWS, steps: 0 }
    }

    /// So many bytes are about to be kept.
    ///
    /// # Errors
    /// When there are not so many left; so for all.
    pub fn hold(&mut self, bytes: usize) -> Outcome<()> {
        let too_much = || {
            let told = format!("its cells take up more than {} MiB in memory; bring it in in parts", HELD >> 20);
            Error::Malformed(format!("the file is too large: {told}"))
        };
        self.held = self.held.checked_sub(bytes).ok_or_else(too_much)?;
        Ok(())
    }

    /// A text of so many bytes is about to be kept.
    pub fn hold_text(&mut self, bytes: usize) -> Outcome<()> {
        if bytes > LONGEST_TEXT {
            return Err(Error::Malformed("a cell holds more than 32,767 characters".into()));
        }
        self.hold(bytes + 2 * size_of::<usize>() + BESIDE)
    }

    /// So many bytes are about to be unpacked.
    pub fn unpack(&mut self, bytes: usize) -> Outcome<()> {
        let too_much = || Error::Malformed(format!("the workbook unpacks to more than {} MiB", UNPACKED >> 20));
        self.unpacked = self.unpacked.checked_sub(bytes as u64).ok_or_else(too_much)?;
        Ok(())
    }

    /// One more step of the work.
    pub fn step(&mut self) -> Outcome<()> {
        self.steps += 1;
        if self.steps < STEPS {
            return Ok(());
        }
        self.steps = 0;
        self.leash.goes_on()
    }

    /// A row is about to be kept; what stands in it is held as it comes.
    pub fn row(&mut self) -> Outcome<()> {
        self.rows = self.rows.checked_sub(1).ok_or_else(too_long)?;
        self.hold(size_of::<Row>() + BESIDE)
    }

    /// A row grows from so many cells to so many.
    pub fn cells(&mut self, from: usize, to: usize) -> Outcome<()> {
        if to > MOST_COLUMNS {
            return Err(too_long());
        }
        self.hold(to.saturating_sub(from) * size_of::<Cell>())
    }
}

/// Too many rows or columns.
pub fn too_long() -> Error {
    Error::Malformed(format!("the file has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns; bring it in in parts"))
}
