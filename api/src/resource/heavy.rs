//! Heavy work has places, as many as there are processors, and a line before them: one caller takes up at most half of the
//! places, however much they ask for, and nobody stands in line for long.

use super::apart::{failed, threads};
use super::shares::{Share, Shares};
use super::{Error, Outcome};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// So many stand in it at once.
const LONGEST: usize = 64;
/// How long work that looks at its leash may take.
const WORKS: Duration = Duration::from_secs(20);

static PLACES: LazyLock<Shares> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    Shares::new("heavy work", processors, processors.div_ceil(2))
});
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Who waits for a place, and how.
#[derive(Clone, Copy, Debug)]
pub enum Line {
    /// A request of this caller, which is sent away when it would take too long.
    Request(Uuid),
    /// What nobody waits for at the other end, done on behalf of this caller whenever it is its turn.
    Duty(Uuid),
}

/// What heavy work looks at from time to time: whether anybody still waits for it.
#[derive(Clone, Debug)]
pub struct Leash {
    given_up: Arc<AtomicBool>,
    until: Instant,
}

/// Whoever waits; dropped, the work ends.
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Leash {
    fn new() -> (Self, Waits) {
        let given_up = Arc::<AtomicBool>::default();
        (Self { given_up: Arc::clone(&given_up), until: Instant::now() + WORKS }, Waits(given_up))
    }

    /// One that is as long as heavy work may be.
    #[cfg(test)]
    pub fn whole() -> Self {
        Self { given_up: Arc::default(), until: Instant::now() + WORKS }
    }

    /// Whether the work goes on.
    ///
    /// # Errors
    /// When nobody waits for it any more; [`Error::Malformed`] when it takes too long.
    pub fn goes_on(&self) -> Outcome<()> {
        if self.given_up.load(Ordering::Relaxed) {
            return Err(Error::Unavailable("nobody waits for this any more".into()));
        }
        if Instant::now() > self.until {
            return Err(Error::Malformed(format!("this takes longer than {} s: send less at once", WORKS.as_secs())));
        }
        Ok(())
    }
}

/// Does heavy work on a thread where no request waits, once it has a place, which it holds to its end. Its panic is the
/// failure of this work alone.
///
/// # Errors
/// [`Error::Unavailable`] when too many stand in line, or it takes too long; what the work says.
pub async fn heavy<T: Send + 'static>(
    line: Line,
    work: impl FnOnce(&Leash) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let place = place(line).await?;
    let (leash, waits) = Leash::new();
    let done = threads()?.spawn_blocking(move || {
        let done = work(&leash);
        drop(place);
        done
    });
    let done = done.await.map_err(failed)?;
    drop(waits);
    done
}

async fn place(line: Line) -> Outcome<Share<'static>> {
    let busy = || Error::Unavailable("too much heavy work is asked for at once".into());
    let caller = match line {
        Line::Duty(caller) => return PLACES.wait(caller, 1).await,
        Line::Request(caller) => caller,
    };
    let _waiting = Waiting::begin().ok_or_else(busy)?;
    PLACES.take(caller, 1).await
}

/// One who stands in line.
struct Waiting;

impl Waiting {
    fn begin() -> Option<Self> {
        let waiting = Self;
        // Counted first and looked at then: two who come at once do not both slip in.
        (WAITING.fetch_add(1, Ordering::Relaxed) < LONGEST).then_some(waiting)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_the_failure_of_one_and_gives_its_place_back() {
        let caller = Uuid::now_v7();
        for _ in 0..2 * std::thread::available_parallelism().map_or(1, usize::from) {
            let failed: Outcome<()> = heavy(Line::Request(caller), |_| panic!("on purpose")).await;
            assert!(matches!(failed, Err(Error::Internal(_))));
        }
        assert_eq!(heavy(Line::Request(caller), |_| Ok(1)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_ends_and_others_come_to_theirs() {
        let (greedy, other) = (Uuid::now_v7(), Uuid::now_v7());
        let (tell, told) = std::sync::mpsc::channel();
        let endless = move |leash: &Leash| -> Outcome<()> {
            let _ = tell.send(());
            while leash.goes_on().is_ok() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(())
        };
        let first = tokio::spawn(heavy(Line::Request(greedy), endless));
        tokio::task::spawn_blocking(move || told.recv()).await.unwrap().unwrap();
        first.abort();
        let waited = tokio::time::timeout(Duration::from_secs(10), heavy(Line::Request(greedy), |_| Ok(())));
        assert!(waited.await.is_ok(), "its place is free again");
        assert!(heavy(Line::Request(other), |_| Ok(())).await.is_ok());
    }
}
