//! Who writes next: writers of one organisation stand in line before they take a connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Mutex as Line, OwnedMutexGuard};
use uuid::Uuid;

/// The line of each organisation that has written since the start.
#[derive(Debug, Default)]
pub(super) struct Queue(Mutex<HashMap<Uuid, Arc<Line<()>>>>);

/// A turn to write; it ends when the last copy is dropped.
pub(super) type Turn = Arc<OwnedMutexGuard<()>>;

impl Queue {
    /// Waits for its turn.
    pub async fn wait(&self, of: Uuid) -> Turn {
        let line = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(of).or_default());
        Arc::new(line.lock_owned().await)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::Store;
    use std::time::Duration;
    use uuid::Uuid;

    #[tokio::test]
    async fn who_waits_to_write_takes_no_connection_from_readers() {
        let file = std::env::temp_dir().join(format!("isms-queue-{}.db", Uuid::now_v7()));
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let store = Store::connect(&url, 2).await.unwrap();
        let tenant = Uuid::now_v7();
        let writing = store.in_turn(tenant).await.begin().await.unwrap();
        let next = {
            let store = store.clone();
            tokio::spawn(async move { store.in_turn(tenant).await.begin().await.unwrap().rollback().await })
        };
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!next.is_finished());
        tokio::time::timeout(Duration::from_secs(5), store.ping()).await.unwrap().unwrap();
        writing.rollback().await;
        tokio::time::timeout(Duration::from_secs(5), next).await.unwrap().unwrap();
    }
}
