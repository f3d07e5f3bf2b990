//! Long work that keeps no worker from its requests.

use super::heavy::{Line, heavy};
use super::{Error, Outcome};
use std::future::Future;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// So much of what takes minutes goes on at once; the rest waits, for nobody stands at the other end.
const AT_ONCE: usize = 2;
static LONG: Semaphore = Semaphore::const_new(AT_ONCE);

/// Does what computes for long on a thread where no request waits, as heavy work; what it asks the database for goes on
/// in the runtime that this is called from.
///
/// # Errors
/// As [`heavy`].
pub async fn apart<T, Work>(line: Line, work: impl FnOnce() -> Work + Send + 'static) -> Outcome<T>
where
    T: Send + 'static,
    Work: Future<Output = Outcome<T>>,
{
    let runtime = Handle::current();
    heavy(line, move |_| runtime.block_on(work())).await
}

/// The same for what takes minutes and asks for heavy work itself: it has a line of its own, so that it never waits for
/// the place that it holds.
///
/// # Errors
/// What the work says.
pub async fn for_long<T, Work>(work: impl FnOnce() -> Work + Send + 'static) -> Outcome<T>
where
    T: Send + 'static,
    Work: Future<Output = Outcome<T>>,
{
    let turn = LONG.acquire().await.map_err(|error| Error::Internal(error.to_string()))?;
    let runtime = Handle::current();
    let done = tokio::task::spawn_blocking(move || {
        let done = runtime.block_on(work());
        drop(turn);
        done
    });
    done.await.map_err(|error| Error::Internal(error.to_string()))?
}
