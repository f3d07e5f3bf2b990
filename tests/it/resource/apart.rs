//! What is worked out at length holds up nobody but those who ask for it.

use crate::app::App;
use crate::persona::Persona;
use crate::records::{Team, asset, risk};
use isms::resource::{Outcome, apart};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Something to ask for.
#[derive(Clone, Debug)]
enum Asked {
    Get(String),
    Query(String),
}

impl Asked {
    async fn by(self, who: Persona) {
        match &self {
            Self::Get(path) => assert_eq!(who.get(path).await.status, 200, "{path}"),
            Self::Query(query) => {
                let reply = who.post("/graphql", json!({"query": query})).await;
                assert!(reply.status == 200 && !reply.text.contains("\"errors\""), "{query}: {}", reply.text);
            }
        }
    }
}

/// Has all threads of long work do nothing until it is told to end.
struct Stopped {
    go_on: Arc<AtomicBool>,
    held: Vec<JoinHandle<Outcome<()>>>,
}

impl Stopped {
    async fn all() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let (go_on, held) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let hold = || {
            let (go_on, held) = (Arc::clone(&go_on), Arc::clone(&held));
            tokio::spawn(apart(async move {
                held.fetch_add(1, Ordering::Relaxed);
                while !go_on.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(2));
                }
                Ok(())
            }))
        };
        let all = (0..threads).map(|_| hold()).collect();
        while held.load(Ordering::Relaxed) < threads {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Self { go_on, held: all }
    }

    async fn end(self) {
        self.go_on.store(true, Ordering::Relaxed);
        for held in self.held {
            held.await.expect("no panic").expect("no error");
        }
    }
}

#[tokio::test]
async fn long_work_waits_for_its_threads_and_short_work_for_nobody() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (manager, owner) = (&team.manager, &team.owner);
    manager.create("assets", asset("Press")).await;
    let risk = manager.create("risks", risk("Fire", owner)).await;
    app.seal().await;
    let now = app.now();
    let get = |path: &str| Asked::Get(path.to_owned());
    let query = |query: &str| Asked::Query(query.to_owned());
    let long = [
        get("/v1/readiness"),
        get("/v1/tasks"),
        get("/v1/calendar"),
        get("/v1/calendar.ics"),
        get("/v1/cycle?from=2026-01-01&to=2026-12-31"),
        get("/v1/evidence-gaps"),
        get("/v1/statements/draft"),
        get("/v1/statements/draft/export"),
        get("/v1/risks:export"),
        get("/v1/risks:export?format=xlsx"),
        get("/v1/risks:sample?size=1&seed=a"),
        get("/v1/risks:differences"),
        get("/v1/risks?limit=200"),
        get("/v1/trail/entries"),
        Asked::Get(format!("/v1/risks/{risk}/history")),
        Asked::Get(format!("/v1/risks/{risk}/differences")),
        Asked::Get(format!("/v1/risks/{risk}?asOf={now}")),
        Asked::Get(format!("/v1/risks?asOf={now}")),
        Asked::Get(format!("/v1/readiness?asOf={now}")),
        Asked::Get(format!("/v1/authorization/access?recordType=Risk&recordId={risk}")),
        query("{ readiness { gates { missing } } }"),
        query("{ tasks { __typename } }"),
        query("{ calendar { __typename } }"),
        query("{ cycle(from: \"2026-01-01\", to: \"2026-12-31\") { __typename } }"),
        query("{ evidenceGaps { __typename } }"),
        Asked::Query(format!("{{ risks(asOf: \"{now}\") {{ nodes {{ id }} }} }}")),
        query("{ risks(first: 200) { nodes { id title handling reference } } }"),
        query(
            "{ a: risksCountBy(by: [handling]) { count } b: risksCountBy(by: [overdue]) { count } \
             c: risksCountBy(by: [handling]) { count } d: risksCountBy(by: [overdue]) { count } }",
        ),
    ];
    let short = [
        get("/v1/me"),
        get("/v1/risks"),
        get("/v1/assets?limit=100&sort=name&count=true"),
        Asked::Get(format!("/v1/risks/{risk}")),
        query("{ risks { totalCount nodes { id title handling } } }"),
        query("{ me { id } }"),
    ];
    let stopped = Stopped::all().await;
    for long in &long {
        let waited = tokio::time::timeout(Duration::from_millis(200), long.clone().by(manager.clone())).await;
        assert!(waited.is_err(), "{long:?} was answered where requests wait");
    }
    // Others are at it all the while.
    let waiting: Vec<_> = long.iter().map(|long| tokio::spawn(long.clone().by(manager.clone()))).collect();
    for short in short {
        short.by(owner.clone()).await;
    }
    owner.change("risks", &risk, json!({"title": "Fire and water"})).await.expect(200);
    assert!(waiting.iter().all(|waiting| !waiting.is_finished()));
    stopped.end().await;
    for waiting in waiting {
        waiting.await.expect("an answer");
    }
}
