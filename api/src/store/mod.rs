//! The only place that runs SQL. Reads carry a condition that policies made; writes consume a permit.

mod access;
mod check;
mod closure;
mod compare;
mod contents;
mod denial;
mod directory;
mod facts;
mod follow;
mod history;
mod idempotency;
mod known;
mod log;
mod past;
mod place;
mod prepared;
mod probe;
mod query;
mod queue;
mod read;
mod reading;
mod reference;
mod select;
mod trail;
mod watch;
mod write;

pub use access::Found as FoundToken;
pub use contents::{Judge, Received};
pub use directory::Label;
pub use facts::RowFacts;
pub use follow::Writing;
pub use history::OwnedBefore;
pub use idempotency::{Answer, KeyClaim};
pub use prepared::Prepared;
pub use probe::{Answered, Due, Probe, Probed};
pub use query::{After, Operand, Query, Retired, Sort, Test};
pub use read::{Found, Page};

use crate::resource::{Error, Outcome};
use contents::Contents;
use queue::{Queue, Turn};
use sea_orm::sea_query::{QueryStatementBuilder, SelectStatement};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, QueryResult,
    SqliteTransactionMode, StatementBuilder, TransactionOptions, TransactionTrait,
};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use watch::Watch;

/// The database, or one transaction on it. The connection is private to this module.
#[derive(Clone)]
pub struct Store {
    connection: Connection,
    contents: Arc<Contents>,
    watch: Arc<Watch>,
    queue: Arc<Queue>,
    _turn: Option<Turn>,
}

#[derive(Clone)]
enum Connection {
    Pool(DatabaseConnection),
    Transaction(Arc<DatabaseTransaction>),
}

impl Store {
    /// Connects with limits that suit a service; see [`Store::connect_for`].
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(url: &str, connections: u32) -> Outcome<Self> {
        Self::connect_for(url, connections, Duration::from_mins(1)).await
    }

    /// Connects for requests that take no longer than `patience`; on SQLite with WAL, foreign keys and full synchronisation.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect_for(url: &str, connections: u32, patience: Duration) -> Outcome<Self> {
        let watch = Watch::new(patience);
        let mut options = ConnectOptions::new(url);
        options
            .sqlx_logging(false)
            .test_before_acquire(false)
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(10))
            .map_sqlx_sqlite_opts(|sqlite| {
                use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
                sqlite
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(30))
                    .statement_cache_capacity(200)
            });
        watch.install(&mut options);
        let connection = Connection::Pool(Database::connect(options).await?);
        Ok(Self { connection, contents: Arc::default(), watch, queue: Arc::default(), _turn: None })
    }

    /// Brings the schema to today's shape.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn migrate(&self) -> Outcome<()> {
        use sea_orm_migration::MigratorTrait;
        match &self.connection {
            // A database that has today's shape already is not worth a word.
            Connection::Pool(pool) if isms_migration::Migrator::get_pending_migrations(pool).await?.is_empty() => {}
            Connection::Pool(pool) => isms_migration::Migrator::up(pool, None).await?,
            Connection::Transaction(_) => return Err(Error::Internal("migrations run outside transactions".into())),
        }
        self.seal_all().await
    }

    /// Which SQL the database speaks.
    pub fn backend(&self) -> DbBackend {
        match &self.connection {
            Connection::Pool(pool) => pool.get_database_backend(),
            Connection::Transaction(transaction) => transaction.get_database_backend(),
        }
    }

    /// How many statements this pool has sent, for the benchmark and the metrics.
    pub fn statements(&self) -> u64 {
        self.watch.sent()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Outcome<()> {
        let mut one = SelectStatement::new();
        one.expr(sea_orm::sea_query::Expr::val(1));
        self.all(&one).await.map(drop)
    }

    /// The same once it is the organisation's turn to write, which lasts as long as what begins from here. Who waits,
    /// waits without a connection: one tenant's writers take none from everybody's readers.
    async fn in_turn(&self, organisation: Uuid) -> Self {
        // SQLite lets one write at a time.
        let of = if self.backend() == DbBackend::Sqlite { Uuid::nil() } else { organisation };
        Self { _turn: Some(self.queue.wait(of).await), ..self.clone() }
    }

    /// A transaction that may write. On SQLite it takes the write lock at once, so that it never has to be undone for want of it.
    ///
    /// # Errors
    /// When the database is busy or away.
    pub async fn begin(&self) -> Outcome<Self> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = match &self.connection {
            Connection::Pool(pool) => pool.begin_with_options(options).await?,
            Connection::Transaction(outer) => outer.begin().await?,
        };
        Ok(Self { connection: Connection::Transaction(Arc::new(transaction)), ..self.clone() })
    }

    /// Makes everything since [`Store::begin`] last.
    ///
    /// # Errors
    /// When the database refuses, or a copy of the store is still in use.
    pub async fn commit(self) -> Outcome<()> {
        match self.connection {
            Connection::Transaction(transaction) => match Arc::try_unwrap(transaction) {
                Ok(transaction) => Ok(transaction.commit().await?),
                Err(_) => Err(Error::Internal("the transaction is still in use".into())),
            },
            Connection::Pool(_) => Err(Error::Internal("there is no transaction to commit".into())),
        }
    }

    /// Undoes everything since [`Store::begin`]; a dropped transaction is undone too, but later.
    pub async fn rollback(self) {
        if let Connection::Transaction(transaction) = self.connection
            && let Ok(transaction) = Arc::try_unwrap(transaction)
        {
            let _ = transaction.rollback().await;
        }
    }

    const fn in_transaction(&self) -> bool {
        matches!(self.connection, Connection::Transaction(_))
    }

    async fn all<S: StatementBuilder + QueryStatementBuilder>(&self, statement: &S) -> Outcome<Vec<QueryResult>> {
        let waiting = self.watch.wait();
        let rows = match &self.connection {
            Connection::Pool(pool) => pool.query_all(statement).await,
            Connection::Transaction(transaction) => transaction.query_all(statement).await,
        };
        waiting.over();
        Ok(rows?)
    }

    async fn one<S: StatementBuilder + QueryStatementBuilder>(&self, statement: &S) -> Outcome<Option<QueryResult>> {
        Ok(self.all(statement).await?.into_iter().next())
    }

    async fn run<S: StatementBuilder>(&self, statement: &S) -> Outcome<u64> {
        let waiting = self.watch.wait();
        let result = self.run_aside(statement).await;
        waiting.over();
        result
    }

    /// Runs what no request waits for, which is not counted among the statements of requests.
    async fn run_aside<S: StatementBuilder>(&self, statement: &S) -> Outcome<u64> {
        let result = match &self.connection {
            Connection::Pool(pool) => pool.execute(statement).await,
            Connection::Transaction(transaction) => transaction.execute(statement).await,
        };
        Ok(result?.rows_affected())
    }
}
