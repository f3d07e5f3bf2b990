//! Statements that nobody waits for any more are broken off, so that their connection is free again.
//!
//! PostgreSQL has a timeout for that. SQLite goes on until it is told to stop: it asks now and then, on the thread that
//! works on the statement, and is told so when it has been busy for long and somebody has given up waiting meanwhile.

use sea_orm::ConnectOptions;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// SQLite asks after so many steps of its machine, some milliseconds.
const STEPS: i32 = 100_000;
/// A connection that has not asked for so long is at another statement.
const PAUSE: Duration = Duration::from_secs(1);

/// Knows how many statements were sent, and when somebody last gave up waiting.
#[derive(Debug)]
pub(super) struct Watch {
    began: Instant,
    /// Milliseconds from `began`; 0 for never.
    given_up: AtomicU64,
    sent: AtomicU64,
    patience: Duration,
}

/// Somebody waits for a statement; dropped before it is [`Waiting::over`], they gave up.
pub(super) struct Waiting<'a>(Option<&'a Watch>);

impl Waiting<'_> {
    pub fn over(mut self) {
        self.0 = None;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(watch) = self.0 {
            watch.given_up.store(watch.millis().max(1), Ordering::Relaxed);
        }
    }
}

impl Watch {
    /// Statements that take longer than `patience` are broken off.
    pub fn new(patience: Duration) -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), given_up: AtomicU64::new(0), sent: AtomicU64::new(0), patience })
    }

    /// How many statements anybody waited for.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Somebody sends a statement and begins to wait.
    pub fn wait(&self) -> Waiting<'_> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        Waiting(Some(self))
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether somebody gave up while a connection was busy, half of their patience after it had begun.
    fn is_given_up(&self, busy_since: Instant) -> bool {
        let given_up = Duration::from_millis(self.given_up.load(Ordering::Relaxed));
        given_up > busy_since.duration_since(self.began) + self.patience / 2
    }

    /// Sets the limits of each new connection.
    pub fn install(self: &Arc<Self>, options: &mut ConnectOptions) {
        let patience = self.patience;
        options.map_sqlx_postgres_opts(move |postgres| {
            // A statement over all record types would be compiled (JIT) for seconds to run for milliseconds.
            postgres.options([("statement_timeout", format!("{}ms", patience.as_millis())), ("jit", "off".to_owned())])
        });
        let watch = Arc::clone(self);
        options.map_sqlx_sqlite_pool_opts(move |pool| {
            let watch = Arc::clone(&watch);
            pool.after_connect(move |connection, _| {
                let watch = Arc::clone(&watch);
                Box::pin(async move {
                    let (mut since, mut asked) = (Instant::now(), Instant::now());
                    connection.lock_handle().await?.set_progress_handler(STEPS, move || {
                        if asked.elapsed() > PAUSE {
                            since = Instant::now();
                        }
                        asked = Instant::now();
                        !watch.is_given_up(since)
                    });
                    Ok(())
                })
            })
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::store::Store;
    use sea_orm::sea_query::{Expr, SelectStatement};
    use std::time::{Duration, Instant};

    #[tokio::test]
    async fn an_abandoned_statement_frees_its_connection() {
        let store = Store::connect_for("sqlite::memory:", 1, Duration::from_millis(1_500)).await.unwrap();
        let mut endless = SelectStatement::new();
        let count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
        endless.expr(Expr::cust(format!("({count})")));
        let began = Instant::now();
        let waited = tokio::time::timeout(Duration::from_millis(1_500), store.all(&endless)).await;
        assert!(waited.is_err(), "it never ends");
        store.ping().await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    }
}
