//! The connections to SQLite, each by itself: one that writes, and some that only read. Whoever gives up waiting for a
//! statement gives up that statement and no other: it is broken off, and its connection serves nobody before it is clean.

use super::Settings;
use crate::resource::{Error, Outcome};
use sea_orm::sqlx::sqlite::{SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{Connection, Executor};
use sea_orm::{ConnAcquireErr, ConnectOptions, Database, DatabaseConnection, DbErr};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// SQLite asks whether to go on after so many steps of its machine, some milliseconds.
const STEPS: i32 = 100_000;
/// What is left of the log of a large transaction once its pages are in the database, bytes.
const LOG_KEPT: &str = "16777216";

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Reading alone: SQLite itself refuses anything else.
    Reading,
    /// Writing.
    Writing,
}

/// One connection. It is opened again when it had to be closed.
#[derive(Debug)]
struct Lane {
    connection: DatabaseConnection,
    /// Nobody waits any more for the statement that it is at.
    given_up: Arc<AtomicBool>,
}

/// Connections of one use, and those of them that are free.
#[derive(Debug)]
pub(super) struct Lanes {
    all: Vec<Arc<Lane>>,
    free: Mutex<VecDeque<Arc<Lane>>>,
    turns: Arc<Semaphore>,
    /// Where connections become clean again, whatever has ended meanwhile.
    runtime: Handle,
}

/// A connection for as long as somebody needs it.
#[derive(Debug)]
pub(super) struct Taken {
    lane: Arc<Lane>,
    lanes: Arc<Lanes>,
    turn: Option<OwnedSemaphorePermit>,
    given_up: bool,
}

impl Lanes {
    /// So many connections for this use.
    pub async fn open(settings: &Settings<'_>, of: Use, count: u32) -> Outcome<Arc<Self>> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(Arc::new(Lane::open(settings, of).await?));
        }
        let turns = Arc::new(Semaphore::new(all.len()));
        let free = Mutex::new(all.iter().map(Arc::clone).collect());
        Ok(Arc::new(Self { all, free, turns, runtime: Handle::current() }))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Waits for a connection.
    pub async fn take(self: &Arc<Self>) -> Outcome<Taken> {
        let closed = || Error::Unavailable("the database is closed".into());
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| closed())?;
        let lane = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop_front().ok_or_else(closed)?;
        // What becomes of it is not known until somebody says that it is done.
        Ok(Taken { lane, lanes: Arc::clone(self), turn: Some(turn), given_up: true })
    }

    /// Nobody waits for what they are at.
    pub fn give_up(&self) {
        self.all.iter().for_each(|lane| lane.given_up.store(true, Ordering::Relaxed));
    }

    /// Ends all of them, once their statements are over.
    pub async fn close(&self) {
        self.turns.close();
        for lane in &self.all {
            let _ = lane.connection.close_by_ref().await;
        }
    }

    fn give_back(&self, lane: Arc<Lane>, turn: Option<OwnedSemaphorePermit>) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push_back(lane);
        drop(turn);
    }
}

impl Taken {
    /// The connection.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.lane.connection
    }

    /// The statement that it is at is waited for by nobody.
    pub fn give_up(&self) {
        self.lane.given_up.store(true, Ordering::Relaxed);
    }

    /// All that was begun on it is over.
    pub fn done(mut self) {
        self.given_up = false;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let (lane, lanes, turn) = (Arc::clone(&self.lane), Arc::clone(&self.lanes), self.turn.take());
        if !self.given_up {
            return lanes.give_back(lane, turn);
        }
        self.give_up();
        let runtime = lanes.runtime.clone();
        runtime.spawn(async move {
            if lane.is_clean().await {
                lanes.give_back(lane, turn);
            }
        });
    }
}

impl Lane {
    async fn open(settings: &Settings<'_>, of: Use) -> Outcome<Self> {
        for_this_user(settings.url);
        let given_up = Arc::new(AtomicBool::new(false));
        let mut options = ConnectOptions::new(settings.url);
        options
            .sqlx_logging(false)
            .test_before_acquire(false)
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(40))
            .map_sqlx_sqlite_opts(move |sqlite| {
                let sqlite = sqlite
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(30))
                    .statement_cache_capacity(200)
                    .pragma("journal_size_limit", LOG_KEPT);
                if of == Use::Reading { sqlite.pragma("query_only", "ON") } else { sqlite }
            });
        watch(&mut options, of, &given_up);
        Ok(Self { connection: Database::connect(options).await?, given_up })
    }

    /// Waits until the connection is at nothing any more: it is clean, or another one takes its place.
    async fn is_clean(&self) -> bool {
        loop {
            match self.connection.ping().await {
                Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)) => return false,
                Err(error) => {
                    tracing::warn!(%error, "a connection to the database is still at what was given up");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Ok(()) => {
                    self.given_up.store(false, Ordering::Relaxed);
                    return true;
                }
            }
        }
    }
}

/// A database that is not there yet is made for this user alone; its log takes over who may read it. What is wrong with
/// its place, SQLite tells.
fn for_this_user(url: &str) {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if let Some(file) = super::sqlite_file(url).filter(|_| !url.contains("mode=ro") && !url.contains("immutable")) {
        let _ = options.open(file);
    }
}

/// Has each new connection ask whether anybody waits for it, and lets none that writes be used again in a transaction
/// that nobody knows of.
fn watch(options: &mut ConnectOptions, of: Use, given_up: &Arc<AtomicBool>) {
    let given_up = Arc::clone(given_up);
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        let given_up = Arc::clone(&given_up);
        let pool = pool.after_connect(move |connection, _| {
            let given_up = Arc::clone(&given_up);
            Box::pin(async move {
                let go_on = move || !given_up.load(Ordering::Relaxed);
                connection.lock_handle().await?.set_progress_handler(STEPS, go_on);
                Ok(())
            })
        });
        if of == Use::Reading {
            return pool;
        }
        pool.after_release(|connection, _| Box::pin(async move { Ok(is_outside(connection).await) }))
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
    });
}

/// Whether SQLite and its driver both say that no transaction is open. SQLite ends one by itself when the disk is full,
/// on errors of the disk, without memory, and when a write is broken off; the driver does not learn of it, and would
/// take the next transaction for a part of the one that is gone.
async fn is_outside(connection: &mut SqliteConnection) -> bool {
    // There is nothing to undo where no transaction is open, and SQLite says so.
    let told = match connection.execute("ROLLBACK").await {
        Ok(_) => "a transaction was open".to_owned(),
        Err(error) if error.to_string().contains("no transaction is active") => {
            if !connection.is_in_transaction() {
                return true;
            }
            "a transaction was counted that was not open".to_owned()
        }
        Err(error) => error.to_string(),
    };
    tracing::warn!(why = told, "a connection to the database is closed");
    false
}

#[cfg(test)]
mod tests {
    use crate::resource::{apart, for_long};
    use crate::store::{Settings, Store};
    use sea_orm::sea_query::{Expr, SelectStatement};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    async fn store(url: &str, connections: u32) -> Store {
        Store::connect_for(&Settings { url, connections, patience: Duration::from_mins(1) }).await.unwrap()
    }

    fn asking(what: &str) -> SelectStatement {
        SelectStatement::new().expr(Expr::cust(what.to_owned())).take()
    }

    fn endless() -> SelectStatement {
        asking("(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n)")
    }

    #[tokio::test]
    async fn what_is_worked_out_at_length_and_what_is_not_have_readers_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display()), 2).await;
        let soon = Duration::from_secs(10);
        for at_length in [true, false] {
            let (busy, other) = (store.clone(), store.clone());
            let work = async move { busy.all(&endless()).await.map(drop) };
            let asks = async move { other.all(&asking("1")).await.map(|rows| rows.len()) };
            let kept = tokio::spawn(async move { if at_length { apart(work).await } else { work.await } });
            tokio::time::sleep(Duration::from_millis(200)).await;
            let answer = async { if at_length { asks.await } else { apart(asks).await } };
            assert_eq!(tokio::time::timeout(soon, answer).await.unwrap().unwrap(), 1, "{at_length}");
            assert!(!kept.is_finished());
            kept.abort();
        }
    }

    #[tokio::test]
    async fn who_reads_in_line_has_one_connection_and_leaves_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display()), 4).await;
        let line = store.in_line();
        let first = tokio::spawn({
            let line = line.clone();
            async move { line.all(&endless()).await }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let second = tokio::time::timeout(Duration::from_millis(300), line.all(&asking("1"))).await;
        assert!(second.is_err(), "it waits for the first");
        let others = tokio::time::timeout(Duration::from_secs(10), store.all(&asking("1"))).await;
        assert!(others.is_ok_and(|rows| rows.is_ok()));
        first.abort();
        let next = tokio::time::timeout(Duration::from_secs(10), line.all(&asking("1"))).await;
        assert!(next.is_ok_and(|rows| rows.is_ok()), "the line moves on");
    }

    #[tokio::test]
    async fn a_connection_is_given_back_although_whoever_used_it_computes() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display()), 2).await;
        let (tell, told) = tokio::sync::oneshot::channel();
        let go_on = Arc::<AtomicBool>::default();
        let computing = tokio::spawn(apart({
            let (store, go_on) = (store.clone(), Arc::clone(&go_on));
            async move {
                store.all(&asking("1")).await?;
                let _ = tell.send(());
                while !go_on.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Ok(())
            }
        }));
        told.await.unwrap();
        // There is one that reads at length.
        let next = for_long(move || async move { store.all(&asking("1")).await.map(drop) });
        let next = tokio::time::timeout(Duration::from_secs(10), next).await;
        go_on.store(true, Ordering::Relaxed);
        computing.await.unwrap().unwrap();
        assert!(next.is_ok_and(|rows| rows.is_ok()));
    }

    #[tokio::test]
    async fn an_abandoned_statement_frees_its_connection() {
        let store = store("sqlite::memory:", 2).await;
        let began = Instant::now();
        let waited = tokio::time::timeout(Duration::from_millis(500), store.all(&endless())).await;
        assert!(waited.is_err(), "it never ends");
        store.ping().await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    }
}
