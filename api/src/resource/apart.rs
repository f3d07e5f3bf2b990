//! Threads where no request waits, for what computes for long: beside whatever else has something to do, they get little.

use super::{Error, Outcome};
use std::cell::Cell;
use std::future::Future;
use std::io;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use tracing::Instrument as _;

/// By so much these threads give way to those that answer (`setpriority(2)`): where all have something to do, a tenth of
/// the time is theirs.
#[cfg(target_os = "linux")]
const GIVE_WAY: i32 = 10;

/// So much of what takes minutes goes on at once; the rest waits, for nobody stands at the other end.
const AT_ONCE: usize = 2;
static LONG: Semaphore = Semaphore::const_new(AT_ONCE);

static THREADS: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread()
        .worker_threads(processors)
        .thread_name("apart")
        .on_thread_start(give_way)
        .enable_all()
        .build()
});

thread_local! {
    static IS_HERE: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is one of these threads.
pub fn computes_at_length() -> bool {
    IS_HERE.get()
}

/// Elsewhere than on Linux priorities are those of the whole process.
fn give_way() {
    IS_HERE.set(true);
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(GIVE_WAY) {
        tracing::debug!(%error, "long work does not give way to short work");
    }
}

/// The threads, as many as there are processors, and more for what blocks them.
///
/// # Errors
/// When the system gives none.
pub(super) fn threads() -> Outcome<&'static Handle> {
    THREADS.as_ref().map(Runtime::handle).map_err(|error| Error::Internal(error.to_string()))
}

/// What became of work that ended without an answer.
pub(super) fn failed(error: JoinError) -> Error {
    Error::Internal(error.to_string())
}

/// Does what computes for long on these threads. Whoever gives up waiting for it ends it; its panic is the failure of this
/// work alone.
///
/// # Errors
/// What the work says.
pub async fn apart<T: Send + 'static>(work: impl Future<Output = Outcome<T>> + Send + 'static) -> Outcome<T> {
    let mut one = JoinSet::new();
    one.spawn_on(work.in_current_span(), threads()?);
    let done = one.join_next().await.ok_or_else(|| Error::Internal("nothing was begun".into()))?;
    done.map_err(failed)?
}

/// The same for what takes minutes and nobody waits for: few at once, each on a thread of its own, to its end.
///
/// # Errors
/// What the work says.
pub async fn for_long<T, Work>(work: impl FnOnce() -> Work + Send + 'static) -> Outcome<T>
where
    T: Send + 'static,
    Work: Future<Output = Outcome<T>>,
{
    let turn = LONG.acquire().await.map_err(|error| Error::Internal(error.to_string()))?;
    let threads = threads()?;
    let done = threads.spawn_blocking(move || {
        let done = threads.block_on(work());
        drop(turn);
        done
    });
    done.await.map_err(failed)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    #[tokio::test]
    async fn a_panic_is_the_failure_of_one() {
        let failed: Outcome<()> = apart(async { panic!("on purpose") }).await;
        assert!(matches!(failed, Err(Error::Internal(_))));
        assert_eq!(apart(async { Ok(1) }).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_ends() {
        struct Told(mpsc::Sender<()>);
        impl Drop for Told {
            fn drop(&mut self) {
                let _ = self.0.send(());
            }
        }
        let (tell, told) = mpsc::channel();
        let endless = async move {
            let _told = Told(tell);
            std::future::pending::<Outcome<()>>().await
        };
        assert!(tokio::time::timeout(Duration::from_millis(100), apart(endless)).await.is_err());
        assert!(told.recv_timeout(Duration::from_secs(10)).is_ok());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn it_gives_way_to_those_who_wait() {
        let of = || rustix::process::getpriority_process(None).unwrap();
        let here = of();
        let gives_way = (here + GIVE_WAY).min(19);
        assert_eq!(apart(async move { Ok((of(), computes_at_length())) }).await.unwrap(), (gives_way, true));
        assert_eq!(for_long(move || async move { Ok(of()) }).await.unwrap(), gives_way);
        assert_eq!((of(), computes_at_length()), (here, false));
    }
}
