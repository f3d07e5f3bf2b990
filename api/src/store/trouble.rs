//! What an error of the database means: whose fault it is, and what has become of the transaction.

use crate::resource::Error;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};

/// Kinds of errors of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A unique value is taken: the statement was refused.
    Duplicate,
    /// A reference points nowhere: the statement was refused.
    NoSuch,
    /// The statement says something that the database never takes.
    Wrong,
    /// Others are at it, or it took too long: it can be tried again.
    Busy,
    /// There is no connection to be had: nothing was begun.
    Away,
    /// The connection is gone, or the database cannot go on: disk, memory, a damaged page.
    Broken,
}

impl Trouble {
    /// What this error means.
    pub fn of(error: &DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) | DbErr::Conn(_) => {
                Self::Away
            }
            DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
                Self::of_sqlx(error)
            }
            _ => Self::Wrong,
        }
    }

    fn of_sqlx(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) if error.is_unique_violation() => Self::Duplicate,
            sqlx::Error::Database(error) if error.is_foreign_key_violation() => Self::NoSuch,
            sqlx::Error::Database(error) => {
                error.code().map_or(Self::Wrong, |code| Self::of_code(error.as_ref(), &code))
            }
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Self::Away,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Broken,
            _ => Self::Wrong,
        }
    }

    fn of_code(error: &dyn DatabaseError, code: &str) -> Self {
        if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
            return Self::of_sqlite(code, error.message());
        }
        match code {
            // SQLSTATE: no answer in time, somebody else's lock, a deadlock, too many connections.
            "57014" | "55P03" | "53300" => Self::Busy,
            _ => match code.get(..2) {
                Some("40") => Self::Busy,
                // Connections, resources, the operator, the system, damage; a session ended for being idle; a standby.
                Some("08" | "53" | "57" | "58" | "XX") => Self::Broken,
                _ if code == "25P03" || code == "25006" => Self::Broken,
                _ => Self::Wrong,
            },
        }
    }

    /// By SQLite's result code, whose lowest byte is the kind.
    fn of_sqlite(code: &str, message: &str) -> Self {
        match code.parse::<u32>().unwrap_or_default() & 0xff {
            4 | 5 | 6 | 9 => Self::Busy,
            3 | 7 | 8 | 10 | 11 | 13 | 14 | 15 | 26 => Self::Broken,
            // It has undone the transaction by itself, and the statement that tells so is the next one.
            1 if message.contains("no transaction is active") || message.contains("no such savepoint") => Self::Broken,
            _ => Self::Wrong,
        }
    }

    /// Whether the transaction goes on once what failed of it is undone.
    pub const fn leaves_transaction(self) -> bool {
        matches!(self, Self::Duplicate | Self::NoSuch | Self::Wrong)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match Trouble::of(&error) {
            Trouble::Duplicate => Self::Duplicate("a record with this unique value is already there".into()),
            Trouble::NoSuch => Self::field("/unitId", "there is no such unit"),
            Trouble::Busy | Trouble::Away | Trouble::Broken => Self::Unavailable(error.to_string()),
            Trouble::Wrong => Self::Internal(error.to_string()),
        }
    }
}
