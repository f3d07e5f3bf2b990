//! A transaction, and those inside it. What begins, ends or undoes one is never broken off half way, and what failed in
//! a way that undoes the whole is not gone on with.

use super::lanes::Taken;
use super::pulse::{Duty, Pulse};
use super::queue::Turn;
use super::trouble::Trouble;
use crate::resource::{Error, Outcome};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Statement, TransactionTrait};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// What a transaction and those inside it have in common.
#[derive(Debug)]
pub(super) struct Whole {
    /// The database may have undone it already: nothing more is done in it.
    broken: AtomicBool,
    /// SQLite's one connection that writes.
    lane: Option<Taken>,
    pulse: Arc<Pulse>,
    runtime: Handle,
    /// When its last statement was over.
    latest: Mutex<Instant>,
    /// Those that were dropped before they were ended, inner ones first. They are undone when nobody uses the connection
    /// any more, for what is still at it holds it.
    dropped: Mutex<Vec<DatabaseTransaction>>,
}

impl Whole {
    /// One that is about to begin; its connections are given back within this runtime.
    pub fn new(lane: Option<Taken>, pulse: Arc<Pulse>, runtime: Handle) -> Self {
        let latest = Mutex::new(Instant::now());
        Self { broken: AtomicBool::new(false), lane, pulse, runtime, latest, dropped: Mutex::default() }
    }

    fn break_off(&self) {
        self.broken.store(true, Ordering::Relaxed);
    }

    fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// What this error makes of the transaction.
    fn fail(&self, error: &DbErr) {
        let trouble = Trouble::of(error);
        if !trouble.leaves_transaction() {
            self.break_off();
        }
        if trouble == Trouble::Broken {
            self.pulse.note(Duty::Writes, Some(&error.to_string()));
        }
    }

    /// All of it is over: its connection is free for the next one.
    fn over(self: &mut Arc<Self>) {
        if let Some(lane) = Arc::get_mut(self).filter(|whole| !whole.is_broken()).and_then(|whole| whole.lane.take()) {
            lane.done();
        }
    }

    /// Has those undone that were dropped.
    fn undo_dropped(&self) {
        let _context = self.runtime.enter();
        std::mem::take(&mut *self.dropped.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().for_each(drop);
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        self.undo_dropped();
    }
}

/// A transaction, or one inside another.
#[derive(Debug)]
pub(super) struct Transaction {
    /// None once it was ended.
    inner: Option<DatabaseTransaction>,
    /// A statement was refused: until this level is undone, PostgreSQL takes no more, and would undo it at its end
    /// without a word.
    refused: AtomicBool,
    nested: bool,
    whole: Arc<Whole>,
}

/// Whoever drops this before it is over does not wait for the statement any more.
struct Waiting<'a>(Option<&'a Whole>);

impl Waiting<'_> {
    fn over(mut self) {
        self.0 = None;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(whole) = self.0 {
            whole.break_off();
            if let Some(lane) = &whole.lane {
                lane.give_up();
            }
        }
    }
}

impl Transaction {
    /// A transaction that has begun.
    pub const fn begun(inner: DatabaseTransaction, whole: Arc<Whole>) -> Self {
        Self::of(inner, whole, false)
    }

    const fn of(inner: DatabaseTransaction, whole: Arc<Whole>, nested: bool) -> Self {
        Self { inner: Some(inner), refused: AtomicBool::new(false), nested, whole }
    }

    /// One inside this one, which can be undone alone.
    pub async fn nest(self: &Arc<Self>) -> Outcome<Self> {
        let outer = Arc::clone(self);
        let waiting = Waiting(Some(&self.whole));
        let begun = to_the_end(async move {
            let begun = outer.live()?.begin().await.inspect_err(|error| outer.whole.fail(error))?;
            Ok(Self::of(begun, Arc::clone(&outer.whole), true))
        });
        let begun = begun.await;
        waiting.over();
        begun?
    }

    /// The rows of one statement of it.
    pub async fn all(&self, statement: Statement) -> Outcome<Vec<QueryResult>> {
        self.step(self.live()?.query_all_raw(statement)).await
    }

    /// The first row of one statement of it.
    pub async fn one(&self, statement: Statement) -> Outcome<Option<QueryResult>> {
        self.step(self.live()?.query_one_raw(statement)).await
    }

    /// Runs one statement of it; tells how many rows it changed.
    pub async fn run(&self, statement: Statement) -> Outcome<u64> {
        Ok(self.step(self.live()?.execute_raw(statement)).await?.rows_affected())
    }

    async fn step<T>(&self, statement: impl Future<Output = Result<T, DbErr>> + Send) -> Outcome<T> {
        let waiting = Waiting(Some(&self.whole));
        let result = statement.await;
        waiting.over();
        *self.whole.latest.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        Ok(result.inspect_err(|error| {
            self.refused.store(true, Ordering::Relaxed);
            self.whole.fail(error);
        })?)
    }

    /// Whether it has been at nothing for a second.
    pub fn is_at_nothing(&self) -> bool {
        self.whole.latest.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > Duration::from_secs(1)
    }

    /// Makes it last; of one inside another, as far as the outer one does. When nothing is known of what has become of
    /// it, [`Error::Unknown`].
    pub async fn commit(mut self, turn: Option<Turn>) -> Outcome<()> {
        if let Err(error) = self.live().map(drop) {
            self.rollback(turn).await;
            return Err(error);
        }
        to_the_end(async move {
            let committed = match self.inner.take() {
                Some(inner) => inner.commit().await.inspect_err(|error| self.whole.fail(error)),
                None => Ok(()),
            };
            if committed.is_ok() && !self.nested {
                self.whole.pulse.note(Duty::Writes, None);
                self.whole.over();
            }
            drop(turn);
            match committed {
                Err(error) if !self.nested && Trouble::of(&error) != Trouble::Busy => {
                    Err(Error::Unknown(error.to_string()))
                }
                other => Ok(other?),
            }
        })
        .await?
    }

    /// Undoes it.
    pub async fn rollback(mut self, turn: Option<Turn>) {
        let undone = to_the_end(async move {
            self.whole.undo_dropped();
            let undone = match self.inner.take() {
                Some(inner) => inner.rollback().await.inspect_err(|_| self.whole.break_off()),
                None => Ok(()),
            };
            if undone.is_ok() && !self.nested {
                self.whole.over();
            }
            drop(turn);
            undone
        });
        if let Ok(Err(error)) = undone.await {
            tracing::debug!(%error, "a transaction was over before it was undone: its connection is closed");
        }
    }

    /// What statements run on, while nothing has ended it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database has given it up.
    pub fn live(&self) -> Outcome<&DatabaseTransaction> {
        if self.whole.is_broken() {
            return Err(Error::Unavailable("the database has given up the transaction".into()));
        }
        if self.refused.load(Ordering::Relaxed) {
            return Err(Error::Internal("a statement of the transaction was refused before".into()));
        }
        self.inner.as_ref().ok_or_else(|| Error::Internal("the transaction is over".into()))
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            // What the outer one would go on with is not known.
            self.whole.break_off();
            self.whole.dropped.lock().unwrap_or_else(PoisonError::into_inner).push(inner);
        }
    }
}

/// Goes on to the end when nobody waits for it any more: half way, neither the driver nor we would know what is open.
pub(super) async fn to_the_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Outcome<T> {
    tokio::spawn(work).await.map_err(|error| Error::Unknown(error.to_string()))
}
