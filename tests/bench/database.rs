//! A database of the benchmark's own: a SQLite file in a temporary place, or a new database on a PostgreSQL server.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::sync::atomic::{AtomicU32, Ordering};

/// The database and a connection to prepare and watch it.
pub struct Database {
    /// Its address.
    pub url: String,
    connection: DatabaseConnection,
    place: Place,
}

enum Place {
    Sqlite(#[expect(dead_code, reason = "kept for its drop, which removes the directory")] tempfile::TempDir),
    Postgres { server: String, name: String },
}

async fn connect(url: &str) -> DatabaseConnection {
    sea_orm::Database::connect(url).await.unwrap_or_else(|error| panic!("the database: {error}"))
}

impl Database {
    /// A new file.
    pub async fn sqlite() -> Self {
        let directory = tempfile::TempDir::new().expect("a temporary directory");
        let url = format!("sqlite://{}?mode=rwc", directory.path().join("isms.db").display());
        Self { connection: connect(&url).await, url, place: Place::Sqlite(directory) }
    }

    /// A new database beside the one that is named.
    pub async fn postgres(server: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("isms_bench_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let (address, _) = server.rsplit_once('/').expect("the address of a database ends in its name");
        let url = format!("{address}/{name}");
        execute(&connect(server).await, &format!("CREATE DATABASE {name}")).await;
        Self { connection: connect(&url).await, url, place: Place::Postgres { server: server.to_owned(), name } }
    }

    /// What it is called.
    pub const fn name(&self) -> &'static str {
        match self.place {
            Place::Sqlite(_) => "SQLite",
            Place::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The address for one kind of server, by which its connections are told apart.
    pub fn url_for(&self, application: &str) -> String {
        match self.place {
            Place::Sqlite(_) => self.url.clone(),
            Place::Postgres { .. } => format!("{}?application_name={application}", self.url),
        }
    }

    /// Lets the database look at what it holds.
    pub async fn analyse(&self) {
        match self.place {
            Place::Sqlite(_) => {
                // As the `optimize` pragma does: with the limit, statements are not planned anew for each value.
                execute(&self.connection, "PRAGMA analysis_limit = 1000; ANALYZE").await;
                execute(&self.connection, "PRAGMA wal_checkpoint(TRUNCATE)").await;
            }
            Place::Postgres { .. } => {
                execute(&self.connection, "VACUUM ANALYZE").await;
                execute(&self.connection, "CHECKPOINT").await;
            }
        }
    }

    /// The ids of all risks in order.
    pub async fn risks(&self) -> Vec<uuid::Uuid> {
        let select = Statement::from_string(self.backend(), "SELECT id FROM risk ORDER BY id");
        let rows = self.connection.query_all_raw(select).await.expect("the risks");
        rows.iter().map(|row| row.try_get("", "id").expect("an id")).collect()
    }

    /// The processes that serve the connections of one application; none where the server is not in reach.
    pub async fn backends(&self, application: &str) -> Vec<u32> {
        if let Place::Sqlite(_) = self.place {
            return Vec::new();
        }
        let sql = format!("SELECT pid FROM pg_stat_activity WHERE application_name = '{application}'");
        let rows = self.connection.query_all_raw(Statement::from_string(self.backend(), sql)).await;
        let pids = rows.expect("the connections").into_iter().map(|row| row.try_get::<i32>("", "pid").expect("a pid"));
        pids.filter_map(|pid| u32::try_from(pid).ok()).collect()
    }

    fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Leaves nothing behind.
    pub async fn close(self) {
        self.connection.close().await.expect("an end");
        if let Place::Postgres { server, name } = &self.place {
            execute(&connect(server).await, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn execute(connection: &DatabaseConnection, sql: &str) {
    connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}
