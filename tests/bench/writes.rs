//! Writes that are asked for, checked and audited, against the same rows written by hand with and without an entry.

use crate::Plan;
use crate::database::Database;
use crate::door::{Door, id};
use crate::load::{Wire, burst, sending};
use crate::measure::Series;
use crate::process::cpu_of;
use crate::report;
use crate::server::{Kind, Server};
use isms::caller::Clock;
use isms::store::Store;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Assets that are there to be changed.
const ASSETS: usize = 100;
/// Requests that are written beforehand; an asset's changes in a row are never alike.
const REQUESTS: usize = 5_000;

/// Where writes go: the product, a handler by hand with a plain entry of the trail, and one without.
struct Side<'a> {
    server: &'a Server,
    database: &'a Database,
    token: &'a str,
    query: &'static str,
    owner: String,
    assets: Vec<String>,
}

/// What one side did in a round.
struct Turn {
    rate: f64,
    p99: f64,
    cpu: f64,
    backend: f64,
}

/// One line of the report; of the three sides each.
pub struct Line {
    /// What was written.
    pub write: &'static str,
    /// How many clients wrote at the same time.
    pub clients: usize,
    /// Writes per second of the product to those by hand without an entry, round by round.
    pub audited: Series,
    /// Of those by hand with an entry to those without.
    pub entry: Series,
    /// Writes per second.
    pub rate: [f64; 3],
    /// 99 of 100 answers took no longer, milliseconds.
    pub p99: [f64; 3],
    /// Microseconds on a processor for each write: of the server.
    pub cpu: [f64; 3],
    /// And of the database's own processes.
    pub backend: [f64; 3],
}

/// Measures on two new databases of one kind: `isms` on one, the handler by hand on the other.
pub async fn measure(plan: &Plan, [ours, theirs]: [Database; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let (isms, token) = Server::program(&ours, folder.path());
    let store = Store::connect(&theirs.url, 2).await.expect("a database");
    store.migrate().await.expect("migrations run");
    store.found("Works", "First", "first@example.org", Clock::System.now()).await.expect("a founding");
    let hand = Server::start(Kind::Hand, &theirs);
    let administrator = Door::new(format!("http://{}", isms.address), token);
    let root = administrator.get("/v1/me").await["rootUnitId"].as_str().expect("a root").to_owned();
    let manager = administrator.person("manager@example.org", &[("manager", &root)]).await;
    let sides = [
        Side::new(&isms, &ours, &manager, "").await,
        Side::new(&hand, &theirs, "none", "?trail=true").await,
        Side::new(&hand, &theirs, "none", "").await,
    ];
    check(&sides).await;
    report::begin_writes(plan, &ours);
    for clients in [1, plan.connections] {
        for write in ["create", "update"] {
            report::write(&line(plan, &sides, write, clients).await);
        }
    }
    drop((isms, hand));
    ours.close().await;
    theirs.close().await;
}

impl<'a> Side<'a> {
    async fn new(server: &'a Server, database: &'a Database, token: &'a str, query: &'static str) -> Self {
        let door = Door::new(format!("http://{}", server.address), token.to_owned());
        let owner = id(&door.get("/v1/me").await);
        let mut side = Self { server, database, token, query, owner, assets: Vec::new() };
        for n in 0..ASSETS {
            side.assets.push(id(&door.post("/v1/assets", &side.draft(n)).await));
        }
        side
    }

    fn draft(&self, n: usize) -> Value {
        json!({"name": format!("System {n:04}"), "kind": "software", "ownerId": self.owner, "confidentiality": 3,
            "integrity": 2, "availability": 4, "description": "Keeps the files of customers and who has read them",
            "needReason": "Customers could not work for a day", "location": "Rack 4, cellar"})
    }

    /// The requests of one kind of write.
    fn requests(&self, write: &str) -> Arc<[Vec<u8>]> {
        let request = |n: usize| match write {
            "create" => sending("POST", &format!("/v1/assets{}", self.query), self.token, &self.draft(n)),
            _ => {
                let path = format!("/v1/assets/{}{}", self.assets[n % ASSETS], self.query);
                let note = json!({"description": format!("Looked at {n} times, and found in order each time")});
                sending("PATCH", &path, self.token, &note)
            }
        };
        (0..REQUESTS).map(request).collect()
    }

    async fn turn(&self, requests: &Arc<[Vec<u8>]>, clients: usize, time: Duration) -> Turn {
        let backends = self.database.backends(self.server.kind.name()).await;
        let of_backends = || backends.iter().filter_map(|pid| cpu_of(*pid)).sum::<Duration>();
        let before = (self.server.cpu(), of_backends());
        let done = burst(self.server.address, requests, clients, time).await;
        let each = |spent: Duration| spent.as_secs_f64() * 1e6 / done.answers as f64;
        Turn {
            rate: done.rate,
            p99: done.p99.as_secs_f64() * 1e3,
            cpu: each(self.server.cpu() - before.0),
            backend: each(of_backends().saturating_sub(before.1)),
        }
    }
}

/// Makes sure that all sides answer alike but for names, times and what the caller may do next.
async fn check(sides: &[Side<'_>; 3]) {
    let own = ["id", "reference", "createdAt", "createdBy", "updatedAt", "updatedBy", "unitId", "ownerId"];
    for write in ["create", "update"] {
        let mut answers = Vec::new();
        for side in sides {
            let mut wire = Wire::to(side.server.address).await;
            let mut shown: Value = serde_json::from_slice(wire.ask(&side.requests(write)[0]).await).expect("JSON");
            let fields = shown.as_object_mut().expect("a record");
            fields.retain(|name, _| name != "allowedActions" && !own.contains(&name.as_str()));
            answers.push(shown);
        }
        assert_eq!(answers[0], answers[1], "what is written by hand is shown as the product shows it");
        assert_eq!(answers[0], answers[2], "what is written by hand is shown as the product shows it");
    }
}

async fn line(plan: &Plan, sides: &[Side<'_>; 3], write: &'static str, clients: usize) -> Line {
    let requests: Vec<_> = sides.iter().map(|side| side.requests(write)).collect();
    let mut turns = [Vec::new(), Vec::new(), Vec::new()];
    for (side, requests) in sides.iter().zip(&requests) {
        side.turn(requests, clients, plan.round / 3).await;
    }
    for round in 0..plan.rounds {
        // Who begins changes from round to round.
        for n in (0..3).map(|n| (n + round) % 3) {
            turns[n].push(sides[n].turn(&requests[n], clients, plan.round).await);
        }
    }
    let each = |of: fn(&Turn) -> f64| turns.each_ref().map(|turns| Series::of(turns.iter().map(of)).median());
    let ratio = |n: usize| Series::of(turns[n].iter().zip(&turns[2]).map(|(one, bare)| one.rate / bare.rate));
    Line {
        write,
        clients,
        audited: ratio(0),
        entry: ratio(1),
        rate: each(|turn| turn.rate),
        p99: each(|turn| turn.p99),
        cpu: each(|turn| turn.cpu),
        backend: each(|turn| turn.backend),
    }
}
