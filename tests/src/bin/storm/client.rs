//! A client: writes in all ways, and repeats what it was not answered.

use crate::deed::{Answer, Deed, Meaning, Plan};
use crate::draft::nonce;
use crate::ledger::{Ledger, Mark};
use crate::style::Style;
use crate::ways::Hands;
use crate::wire::Wire;
use rand::Rng;
use rand::rngs::StdRng;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch::Receiver;

/// So long what is under way at the end of a round may take.
const GRACE: Duration = Duration::from_secs(4);

/// One client.
#[derive(Debug)]
pub struct Client {
    /// Its number.
    pub number: usize,
    /// Each service, as the client.
    pub wires: Vec<Wire>,
    /// The token of somebody who may not write.
    pub stranger: String,
    /// What it writes on.
    pub hands: Hands,
    /// Where its choices come from.
    pub rng: StdRng,
    recent: Vec<usize>,
}

impl Client {
    /// One that has nothing in its hands.
    pub fn new(number: usize, wires: Vec<Wire>, stranger: String, rng: StdRng) -> Self {
        Self { number, wires, stranger, hands: Hands::default(), rng, recent: Vec::new() }
    }

    /// Writes until it is told to end.
    pub async fn run(mut self, round: u64, mut style: Receiver<Style>, ledger: Arc<Ledger>) -> Self {
        self.recent.clear();
        loop {
            let now = style.borrow().clone();
            if now.stop {
                return self;
            }
            let again = if self.rng.random_bool(0.1) { self.earlier(&ledger) } else { None };
            let (number, plan) = again.unwrap_or_else(|| {
                let plan = self.hands.next(&mut self.rng, &now);
                let deed = Deed { plan: plan.clone(), client: self.number, round, attempts: Vec::new() };
                (ledger.begin(deed), plan)
            });
            let is_new = !self.recent.contains(&number);
            let mut answer = self.attempt(&plan, number, &ledger, &mut style, &now).await;
            if answer.meaning() == Meaning::Open {
                tokio::time::sleep(Duration::from_millis(self.rng.random_range(120..400))).await;
                if plan.repeatable() && self.rng.random_bool(0.4) && !style.borrow().stop {
                    answer = self.attempt(&plan, number, &ledger, &mut style, &now).await;
                }
            }
            if is_new && answer.meaning() == Meaning::Written && plan.records.is_some() {
                self.hands.learn(&plan, &answer);
            }
            if plan.repeatable() && is_new && answer.meaning() != Meaning::Open {
                self.recent.push(number);
            }
        }
    }

    /// Something that was answered in this round already.
    fn earlier(&mut self, ledger: &Ledger) -> Option<(usize, Plan)> {
        let newest = self.recent.len().checked_sub(1)?;
        let number = self.rng.random_range(newest.saturating_sub(20)..=newest);
        let number = *self.recent.get(number)?;
        ledger.plan(number).map(|plan| (number, plan))
    }

    /// At which service a request goes in: nearly always the client's own.
    fn service(&mut self) -> usize {
        let own = self.number % self.wires.len().max(1);
        if self.rng.random_bool(0.97) { own } else { self.rng.random_range(0..self.wires.len()) }
    }

    async fn attempt(
        &mut self,
        plan: &Plan,
        number: usize,
        ledger: &Ledger,
        style: &mut Receiver<Style>,
        now: &Style,
    ) -> Answer {
        let (service, request) = (self.service(), format!("storm-{}", nonce(&mut self.rng)));
        let Some(wire) = self.wires.get(service) else { return Answer::none("there is no such service") };
        let wire = if plan.stranger { wire.with(&wire.base, &self.stranger) } else { wire.clone() };
        let (shortest, longest, often) = now.cut;
        let cut = (self.rng.random_bool(often)).then(|| self.rng.random_range(shortest..=longest));
        let begun = Instant::now();
        let answer = tokio::select! {
            answer = wire.send(plan, &request) => answer,
            () = hung_up(cut) => Answer::none("hung up"),
            () = over(style) => Answer::none("the round was over"),
        };
        let is_cut = answer.status.is_none() && matches!(answer.why.as_str(), "hung up" | "the round was over");
        let mark = Mark { service, begun, over: Instant::now(), meaning: answer.meaning(), cut: is_cut };
        ledger.note(number, &request, answer.clone(), mark);
        answer
    }
}

async fn hung_up(after: Option<Duration>) {
    match after {
        Some(after) => tokio::time::sleep(after).await,
        None => std::future::pending().await,
    }
}

/// Some time after the clients were told to end.
async fn over(style: &mut Receiver<Style>) {
    let _ = style.wait_for(|style| style.stop).await;
    tokio::time::sleep(GRACE).await;
}
