//! What SQLite does when it cannot go on: full, out of memory, broken off. What was kept stays, nothing else is there,
//! and the next writer finds a clean connection.

use super::pool::Pool;
use super::{Connection, Duty, Store};
use crate::resource::{Error, Outcome};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

/// A database with one table that goes with it.
async fn fresh() -> (TempDir, String, Store) {
    let directory = TempDir::new().unwrap();
    let url = format!("sqlite://{}?mode=rwc", directory.path().join("faults.db").display());
    let store = Store::connect(&url, 4).await.unwrap();
    on_the_writer(&store, "CREATE TABLE kept (id INTEGER PRIMARY KEY, content BLOB NOT NULL, one INTEGER UNIQUE)")
        .await;
    (directory, url, store)
}

/// Runs this on the connection that writes, outside any transaction.
async fn on_the_writer(store: &Store, sql: &str) {
    let Connection::Pool(Pool::Sqlite { writer, .. }) = &store.connection else { panic!("it is SQLite") };
    let lane = writer.take().await.unwrap();
    lane.connection().execute_unprepared(sql).await.unwrap();
    lane.done();
}

async fn run(store: &Store, sql: String) -> Outcome<u64> {
    match &store.connection {
        Connection::Transaction(transaction, _) => {
            transaction.run(Statement::from_string(DbBackend::Sqlite, sql)).await
        }
        Connection::Pool(pool) => pool.run(Statement::from_string(DbBackend::Sqlite, sql)).await,
    }
}

/// One write as requests do it: something refused and undone inside it, then kept.
async fn write(store: &Store, id: i64, bytes: usize) -> Outcome<()> {
    let transaction = store.in_turn(Uuid::nil()).await.unwrap().begin().await?;
    let written = async {
        let step = transaction.begin().await?;
        run(&step, format!("INSERT INTO kept VALUES ({id}, zeroblob({bytes}), {id})")).await?;
        step.commit().await?;
        let refused = transaction.begin().await?;
        let again = run(&refused, format!("INSERT INTO kept VALUES (-{id}, zeroblob(1), {id})")).await;
        refused.rollback().await;
        match again {
            Err(Error::Duplicate(_)) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(Error::Internal("a unique value was taken twice".into())),
        }
    };
    match written.await {
        Ok(()) => transaction.commit().await,
        Err(error) => {
            transaction.rollback().await;
            Err(error)
        }
    }
}

/// A request that is refused as a whole: it leaves nothing, and on a connection that was not clean it would leave the rest
/// of the way open.
async fn refuse(store: &Store, id: i64) {
    let transaction = store.in_turn(Uuid::nil()).await.unwrap().begin().await.unwrap();
    run(&transaction, format!("INSERT INTO kept VALUES ({id}, zeroblob(1), NULL)")).await.unwrap();
    transaction.rollback().await;
}

/// What another process finds.
async fn there(url: &str) -> Vec<i64> {
    let other = Store::connect(url, 2).await.unwrap();
    let rows =
        other.all_built(Statement::from_string(DbBackend::Sqlite, "SELECT id FROM kept ORDER BY id")).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

#[tokio::test]
async fn a_full_database_loses_nothing_that_was_kept() {
    let (_directory, url, store) = fresh().await;
    on_the_writer(&store, "PRAGMA max_page_count = 60").await;
    let (mut kept, mut refused) = (Vec::new(), 0);
    for id in 1..=200 {
        match write(&store, id, 20_000).await {
            Ok(()) => kept.push(id),
            Err(Error::Unavailable(_) | Error::Unknown(_)) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
        if refused == 1 {
            break;
        }
    }
    assert!(refused == 1 && kept.len() > 3, "{refused} refused, {} kept", kept.len());
    assert!(store.pulse.fails(Duty::Writes), "that nothing can be written is known");
    // The connection that was full is gone, and with it its limit.
    for id in 1_000..1_020 {
        write(&store, id, 20_000).await.unwrap();
        kept.push(id);
    }
    assert!(!store.pulse.fails(Duty::Writes), "that writes are kept again is known");
    let there = there(&url).await;
    assert!(kept.iter().all(|id| there.contains(id)), "{kept:?} of {there:?}");
}

#[tokio::test]
async fn a_write_that_is_broken_off_leaves_nothing_and_a_clean_connection() {
    let (_directory, url, store) = fresh().await;
    for round in 0..5 {
        let transaction = store.in_turn(Uuid::nil()).await.unwrap().begin().await.unwrap();
        let step = transaction.begin().await.unwrap();
        run(&step, format!("INSERT INTO kept VALUES ({}, zeroblob(10), NULL)", 100 + round)).await.unwrap();
        let many = "INSERT INTO kept SELECT 1000 + value, zeroblob(10), NULL FROM \
                    (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT value FROM n)";
        let endless = tokio::time::timeout(Duration::from_millis(100), run(&step, many.into())).await;
        assert!(endless.is_err(), "it never ends");
        // What goes on all the same does so in vain.
        assert!(matches!(run(&step, "DELETE FROM kept".into()).await, Err(Error::Unavailable(_))));
        if round % 2 == 0 {
            step.rollback().await;
            transaction.rollback().await;
        } else {
            drop(step);
            assert!(transaction.commit().await.is_err(), "what was given up is not kept");
        }
        refuse(&store, 500 + round).await;
        write(&store, round, 10).await.unwrap();
    }
    assert_eq!(there(&url).await, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn whoever_gives_up_gives_up_their_own_statement_and_no_other() {
    let (_directory, url, store) = fresh().await;
    let transaction = store.in_turn(Uuid::nil()).await.unwrap().begin().await.unwrap();
    let slow = "INSERT INTO kept SELECT value, zeroblob(1), NULL FROM (WITH RECURSIVE n(value) AS \
                (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 600000) SELECT value FROM n)";
    let writing = tokio::spawn(async move {
        let written = run(&transaction, slow.into()).await;
        (written, transaction.commit().await)
    });
    for _ in 0..40 {
        let endless = Statement::from_string(
            DbBackend::Sqlite,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        );
        let given_up = tokio::time::timeout(Duration::from_millis(20), store.all_built(endless)).await;
        assert!(given_up.is_err());
    }
    let (written, committed) = writing.await.unwrap();
    assert_eq!(written.unwrap(), 600_000);
    committed.unwrap();
    assert_eq!(there(&url).await.len(), 600_000);
}

#[tokio::test]
async fn what_was_refused_and_not_undone_is_not_kept_in_silence() {
    let (_directory, url, store) = fresh().await;
    write(&store, 1, 10).await.unwrap();
    let transaction = store.in_turn(Uuid::nil()).await.unwrap().begin().await.unwrap();
    run(&transaction, "INSERT INTO kept VALUES (2, zeroblob(1), 2)".into()).await.unwrap();
    let refused = run(&transaction, "INSERT INTO kept VALUES (3, zeroblob(1), 2)".into()).await;
    assert!(matches!(refused, Err(Error::Duplicate(_))));
    assert!(transaction.commit().await.is_err());
    assert_eq!(there(&url).await, [1]);
}

/// Memory is limited for a whole process: this test runs in one of its own.
#[tokio::test]
async fn a_database_without_memory_loses_nothing_that_was_kept() {
    const ALONE: &str = "ISMS_TEST_WITHOUT_MEMORY";
    let name = "store::faults::a_database_without_memory_loses_nothing_that_was_kept";
    if std::env::var_os(ALONE).is_none() {
        let test = std::env::current_exe().unwrap();
        let ended = std::process::Command::new(test).args(["--exact", name, "--nocapture"]).env(ALONE, "1").output();
        let ended = ended.unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        return;
    }
    let (_directory, url, store) = fresh().await;
    let (mut kept, mut refused) = (Vec::new(), 0);
    for id in 1..=60 {
        if id % 3 == 0 {
            on_the_writer(&store, "PRAGMA hard_heap_limit = 1000000").await;
        }
        let bytes = if id % 3 == 0 { 30_000_000 } else { 1_000 };
        match write(&store, id, bytes).await {
            Ok(()) => kept.push(id),
            Err(Error::Unavailable(_) | Error::Unknown(_)) => {
                refused += 1;
                on_the_writer(&store, "PRAGMA hard_heap_limit = 0").await;
                refuse(&store, 500 + id).await;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(refused >= 20 && kept.len() >= 20, "{refused} refused, {} kept", kept.len());
    assert_eq!(there(&url).await, kept);
}
