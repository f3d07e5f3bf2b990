//! What uses the database is dropped within a runtime, even when the thread that used it has come to its end: its
//! connection is given back by a task. So it is where somebody computes at length, for others wait for that connection.

use crate::resource::computes_at_length;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::Handle;

/// A future that is dropped within this runtime, and begins there what it leaves to others.
#[derive(Debug)]
pub(super) struct Within<T> {
    inner: Option<T>,
    runtime: Handle,
}

impl<T> Within<T> {
    /// Drops it within this runtime.
    pub const fn new(inner: T, runtime: Handle) -> Self {
        Self { inner: Some(inner), runtime }
    }
}

impl<T> Drop for Within<T> {
    fn drop(&mut self) {
        let _context = self.runtime.enter();
        drop(self.inner.take());
    }
}

impl<F: Future + Unpin> Future for Within<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Self { inner, runtime } = &mut *self;
        let _context = computes_at_length().then(|| runtime.enter());
        match inner {
            Some(inner) => Pin::new(inner).poll(context),
            None => Poll::Pending,
        }
    }
}
