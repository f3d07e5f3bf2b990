//! The clients and readers of a run, let loose for a round and called back.

use crate::client::Client;
use crate::draft::nonce;
use crate::ledger::{Ledger, Mark};
use crate::outcome::Outcome;
use crate::people::People;
use crate::style::Style;
use crate::ways::Hands;
use crate::wire::Wire;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch::{self, Receiver, Sender};
use tokio::task::JoinSet;

/// So many readers read.
const READERS: usize = 2;
/// What readers read in turn.
const READS: [&str; 6] = [
    "/v1/assets?limit=50",
    "/readyz",
    "/v1/evidence-items?limit=20",
    "/readyz",
    "/v1/risks?limit=20&count=true",
    "/readyz",
];

/// What they read where requests are to take long: all records are looked at.
const HEAVY: [&str; 3] = [
    "/v1/assets?q=import%20row%20batch&count=true&limit=200",
    "/v1/readiness",
    "/v1/assets?q=nothing%20like%20it&count=true",
];
/// A body of more bytes than this is large.
const LARGE: usize = 6_000;

/// So long what was not answered is sent again at the end of a round.
const ENOUGH: Duration = Duration::from_secs(3);

/// The clients, at rest or at work.
#[derive(Debug)]
pub struct Crew {
    resting: Vec<Client>,
    working: JoinSet<Client>,
    reading: JoinSet<()>,
    reader: Wire,
    bases: Vec<String>,
    style: Sender<Style>,
    /// What they do.
    pub ledger: Arc<Ledger>,
}

impl Crew {
    /// Clients for these services.
    ///
    /// # Errors
    /// When no connection can be made.
    pub fn new(bases: &[String], people: &People, seed: u64) -> Outcome<Self> {
        let mut resting = Vec::new();
        for (number, token) in (0_u64..).zip(&people.writers) {
            let wires = bases.iter().map(|base| Wire::new(base, token)).collect::<Outcome<_>>()?;
            let rng = StdRng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(number));
            resting.push(Client::new(resting.len(), wires, people.stranger.clone(), rng));
        }
        Ok(Self {
            resting,
            working: JoinSet::new(),
            reading: JoinSet::new(),
            reader: Wire::new("", &people.keeper)?,
            bases: bases.to_vec(),
            style: watch::channel(Style::usual()).0,
            ledger: Arc::default(),
        })
    }

    /// Lets them loose.
    pub fn start(&mut self, round: u64, style: Style) {
        self.style.send_replace(style);
        for client in self.resting.drain(..) {
            self.working.spawn(client.run(round, self.style.subscribe(), Arc::clone(&self.ledger)));
        }
        for base in self.bases.iter().cycle().take(READERS) {
            self.reading.spawn(read(self.reader.with(base, &self.reader.token), self.style.subscribe()));
        }
    }

    /// Has them write otherwise from now on.
    pub fn change(&self, style: Style) {
        self.style.send_replace(style);
    }

    /// Calls them back.
    pub async fn stop(&mut self) {
        self.style.send_replace(Style::end());
        while let Some(client) = self.working.join_next().await {
            self.resting.extend(client.ok());
        }
        self.reading.shutdown().await;
        self.resting.sort_by_key(|client| client.number);
    }

    /// Forgets the records in their hands, which are not there in another database.
    pub fn forget(&mut self) {
        for client in &mut self.resting {
            client.hands = Hands::default();
        }
    }

    /// Sends again what nobody knows the end of, until it is answered; tells how long the slowest answer took.
    pub async fn settle(&mut self, rng: &mut StdRng) -> Duration {
        let (mut slowest, begun) = (Duration::ZERO, Instant::now());
        let mut open = self.ledger.open();
        open.sort_by_key(|(_, deed)| deed.plan.body.len());
        for (number, deed) in open {
            // Some are left as they are: what was not answered is whole or not there, repeated or not. Large ones take long.
            if begun.elapsed() > ENOUGH || rng.random_bool(if deed.plan.body.len() > LARGE { 0.6 } else { 0.1 }) {
                continue;
            }
            let Some(client) = self.resting.get(deed.client) else { continue };
            let service = rng.random_range(0..client.wires.len().max(1));
            let Some(wire) = client.wires.get(service) else { continue };
            let wire = if deed.plan.stranger { wire.with(&wire.base, &client.stranger) } else { wire.clone() };
            for _ in 0..4 {
                let (request, sent) = (format!("storm-{}", nonce(rng)), Instant::now());
                let answer = wire.send(&deed.plan, &request).await;
                let meaning = answer.meaning();
                let mark = Mark { service, begun: sent, over: Instant::now(), meaning, cut: false };
                slowest = slowest.max(sent.elapsed());
                self.ledger.note(number, &request, answer, mark);
                if meaning != crate::deed::Meaning::Open {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        slowest
    }
}

/// Reads one thing after the other; what is read is judged elsewhere.
async fn read(wire: Wire, mut style: Receiver<Style>) {
    let mut turn = 0_usize;
    while !style.borrow().stop {
        turn += 1;
        let path = READS.get(turn % READS.len()).copied().unwrap_or("/readyz");
        let (impatient, heavy) = (style.borrow().cut.2 > 0.0, style.borrow().heavy > 0.5);
        let path = if heavy { HEAVY.get(turn % HEAVY.len()).copied().unwrap_or(path) } else { path };
        let cut = impatient && turn.is_multiple_of(2);
        let path = if turn.is_multiple_of(if impatient { 4 } else { 40 }) { "/v1/readiness" } else { path };
        let patience = if cut {
            Duration::from_millis(u64::try_from(turn % 97).unwrap_or(50) * 4)
        } else {
            Duration::from_secs(10)
        };
        let _ = tokio::time::timeout(patience, wire.get(path)).await;
        let _ = tokio::time::timeout(Duration::from_millis(40), style.changed()).await;
    }
}
