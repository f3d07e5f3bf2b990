//! Fair shares of the connections: what reads much leaves room for what reads one record, and one caller leaves room for
//! the others.

use super::{Error, Outcome};
use actix_web::HttpRequest;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// So many connections are never given to what reads much, where there are enough.
const ROOM: usize = 2;

/// How long a share is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Something of which there is only so much, for each caller and in all.
pub struct Shares {
    /// What there is, in words.
    what: &'static str,
    all: Arc<Semaphore>,
    /// So much may one caller have of it.
    each: usize,
    callers: Mutex<HashMap<Uuid, Arc<Semaphore>>>,
}

/// A share; given back when dropped.
pub struct Share<'a> {
    shares: &'a Shares,
    caller: Uuid,
    own: Option<OwnedSemaphorePermit>,
    _all: OwnedSemaphorePermit,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.own = None;
        self.shares.forget(self.caller);
    }
}

impl Shares {
    /// So much in all and for each caller.
    pub fn new(what: &'static str, all: usize, each: usize) -> Self {
        Self { what, all: Arc::new(Semaphore::new(all)), each: each.min(all), callers: Mutex::default() }
    }

    /// Of so many connections: what reads much, and what is worked out at length, of which as much goes on as there are
    /// processors. One caller gives no more than half of them to do.
    pub fn of(connections: usize) -> (Self, Self) {
        let all = connections.saturating_sub(ROOM).max(1);
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let long = all.div_ceil(2).min(processors);
        let much = all.saturating_sub(long).max(1);
        let of = |what, all: usize| Self::new(what, all, all.div_ceil(2).min(processors.div_ceil(2)));
        (of("reading", much), of("what takes long", long))
    }

    /// Waits until this caller may have so much, but not for long. More than there is for one is as much as there is for
    /// one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when that takes too long.
    pub async fn take(&self, caller: Uuid, much: u32) -> Outcome<Share<'_>> {
        let taken = tokio::time::timeout(PATIENCE, self.wait(caller, much)).await;
        taken.unwrap_or_else(|_| {
            self.forget(caller);
            let what = self.what;
            Err(Error::Unavailable(format!("too much is asked for at once ({what}): ask for less, or again later")))
        })
    }

    /// The same however long it takes: first for their own turn, then for everybody's.
    ///
    /// # Errors
    /// None as long as the service runs.
    pub async fn wait(&self, caller: Uuid, much: u32) -> Outcome<Share<'_>> {
        let much = much.min(u32::try_from(self.each).unwrap_or(u32::MAX));
        let own = {
            let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(callers.entry(caller).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
        };
        let closed = |error: AcquireError| Error::Internal(error.to_string());
        let own = own.acquire_many_owned(much).await.map_err(closed)?;
        let all = Arc::clone(&self.all).acquire_many_owned(much).await.map_err(closed)?;
        Ok(Share { shares: self, caller, own: Some(own), _all: all })
    }

    /// Who has no share and waits for none is forgotten.
    fn forget(&self, caller: Uuid) {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.get(&caller).is_some_and(|own| Arc::strong_count(own) == 1) {
            callers.remove(&caller);
        }
    }
}

/// Whether what a request reads may be much: a list, not one record, and not what a write looks at. A question to the
/// gateway is weighed once it is read.
pub fn reads_much(request: &HttpRequest) -> bool {
    let pattern = request.match_pattern().unwrap_or_default();
    request.method().is_safe() && !pattern.ends_with("/{id}") && !["/v1/me", "/graphql"].contains(&pattern.as_str())
}

#[cfg(test)]
mod tests {
    use super::Shares;
    use std::time::Duration;
    use uuid::Uuid;

    #[tokio::test]
    async fn one_caller_leaves_room_for_another_and_is_forgotten_afterwards() {
        let (shares, greedy, other) = (Shares::new("reading", 4, 2), Uuid::now_v7(), Uuid::now_v7());
        let (first, second) = (shares.take(greedy, 1).await, shares.take(greedy, 1).await);
        let third = tokio::time::timeout(Duration::from_millis(50), shares.take(greedy, 1)).await;
        assert!(third.is_err(), "two of four are one caller's most");
        let neighbour = tokio::time::timeout(Duration::from_millis(50), shares.take(other, 1)).await;
        assert!(neighbour.is_ok_and(|share| share.is_ok()));
        drop((first, second));
        assert!(shares.callers.lock().unwrap().is_empty());
    }
}
