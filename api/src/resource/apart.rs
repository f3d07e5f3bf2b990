//! Long work that keeps no worker from its requests.

use super::{Error, Outcome};
use std::future::Future;

/// Does what computes for long on a thread where no request waits; what it asks the database for goes on in the runtime
/// that this is called from.
///
/// # Errors
/// What the work says.
pub async fn apart<T, Work>(work: impl FnOnce() -> Work + Send + 'static) -> Outcome<T>
where
    T: Send + 'static,
    Work: Future<Output = Outcome<T>>,
{
    let runtime = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || runtime.block_on(work()));
    done.await.map_err(|error| Error::Internal(error.to_string()))?
}
