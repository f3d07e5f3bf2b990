//! Who writes next: writers of one organisation stand in line before they take a connection.

use crate::resource::{Error, Outcome};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Line, OwnedMutexGuard};
use uuid::Uuid;

/// How long a writer stands in line before it is sent away; nothing of it is written then.
const LINE: Duration = Duration::from_secs(20);

/// The line of each organisation that has written since the start.
#[derive(Debug, Default)]
pub(super) struct Queue(Mutex<HashMap<Uuid, Arc<Line<()>>>>);

/// A turn to write; it ends when the last copy is dropped.
pub(super) type Turn = Arc<OwnedMutexGuard<()>>;

impl Queue {
    /// Waits for its turn.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not come in time.
    pub async fn wait(&self, of: Uuid) -> Outcome<Turn> {
        self.wait_for(of, LINE).await
    }

    async fn wait_for(&self, of: Uuid, time: Duration) -> Outcome<Turn> {
        let line = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(of).or_default());
        let late = |_| Error::Unavailable(format!("others have written for {} s", time.as_secs()));
        tokio::time::timeout(time, line.lock_owned()).await.map(Arc::new).map_err(late)
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;
    use crate::resource::Error;
    use crate::store::Store;
    use std::time::Duration;
    use uuid::Uuid;

    #[tokio::test]
    async fn who_waits_for_long_is_sent_away_and_the_line_goes_on() {
        let (queue, tenant) = (Queue::default(), Uuid::now_v7());
        let writing = queue.wait(tenant).await.unwrap();
        let waited = queue.wait_for(tenant, Duration::from_millis(50)).await;
        assert!(matches!(waited, Err(Error::Unavailable(_))));
        drop(writing);
        assert!(queue.wait(tenant).await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_to_write_takes_no_connection_from_readers() {
        let file = std::env::temp_dir().join(format!("isms-queue-{}.db", Uuid::now_v7()));
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let store = Store::connect(&url, 2).await.unwrap();
        let tenant = Uuid::now_v7();
        let writing = store.in_turn(tenant).await.unwrap().begin().await.unwrap();
        let next = {
            let store = store.clone();
            tokio::spawn(async move { store.in_turn(tenant).await.unwrap().begin().await.unwrap().rollback().await })
        };
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!next.is_finished());
        tokio::time::timeout(Duration::from_secs(5), store.ping()).await.unwrap().unwrap();
        writing.rollback().await;
        tokio::time::timeout(Duration::from_secs(5), next).await.unwrap().unwrap();
    }
}
