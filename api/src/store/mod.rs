//! The only place that runs SQL. Reads carry a condition that policies made; writes consume a permit.

mod access;
mod append;
mod broom;
mod check;
mod clock;
mod closure;
mod compare;
mod contents;
mod copy;
mod denial;
mod directory;
mod facts;
mod files;
mod follow;
mod found;
mod founding;
mod history;
mod holdings;
mod idempotency;
mod keyring;
mod known;
mod lanes;
mod lease;
mod log;
mod past;
mod place;
mod pool;
mod prepared;
mod presence;
mod probe;
mod pulse;
mod query;
mod queue;
mod read;
mod reading;
mod reference;
mod rehearse;
mod restored;
mod schema;
pub mod sealed;
mod select;
mod trail;
mod transaction;
mod trouble;
mod within;
mod write;

pub use access::Found as FoundToken;
pub use check::Pass;
pub use contents::Received;
pub use denial::{Denial, DenialCount};
pub use directory::Label;
pub use facts::RowFacts;
pub use files::{Judge, choose_tls};
pub use follow::Writing;
pub use found::{Found, Told};
pub use history::OwnedBefore;
pub use idempotency::{Answer, KeyClaim};
pub use keyring::{Keyring, origin};
pub(crate) use lease::Lease;
pub use log::{TrailCheckpoint, TrailKey};
pub use pool::{Settings, sqlite_file};
pub use prepared::Prepared;
pub(crate) use presence::{Kept, Round, keepers};
pub use probe::{Answered, Due, Probe, Probed};
pub use pulse::Duty;
pub use query::{After, Operand, Query, Retired, Sort, Test};
pub use read::Page;
pub use rehearse::Rehearsed;

use crate::resource::{Error, Outcome};
use clock::Began;
use files::Contents;
use pool::Pool;
use pulse::Pulse;
use queue::{Queue, Turn};
use sea_orm::sea_query::{QueryStatementBuilder, SelectStatement};
use sea_orm::{DbBackend, QueryResult, Statement, StatementBuilder};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use transaction::Transaction;
use uuid::Uuid;

/// How long what is under way has to come to its end when the database is closed.
const CLOSES: Duration = Duration::from_secs(10);
/// How long the database may take to show that it is there.
const ANSWERS: Duration = Duration::from_secs(1);

/// The database, or one transaction on it. The connection is private to this module.
#[derive(Clone)]
pub struct Store {
    connection: Connection,
    contents: Arc<Contents>,
    pulse: Arc<Pulse>,
    queue: Arc<Queue>,
    turn: Option<Turn>,
    /// Where statements that read wait for each other, if they do.
    line: Option<Arc<Semaphore>>,
    began: Began,
    /// What this process is at that others may end once it is not.
    under_way: Arc<Mutex<HashSet<Uuid>>>,
}

#[derive(Clone)]
enum Connection {
    Pool(Pool),
    Transaction(Arc<Transaction>, DbBackend),
}

impl Store {
    /// Connects with limits that suit a service; see [`Store::connect_for`].
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(url: &str, connections: u32) -> Outcome<Self> {
        Self::connect_for(&Settings { url, connections, patience: Duration::from_mins(1) }).await
    }

    /// Connects for requests that take no longer than the settings' patience; on SQLite with WAL, foreign keys and full
    /// synchronisation.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect_for(settings: &Settings<'_>) -> Outcome<Self> {
        let pulse = Arc::<Pulse>::default();
        let connection = Connection::Pool(Pool::open(settings, &pulse).await?);
        let began = Began::now(false);
        let (contents, queue, under_way) = (Arc::default(), Arc::default(), Arc::default());
        Ok(Self { connection, contents, pulse, queue, turn: None, line: None, began, under_way })
    }

    /// The same, but what reads through it, and through its copies, does so one statement after the other: however much is
    /// asked for at once, it takes one connection.
    #[must_use]
    pub fn in_line(&self) -> Self {
        Self { line: Some(Arc::new(Semaphore::new(1))), ..self.clone() }
    }

    async fn place_in_line(&self) -> Outcome<Option<SemaphorePermit<'_>>> {
        let Some(line) = &self.line else { return Ok(None) };
        line.acquire().await.map(Some).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Ends all connections once what they are at is over; what is still at something after ten seconds is given up.
    /// SQLite's file is whole by itself then: what lay in its log is in it.
    pub async fn close(&self) {
        let Connection::Pool(pool) = &self.connection else { return };
        if tokio::time::timeout(CLOSES, pool.close()).await.is_err() {
            pool.give_up();
            let _ = tokio::time::timeout(CLOSES, pool.close()).await;
        }
    }

    /// Which SQL the database speaks.
    pub fn backend(&self) -> DbBackend {
        match &self.connection {
            Connection::Pool(pool) => pool.backend(),
            Connection::Transaction(_, backend) => *backend,
        }
    }

    /// How many statements can be read at once.
    pub fn readers(&self) -> usize {
        match &self.connection {
            Connection::Pool(pool) => pool.readers(),
            Connection::Transaction(..) => 1,
        }
    }

    /// How many statements this pool has sent, for the benchmark and the metrics.
    pub fn statements(&self) -> u64 {
        self.pulse.sent()
    }

    /// Notes that a duty was done, or why it was not.
    pub fn note_duty(&self, duty: Duty, failure: Option<&str>) {
        self.pulse.note(duty, failure);
    }

    /// The duties that fail at the moment.
    pub fn failing(&self) -> Vec<Duty> {
        self.pulse.failing()
    }

    /// Whether the database answers and the service does with it what it has to; tells what is wrong although it does.
    ///
    /// # Errors
    /// What fails.
    pub async fn ready(&self) -> Outcome<Option<String>> {
        if !self.pulse.answered_within(ANSWERS) {
            let late = |_| Err(Error::Unavailable("the database does not answer".into()));
            tokio::time::timeout(ANSWERS, self.ping()).await.unwrap_or_else(late)?;
        }
        let failing = self.pulse.failing();
        let told = failing.iter().map(|duty| duty.told()).collect::<Vec<_>>().join("; ");
        if failing.iter().any(|duty| duty.stops_service()) {
            return Err(Error::NotReady(told));
        }
        Ok(Some(told).filter(|told| !told.is_empty()))
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

    /// Finds out whether transactions are kept again, once they were not.
    ///
    /// # Errors
    /// When they are still not.
    pub async fn try_writing(&self) -> Outcome<()> {
        if !self.pulse.fails(Duty::Writes) {
            return Ok(());
        }
        let transaction = self.in_turn(Uuid::nil()).await?.begin().await?;
        transaction.rewrite_nothing().await?;
        transaction.commit().await
    }

    /// The same once it is the organisation's turn to write, which lasts as long as what begins from here. Who waits,
    /// waits without a connection: one tenant's writers take none from everybody's readers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when its turn does not come in time.
    async fn in_turn(&self, organisation: Uuid) -> Outcome<Self> {
        // SQLite lets one write at a time.
        let of = if self.backend() == DbBackend::Sqlite { Uuid::nil() } else { organisation };
        Ok(Self { turn: Some(self.queue.wait(of).await?), ..self.clone() })
    }

    /// A transaction that may write. On SQLite it takes the write lock at once, so that it never has to be undone for want of it.
    ///
    /// # Errors
    /// When the database is busy or away.
    pub async fn begin(&self) -> Outcome<Self> {
        let transaction = match &self.connection {
            Connection::Pool(pool) => pool.begin(&self.pulse).await?,
            Connection::Transaction(outer, _) => outer.nest().await?,
        };
        let connection = Connection::Transaction(Arc::new(transaction), self.backend());
        Ok(Self { connection, ..self.clone() })
    }

    /// Makes everything since [`Store::begin`] last.
    ///
    /// # Errors
    /// When the database refuses, a statement was refused and not undone, or a copy of the store is still in use;
    /// [`Error::Unknown`] when nobody knows whether it lasts.
    pub async fn commit(self) -> Outcome<()> {
        match self.connection {
            Connection::Transaction(transaction, _) => match Arc::try_unwrap(transaction) {
                Ok(transaction) => transaction.commit(self.turn).await,
                Err(_) => Err(Error::Internal("the transaction is still in use".into())),
            },
            Connection::Pool(_) => Err(Error::Internal("there is no transaction to commit".into())),
        }
    }

    /// Undoes everything since [`Store::begin`]; a dropped transaction is undone too, but later.
    pub async fn rollback(self) {
        if let Connection::Transaction(transaction, _) = self.connection
            && let Ok(transaction) = Arc::try_unwrap(transaction)
        {
            transaction.rollback(self.turn).await;
        }
    }

    /// Lets others get on, and tells PostgreSQL, where it has not heard of the transaction for a second, that it goes on.
    async fn breathe(&self) -> Outcome<()> {
        tokio::task::yield_now().await;
        match &self.connection {
            Connection::Transaction(transaction, DbBackend::Postgres) if transaction.is_at_nothing() => {
                transaction.one(Statement::from_string(DbBackend::Postgres, "SELECT 1")).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    const fn in_transaction(&self) -> bool {
        matches!(self.connection, Connection::Transaction(..))
    }

    async fn all<S: StatementBuilder + QueryStatementBuilder>(&self, statement: &S) -> Outcome<Vec<QueryResult>> {
        self.all_built(StatementBuilder::build(statement, &self.backend())).await
    }

    /// The rows of a statement that is written down already.
    async fn all_built(&self, statement: Statement) -> Outcome<Vec<QueryResult>> {
        self.pulse.send();
        let rows = match &self.connection {
            Connection::Pool(pool) => {
                let _place = self.place_in_line().await?;
                pool.all(statement).await?
            }
            Connection::Transaction(transaction, _) => transaction.all(statement).await?,
        };
        self.pulse.answer();
        Ok(rows)
    }

    async fn one<S: StatementBuilder + QueryStatementBuilder>(&self, statement: &S) -> Outcome<Option<QueryResult>> {
        Ok(self.all(statement).await?.into_iter().next())
    }

    async fn run<S: StatementBuilder>(&self, statement: &S) -> Outcome<u64> {
        self.pulse.send();
        self.run_aside(statement).await
    }

    /// Runs what no request waits for, which is not counted among the statements of requests.
    async fn run_aside<S: StatementBuilder>(&self, statement: &S) -> Outcome<u64> {
        let built = StatementBuilder::build(statement, &self.backend());
        match &self.connection {
            Connection::Pool(pool) => {
                // SQLite lets one write at a time, whoever it is for.
                let _turn = match (self.backend(), &self.turn) {
                    (DbBackend::Sqlite, None) => Some(self.queue.wait(Uuid::nil()).await?),
                    _ => None,
                };
                pool.run(built).await
            }
            Connection::Transaction(transaction, _) => transaction.run(built).await,
        }
    }
}

#[cfg(test)]
mod faults;
