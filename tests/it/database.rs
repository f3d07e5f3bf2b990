//! A database for each test: a copy of one that was migrated once and goes with the last test that uses it.

use isms::store::Store;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};
use tempfile::TempDir;

static TEMPLATE: Mutex<Weak<Template>> = Mutex::new(Weak::new());
static COUNT: AtomicU32 = AtomicU32::new(0);

/// The migrated database that tests copy.
enum Template {
    Sqlite(TempDir),
    Postgres { server: String, name: String },
}

/// A test's own database; dropped with it.
pub struct TestDatabase {
    url: String,
    copy: Copy,
    template: Option<Arc<Template>>,
}

enum Copy {
    Sqlite(#[expect(dead_code, reason = "kept for its drop, which removes the directory")] TempDir),
    Postgres(String),
}

impl TestDatabase {
    /// A migrated and empty database, on PostgreSQL when `TEST_DATABASE_URL` names one, else on SQLite.
    pub fn new() -> Self {
        let mut shared = TEMPLATE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let template = shared.upgrade().unwrap_or_else(|| {
            let template = Arc::new(Template::new());
            *shared = Arc::downgrade(&template);
            template
        });
        // Copies are made one after the other: PostgreSQL wants the template to itself.
        let (url, copy) = template.copy();
        drop(shared);
        Self { url, copy, template: Some(template) }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection of the test's own, to look at rows that no door shows.
    pub async fn connect(&self) -> DatabaseConnection {
        Database::connect(&self.url).await.expect("the test's own connection")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let (Copy::Postgres(name), Some(template)) = (&self.copy, &self.template)
            && let Template::Postgres { server, .. } = &**template
        {
            drop_database(server, name);
        }
        // The last copy takes the template along, before anybody makes a new one.
        let _shared = TEMPLATE.lock();
        self.template = None;
    }
}

impl Template {
    fn new() -> Self {
        match std::env::var("TEST_DATABASE_URL") {
            Ok(server) if server.starts_with("postgres") => {
                let name = format!("isms_it_{}", std::process::id());
                let url = sibling(&server, &name);
                execute(&server, &format!("CREATE DATABASE {name}"));
                on_a_runtime(async { Store::connect(&url, 2).await?.migrate().await }).expect("migrations run");
                Self::Postgres { server, name }
            }
            Ok(other) => panic!("TEST_DATABASE_URL begins with postgres: {other}"),
            Err(_) => {
                let directory = TempDir::new().expect("a temporary directory");
                let fresh = sqlite(directory.path().join("fresh.db"));
                on_a_runtime(async { Store::connect(&fresh, 2).await?.migrate().await }).expect("migrations run");
                let whole = directory.path().join("template.db");
                execute(&fresh, &format!("VACUUM INTO '{}'", whole.display()));
                Self::Sqlite(directory)
            }
        }
    }

    fn copy(&self) -> (String, Copy) {
        match self {
            Self::Sqlite(directory) => {
                let own = TempDir::new().expect("a temporary directory");
                let file = own.path().join("isms.db");
                std::fs::copy(directory.path().join("template.db"), &file).expect("the template is there");
                (sqlite(file), Copy::Sqlite(own))
            }
            Self::Postgres { server, name } => {
                let own = format!("{name}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
                execute(server, &format!("CREATE DATABASE {own} TEMPLATE {name} STRATEGY FILE_COPY"));
                (sibling(server, &own), Copy::Postgres(own))
            }
        }
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            drop_database(server, name);
        }
    }
}

/// An empty database on PostgreSQL, where the tests run on it; dropped with this.
pub struct Empty {
    server: String,
    name: String,
}

impl Empty {
    /// A new one.
    pub fn on_postgres() -> Option<Self> {
        let server = std::env::var("TEST_DATABASE_URL").ok()?;
        let name = format!("isms_it_{}_empty_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        execute(&server, &format!("CREATE DATABASE {name}"));
        Some(Self { server, name })
    }

    /// Its address.
    pub fn url(&self) -> String {
        sibling(&self.server, &self.name)
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        drop_database(&self.server, &self.name);
    }
}

/// The address of a SQLite file.
pub fn sqlite(file: PathBuf) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

/// Another database on the same server.
fn sibling(server: &str, name: &str) -> String {
    let (address, _) = server.rsplit_once('/').expect("the address of a database ends in its name");
    format!("{address}/{name}")
}

/// Runs this there.
pub fn execute(url: &str, sql: &str) {
    on_a_runtime(async {
        let connection = Database::connect(url).await?;
        connection.execute_unprepared(sql).await?;
        connection.close().await
    })
    .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn drop_database(server: &str, name: &str) {
    let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    let dropped = on_a_runtime(async {
        let connection = Database::connect(server).await?;
        connection.execute_unprepared(&sql).await?;
        connection.close().await
    });
    if let Err(error) = dropped {
        eprintln!("{sql}: {error}");
    }
}

/// Runs to the end on a thread and runtime of its own, from wherever it is called.
pub fn on_a_runtime<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(future)
        });
        thread.join().expect("the work does not panic")
    })
}
