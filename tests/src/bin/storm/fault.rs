//! The classes of faults, and which of them a database knows.

use crate::ground::Ground;
use std::fmt;

/// What goes wrong in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Fault {
    /// Nothing: the first round of a season, which shows that the storm itself judges well.
    Calm,
    /// SIGKILL and another start.
    Kill,
    /// SIGTERM and another start.
    Stop,
    /// The disk of the database is full for a while.
    Fill,
    /// Writing to the database fails for a while.
    Io,
    /// SIGSTOP for a while.
    Freeze,
    /// Requests that take longer than they may.
    Timeout,
    /// Clients that hang up.
    Disconnect,
    /// PostgreSQL crashes, or loses a connection.
    Database,
    /// Of two services on one database, one is killed.
    Two,
}

impl Fault {
    /// All of them that come by chance.
    pub const ALL: [Self; 9] = [
        Self::Kill,
        Self::Stop,
        Self::Fill,
        Self::Io,
        Self::Freeze,
        Self::Timeout,
        Self::Disconnect,
        Self::Database,
        Self::Two,
    ];

    /// Whether it can come over this database.
    pub const fn suits(self, ground: &Ground) -> bool {
        match self {
            Self::Fill | Self::Io => matches!(ground, Ground::Sqlite(_)),
            Self::Database | Self::Two => matches!(ground, Ground::Postgres(_)),
            _ => true,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format!("{self:?}").to_lowercase())
    }
}
