//! The real service over real HTTP, on a database of its own, with a clock that stands until it is moved.

use crate::database::TestDatabase;
use crate::persona::Persona;
use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use isms::caller::Clock;
use isms::config::Settings;
use isms::running::{self, Metrics};
use isms::store::Store;
use isms::trail::{Checker, Keyring, Sealer};
use isms_authz::{Bundle, Engine};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A running service and the ways into it.
pub struct App {
    /// Where it listens.
    pub base: String,
    /// Its clock.
    pub clock: Clock,
    client: reqwest::Client,
    bootstrap: Vec<String>,
    names: AtomicU32,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    metrics: Metrics,
    database: TestDatabase,
    files: tempfile::TempDir,
}

/// What the serving thread tells when it is ready.
struct Ready {
    base: String,
    tokens: Vec<String>,
    metrics: Metrics,
}

impl App {
    /// A fresh service with two organisations; the second is there to be kept out.
    pub async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    /// The same with settings of the test's own.
    pub async fn start_with(settings: Settings) -> Self {
        let database = tokio::task::spawn_blocking(TestDatabase::new).await.expect("a database");
        let clock = Clock::pinned(Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).single().expect("a day"));
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let (url, its_clock) = (database.url().to_owned(), clock.clone());
        let files = tempfile::tempdir().expect("a folder");
        let folder = files.path().to_str().expect("a path").to_owned();
        let trail_key = Some(files.path().join("trail.key"));
        let settings = Settings { files: settings.files.or(Some(folder)), trail_key, ..settings };
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(serve(url, its_clock, settings, tell, stopped));
        });
        let ready = told.await.expect("the service starts");
        Self {
            base: ready.base,
            clock,
            // A connection for each request: none is used again just when the service closes it.
            client: reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client"),
            bootstrap: ready.tokens,
            names: AtomicU32::new(0),
            stop: Some(stop),
            thread: Some(thread),
            metrics: ready.metrics,
            database,
            files,
        }
    }

    /// The folder with the files of its records.
    pub fn files(&self) -> &std::path::Path {
        self.files.path()
    }

    /// What the service does every second: seals what its trails have grown by. Tells how many checkpoints it signed.
    pub async fn seal(&self) -> u64 {
        self.try_to_seal("trail.key").await.expect("it seals")
    }

    /// The same with the key in a file of this name, where it may not succeed; another than its own takes over.
    pub async fn try_to_seal(&self, key: &str) -> Result<u64, isms::resource::Error> {
        let store = Store::connect(self.database.url(), 2).await?;
        let keyring = Keyring::open(&self.files.path().join(key))?.taking_over(key != "trail.key");
        Sealer::new(store, keyring, self.clock.clone()).seal().await
    }

    /// What the service does all the time: checks that the trail is what was sealed, to its end. The key is the one
    /// that seals.
    pub async fn check_trail(&self) {
        let mut checker = self.checker().await;
        while checker.step().await.expect("it checks") {}
    }

    /// What checks trails and files of this service, with the key that seals.
    pub async fn checker(&self) -> Checker {
        let store = Store::connect(self.database.url(), 2).await.expect("a database");
        let store = store.with_contents(self.files.path().to_str().expect("a path"));
        let keyring = Keyring::open(&self.files.path().join("trail.key")).expect("a key");
        Checker::new(store, keyring, self.clock.clone())
    }

    /// What the service does every hour: forgets old refusals. Tells how many.
    pub async fn forget_denials(&self) -> u64 {
        let store = Store::connect(self.database.url(), 2).await.expect("a database");
        store.forget_denials(self.clock.now()).await.expect("it forgets")
    }

    /// What the service does every hour: forgets old read receipts. Tells how many.
    pub async fn forget_readings(&self) -> u64 {
        let store = Store::connect(self.database.url(), 2).await.expect("a database");
        store.forget_readings(self.clock.now()).await.expect("it forgets")
    }

    /// What the service does every hour: clears away files that belong to no record. Tells how many.
    pub async fn clear_away(&self) -> u64 {
        let store = Store::connect(self.database.url(), 2).await.expect("a database");
        let store = store.with_contents(self.files.path().to_str().expect("a path"));
        store.clear_away(self.clock.now()).await.expect("it clears away")
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// What the service takes for today.
    pub fn today(&self) -> NaiveDate {
        self.clock.today()
    }

    /// So many days from the service's today, as JSON has it.
    pub fn in_days(&self, days: i64) -> String {
        (self.today() + Duration::days(days)).to_string()
    }

    /// What the service takes for now.
    pub fn now(&self) -> String {
        DateTime::<Utc>::from(self.clock.now()).to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    }

    /// A connection to look at rows that no door shows.
    pub async fn database(&self) -> sea_orm::DatabaseConnection {
        self.database.connect().await
    }

    /// Where its records are, for programs that a test starts.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// A client that shows this token.
    pub fn with_token(&self, token: &str) -> Persona {
        Persona::new(self.client.clone(), self.base.clone(), String::new(), Some(token.to_owned()))
    }

    /// What has been measured.
    pub fn measures(&self) -> String {
        String::from_utf8(self.metrics.text()).expect("text")
    }

    /// A client that shows none.
    pub fn anonymous(&self) -> Persona {
        Persona::new(self.client.clone(), self.base.clone(), String::new(), None)
    }

    /// The administrator whom the founding of the organisation made.
    pub fn bootstrap(&self) -> Persona {
        self.with_token(&self.bootstrap[0])
    }

    /// The first administrator of the second organisation.
    pub fn stranger(&self) -> Persona {
        self.with_token(&self.bootstrap[1])
    }

    /// The id of the organisation's root unit.
    pub async fn root(&self) -> String {
        let units = self.bootstrap().get("/v1/units").await.expect(200);
        let root = units["items"].as_array().expect("units").iter().find(|unit| unit["parentId"].is_null());
        root.expect("a root unit")["id"].as_str().expect("an id").to_owned()
    }

    /// A new unit under this one.
    pub async fn unit(&self, name: &str, parent: Option<&str>) -> String {
        self.bootstrap().create("units", json!({"name": name, "parentId": parent})).await
    }

    /// A new person with this role at a unit, the root unit unless one is named.
    pub async fn person(&self, role: &str, unit: Option<&str>) -> Persona {
        self.person_of(&self.bootstrap(), role, unit).await
    }

    /// A new person in the organisation of this administrator.
    pub async fn person_of(&self, administrator: &Persona, role: &str, unit: Option<&str>) -> Persona {
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        let draft = json!({"name": format!("{role} {number}"), "email": format!("{role}{number}@example.org")});
        let id = administrator.create("users", draft).await;
        administrator.create("role-assignments", json!({"userId": id, "role": role, "unitId": unit})).await;
        administrator.invite(&id).await
    }

    /// A client that acts for this user with a token of these scopes, which they make, or for a service who answers for it.
    pub async fn token_for(&self, maker: &Persona, user: &str, scopes: Value) -> Persona {
        let draft = json!({"name": "for a test", "userId": user, "scopes": scopes});
        let token = maker.post("/v1/api-tokens", draft).await.expect(201);
        let token = token["token"].as_str().expect("a token is shown once").to_owned();
        Persona::new(self.client.clone(), self.base.clone(), user.to_owned(), Some(token))
    }

    /// Keeps people, units, roles and tokens.
    pub async fn administrator(&self) -> Persona {
        self.person("administrator", None).await
    }

    /// Runs the ISMS.
    pub async fn manager(&self) -> Persona {
        self.person("manager", None).await
    }

    /// Approves and accepts.
    pub async fn management(&self) -> Persona {
        self.person("management", None).await
    }

    /// Answers for records of a unit.
    pub async fn owner_of(&self, unit: &str) -> Persona {
        self.person("owner", Some(unit)).await
    }

    /// Answers for records anywhere.
    pub async fn owner(&self) -> Persona {
        self.person("owner", None).await
    }

    /// Reads everything.
    pub async fn auditor(&self) -> Persona {
        self.person("auditor", None).await
    }

    /// Reads what is published to all.
    pub async fn member(&self) -> Persona {
        self.person("member", None).await
    }

    /// Somebody from outside whom this manager invites to an open engagement, and who accepts its terms.
    pub async fn external_auditor(&self, manager: &Persona, engagement: &str) -> Persona {
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        let draft = json!({"engagementId": engagement, "name": format!("Auditor {number}"),
            "email": format!("auditor{number}@body.example")});
        let invitation = manager.post("/v1/invitations", draft).await.expect(201);
        manager.by_link(&invitation).accept(&crate::persona::id(&invitation)).await
    }

    /// A service with these scopes.
    pub async fn integrator(&self, scopes: Value) -> Persona {
        let administrator = self.bootstrap();
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        let draft = json!({"name": "Scanner", "email": format!("service{number}@example.org"), "kind": "service"});
        let id = administrator.create("users", draft).await;
        administrator.create("role-assignments", json!({"userId": id, "role": "integrator"})).await;
        self.token_for(&administrator, &id, scopes).await
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the service panicked");
        }
    }
}

async fn serve(
    url: String,
    clock: Clock,
    settings: Settings,
    tell: oneshot::Sender<Ready>,
    stopped: oneshot::Receiver<()>,
) {
    let settings = Settings {
        database_url: Some(url),
        workers: Some(1),
        database_connections: settings.database_connections.or(Some(4)),
        rate_limit: settings.rate_limit.or(Some(0)),
        ..settings
    };
    let config = settings.check().expect("settings that make sense");
    let store = Store::connect(&config.database_url, config.database_connections).await.expect("a database");
    let mut tokens = Vec::new();
    for name in ["Acme", "Other"] {
        let founded = store.found(name, "First", "first@example.org", clock.now()).await.expect("an organisation");
        tokens.push(founded.token);
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let app = isms::app::App::with_engine(store, clock, config, engine()).expect("the service");
    let metrics = app.metrics().clone();
    let server = running::server(app, listener).expect("a server");
    let handle = server.handle();
    let serving = tokio::spawn(server);
    let _ = tell.send(Ready { base, tokens, metrics });
    let _ = stopped.await;
    handle.stop(false).await;
    let _ = serving.await;
}

/// The shipped policies, loaded once for all tests.
fn engine() -> Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    Arc::clone(ENGINE.get_or_init(|| Arc::new(isms::app::engine(&Bundle::embedded()).expect("the shipped policies"))))
}
