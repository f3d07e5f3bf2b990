//! What the service does without being asked: again and again, told when it fails, and ended before the process is.

use crate::resource::{Error, Outcome};
use crate::store::{Duty, Store};
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How long what is under way may take to its end once the service stops.
const ENDS: Duration = Duration::from_secs(5);

/// Work that goes on beside the requests.
pub struct Duties {
    store: Store,
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

impl Duties {
    /// Nothing yet, on this database.
    pub fn new(store: Store) -> Self {
        Self { store, stop: watch::Sender::new(false), running: Vec::new() }
    }

    /// Does this now and every so often. What fails, or panics, is told as a failure of its duty, where it is one, and
    /// done again.
    pub fn every<F, Fut>(&mut self, time: Duration, name: &'static str, duty: Option<Duty>, step: F)
    where
        F: Fn() -> Fut + Send + 'static,
        Fut: Future<Output = Outcome<()>> + Send + 'static,
    {
        let (store, mut stopped) = (self.store.clone(), self.stop.subscribe());
        self.running.push(tokio::spawn(async move {
            let mut ticks = interval(time);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = stopped.wait_for(|stopped| *stopped) => return,
                    _ = ticks.tick() => {}
                }
                let mut step = tokio::spawn(step());
                let done = tokio::select! {
                    done = &mut step => done,
                    () = too_late(&mut stopped) => return step.abort(),
                };
                let failure = match done {
                    Ok(Ok(())) => None,
                    // Of what does not depend on it, a database that does not answer tells nothing.
                    Ok(Err(Error::Unavailable(why) | Error::Unknown(why)))
                        if duty.is_some_and(|duty| !duty.is_database()) =>
                    {
                        tracing::debug!(why, "{name} has to wait");
                        continue;
                    }
                    Ok(Err(error)) => Some(format!("{error:?}")),
                    Err(error) => Some(error.to_string()),
                };
                match duty {
                    Some(duty) => store.note_duty(duty, failure.as_deref()),
                    None => failure.into_iter().for_each(|why| tracing::warn!(why, "{name} failed")),
                }
            }
        }));
    }

    /// Begins nothing more, and waits for what is under way.
    pub async fn end(self) {
        let _ = self.stop.send(true);
        for running in self.running {
            let _ = running.await;
        }
    }
}

/// Some seconds after the service was told to stop.
async fn too_late(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
    sleep(ENDS).await;
}
