//! The connections to the database, whichever it is: what reads takes one that is free, what writes takes its turn.

use super::Store;
use super::lanes::{Lanes, Use};
use super::pulse::{Duty, Pulse};
use super::transaction::{Transaction, Whole, to_the_end};
use super::trouble::Trouble;
use super::within::Within;
use crate::resource::{Outcome, computes_at_length};
use sea_orm::sqlx::Connection;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// How long a transaction of PostgreSQL may be at nothing: then its server is frozen or gone, and all others wait for it.
const IDLE: Duration = Duration::from_secs(3);
/// How long what was sent to a server of ours may stay without an acknowledgement.
const SILENT: Duration = Duration::from_secs(4);

/// How the database is reached.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Its address, `sqlite:…` or `postgres:…`.
    pub url: &'a str,
    /// The most connections, 2 or more.
    pub connections: u32,
    /// How long a statement may take.
    pub patience: Duration,
}

/// The file of a SQLite database, where it lies in one.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let name = rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default();
    let name = crate::resource::percent(name)?;
    (!name.is_empty() && name != ":memory:" && !url.contains("mode=memory")).then(|| PathBuf::from(name))
}

/// The connections of a service.
#[derive(Clone, Debug)]
pub(super) enum Pool {
    /// PostgreSQL takes writers and readers on any.
    Postgres { pool: DatabaseConnection, most: usize, runtime: Handle },
    /// SQLite has one writer beside its readers; what is worked out at length has readers of its own, so that the others are free,
    /// and only these keep its large statements.
    Sqlite { readers: Arc<Lanes>, apart: Arc<Lanes>, writer: Arc<Lanes>, runtime: Handle },
}

impl Pool {
    /// Opens them.
    pub async fn open(settings: &Settings<'_>, pulse: &Arc<Pulse>) -> Outcome<Self> {
        pulse.send();
        if settings.url.starts_with("sqlite:") {
            let writer = Lanes::open(settings, Use::Writing, 1).await?;
            // What lies in memory alone is there for one connection.
            let (readers, apart) = match sqlite_file(settings.url) {
                Some(_) => {
                    let count = settings.connections.saturating_sub(1).max(1);
                    let few =
                        std::thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(1));
                    let readers = Lanes::open(settings, Use::Reading, count).await?;
                    (readers, Lanes::open(settings, Use::Reading, few.min(count)).await?)
                }
                None => (Arc::clone(&writer), Arc::clone(&writer)),
            };
            return Ok(Self::Sqlite { readers, apart, writer, runtime: Handle::current() });
        }
        let mut options = ConnectOptions::new(settings.url);
        options
            .sqlx_logging(false)
            .test_before_acquire(false)
            .max_connections(settings.connections)
            .acquire_timeout(Duration::from_secs(10));
        limit(&mut options, settings.patience);
        let most = usize::try_from(settings.connections).unwrap_or(usize::MAX);
        Ok(Self::Postgres { pool: Database::connect(options).await?, most, runtime: Handle::current() })
    }

    /// Ends them, readers first: the last one that leaves SQLite puts its log into the file.
    pub async fn close(&self) {
        match self {
            Self::Postgres { pool, .. } => drop(pool.close_by_ref().await),
            Self::Sqlite { readers, apart, writer, .. } => {
                readers.close().await;
                apart.close().await;
                writer.close().await;
            }
        }
    }

    /// Nobody waits for anything any more.
    pub fn give_up(&self) {
        if let Self::Sqlite { readers, apart, writer, .. } = self {
            readers.give_up();
            apart.give_up();
            writer.give_up();
        }
    }

    /// Which SQL is spoken.
    pub const fn backend(&self) -> DbBackend {
        match self {
            Self::Postgres { .. } => DbBackend::Postgres,
            Self::Sqlite { .. } => DbBackend::Sqlite,
        }
    }

    /// How many statements can be read at once.
    pub fn readers(&self) -> usize {
        match self {
            Self::Postgres { most, .. } => *most,
            Self::Sqlite { readers, .. } => readers.count(),
        }
    }

    const fn runtime(&self) -> &Handle {
        match self {
            Self::Postgres { runtime, .. } | Self::Sqlite { runtime, .. } => runtime,
        }
    }

    /// A transaction. On SQLite it takes the write lock at once.
    pub async fn begin(&self, pulse: &Arc<Pulse>) -> Outcome<Transaction> {
        let (pool, lane) = match self {
            Self::Postgres { pool, .. } => (pool.clone(), None),
            Self::Sqlite { writer, .. } => {
                let lane = writer.take().await?;
                (lane.connection().clone(), Some(lane))
            }
        };
        let whole = Whole::new(lane, Arc::clone(pulse), self.runtime().clone());
        let pulse = Arc::clone(pulse);
        to_the_end(async move {
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            let begun = pool.begin_with_options(options).await.inspect_err(|error| {
                if !Trouble::of(error).leaves_transaction() {
                    pulse.note(Duty::Writes, Some(&error.to_string()));
                }
            });
            Ok(Transaction::begun(begun?, Arc::new(whole)))
        })
        .await?
    }

    /// The rows of a statement that reads.
    pub async fn all(&self, statement: Statement) -> Outcome<Vec<QueryResult>> {
        match self {
            Self::Postgres { pool, runtime, .. } => {
                Ok(Within::new(pool.query_all_raw(statement), runtime.clone()).await?)
            }
            Self::Sqlite { readers, apart, runtime, .. } => {
                let lane = of_these(readers, apart).take().await?;
                let rows = Within::new(lane.connection().query_all_raw(statement), runtime.clone()).await;
                lane.done();
                Ok(rows?)
            }
        }
    }

    /// The first row of a statement that reads.
    pub async fn one(&self, statement: Statement) -> Outcome<Option<QueryResult>> {
        match self {
            Self::Postgres { pool, runtime, .. } => {
                Ok(Within::new(pool.query_one_raw(statement), runtime.clone()).await?)
            }
            Self::Sqlite { readers, apart, runtime, .. } => {
                let lane = of_these(readers, apart).take().await?;
                let row = Within::new(lane.connection().query_one_raw(statement), runtime.clone()).await;
                lane.done();
                Ok(row?)
            }
        }
    }

    /// Runs a statement that writes, by itself; tells how many rows it changed.
    pub async fn run(&self, statement: Statement) -> Outcome<u64> {
        let done = match self {
            Self::Postgres { pool, runtime, .. } => Within::new(pool.execute_raw(statement), runtime.clone()).await?,
            Self::Sqlite { writer, runtime, .. } => {
                let lane = writer.take().await?;
                let done = Within::new(lane.connection().execute_raw(statement), runtime.clone()).await;
                lane.done();
                done?
            }
        };
        Ok(done.rows_affected())
    }
}

/// The readers of whoever asks: what is worked out at length has its own.
fn of_these<'a>(readers: &'a Arc<Lanes>, apart: &'a Arc<Lanes>) -> &'a Arc<Lanes> {
    if computes_at_length() { apart } else { readers }
}

impl Store {
    /// Ends the transactions that others wait for and whose own server has not moved for some seconds: frozen in the middle
    /// of a statement, half of which is on its way, it is not at nothing, and no limit of PostgreSQL's own ends it. Tells how
    /// many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_frozen(&self) -> Outcome<usize> {
        if self.backend() != DbBackend::Postgres {
            return Ok(0);
        }
        let seconds = IDLE.as_secs();
        let end = format!(
            "SELECT pg_terminate_backend(holder.pid) FROM (SELECT DISTINCT unnest(pg_blocking_pids(waiting.pid)) AS pid \
             FROM pg_stat_activity AS waiting WHERE waiting.datname = current_database() \
             AND waiting.wait_event_type = 'Lock') AS blocking JOIN pg_stat_activity AS holder ON holder.pid = blocking.pid \
             WHERE holder.usename = current_user AND holder.application_name = 'isms' AND holder.wait_event_type = 'Client' \
             AND holder.state_change < clock_timestamp() - interval '{seconds} seconds'"
        );
        Ok(self.all_built(Statement::from_string(DbBackend::Postgres, end)).await?.len())
    }
}

/// What PostgreSQL itself ends, so that a server that is frozen or has vanished stops nobody for long.
fn limit(options: &mut ConnectOptions, patience: Duration) {
    let millis = |time: Duration| format!("{}ms", time.as_millis());
    let settings = [
        ("statement_timeout", millis(patience)),
        // Who waits for a lock has time left to tell it.
        ("lock_timeout", millis(patience.mul_f32(0.75))),
        ("idle_in_transaction_session_timeout", millis(IDLE)),
        ("tcp_keepalives_idle", "2".to_owned()),
        ("tcp_keepalives_interval", "1".to_owned()),
        ("tcp_keepalives_count", "2".to_owned()),
        ("tcp_user_timeout", millis(SILENT)),
        // A statement over all record types would be compiled (JIT) for seconds to run for milliseconds.
        ("jit", "off".to_owned()),
    ];
    options.map_sqlx_postgres_opts(move |postgres| postgres.application_name("isms").options(settings.clone()));
    options.map_sqlx_postgres_pool_opts(|pool| {
        pool.after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
    });
}
