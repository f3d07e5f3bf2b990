//! Fair shares of the connections: what reads much leaves room for what reads one record, and one caller leaves room for
//! the others.

use actix_web::HttpRequest;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// So many connections are never given to what reads much, where there are enough.
const ROOM: usize = 2;

/// What reads much at the moment.
pub struct Shares {
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
    /// Of so many connections.
    pub fn of(connections: usize) -> Self {
        let all = connections.saturating_sub(ROOM).max(1);
        let each = all.div_ceil(2);
        Self { all: Arc::new(Semaphore::new(all)), each, callers: Mutex::default() }
    }

    /// Waits until this caller may read much: first for their own turn, then for everybody's.
    pub async fn take(&self, caller: Uuid) -> Option<Share<'_>> {
        let own = {
            let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(callers.entry(caller).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
        };
        let own = own.acquire_owned().await.ok()?;
        let all = Arc::clone(&self.all).acquire_owned().await.ok()?;
        Some(Share { shares: self, caller, own: Some(own), _all: all })
    }

    /// Who has no share and waits for none is forgotten.
    fn forget(&self, caller: Uuid) {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.get(&caller).is_some_and(|own| Arc::strong_count(own) == 1) {
            callers.remove(&caller);
        }
    }
}

/// Whether what a request reads may be much: a list, an export, a question, not one record, and not what a write looks at.
pub fn reads_much(request: &HttpRequest) -> bool {
    let pattern = request.match_pattern().unwrap_or_default();
    pattern == "/graphql" || (request.method().is_safe() && !pattern.ends_with("/{id}") && pattern != "/v1/me")
}

#[cfg(test)]
mod tests {
    use super::Shares;
    use std::time::Duration;
    use uuid::Uuid;

    #[tokio::test]
    async fn one_caller_leaves_room_for_another_and_is_forgotten_afterwards() {
        let (shares, greedy, other) = (Shares::of(6), Uuid::now_v7(), Uuid::now_v7());
        let (first, second) = (shares.take(greedy).await, shares.take(greedy).await);
        let third = tokio::time::timeout(Duration::from_millis(50), shares.take(greedy)).await;
        assert!(third.is_err(), "two of four are one caller's most");
        let neighbour = tokio::time::timeout(Duration::from_millis(50), shares.take(other)).await;
        assert!(neighbour.is_ok_and(|share| share.is_some()));
        drop((first, second));
        assert!(shares.callers.lock().unwrap().is_empty());
    }
}
