//! One caller asks for the dearest things there are, eight at a time and over and over: what another one feels of it.

use crate::company::Company;
use crate::load::{Load, burst, request};
use crate::measure::Series;
use chrono::SecondsFormat;
use isms::caller::Clock;
use reqwest::Client;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;

/// So many dear requests are under way at any moment.
const AT_ONCE: usize = 8;

/// What a neighbour asks for, alone and beside dear requests.
pub struct Line {
    /// What the other caller asks for.
    pub dear: &'static str,
    /// What the neighbour asks for.
    pub asked: &'static str,
    /// 99 of 100 answers took no longer: beside to alone, round by round.
    pub ratio: Series,
    /// 99 of 100 answers took no longer, milliseconds: alone, and beside.
    pub p99: [Series; 2],
    /// How many dear requests were answered, by status.
    pub answers: BTreeMap<u16, usize>,
}

/// Something that costs much.
#[derive(Clone)]
enum Dear {
    Read(&'static str),
    Query(String),
}

/// The dearest things that are read: what looks at everything, what looks into the past, and what is told whole.
fn dear(now: &str) -> [(&'static str, Dear); 5] {
    // As often in one question as its price lets through.
    let many = |times: usize, what: &str| {
        let asked: String = (0..times).map(|n| format!("a{n}: {what} ")).collect();
        Dear::Query(format!("{{ {asked} }}"))
    };
    [
        ("readiness", Dear::Read("/v1/readiness")),
        ("readiness as of an instant", many(1, &format!("readiness(asOf: \"{now}\") {{ gates {{ missing }} }}"))),
        (
            "100 risks as of an instant",
            many(1, &format!("risks(first: 100, asOf: \"{now}\") {{ totalCount nodes {{ id title handling }} }}")),
        ),
        ("10 × risks counted by two fields", many(10, "risksCountBy(by: [handling, overdue]) { count }")),
        ("export of all risks", Dear::Read("/v1/risks:export?format=csv")),
    ]
}

/// Measures each of them.
pub async fn measure(load: &Load<'_>, company: &Company) -> Vec<Line> {
    let (greedy, neighbour) = (&company.callers[0].token, &company.callers[1]);
    let single = format!("/v1/risks/{}", neighbour.risks[0]);
    let now = chrono::DateTime::<chrono::Utc>::from(Clock::System.now()).to_rfc3339_opts(SecondsFormat::Micros, true);
    let mut lines = Vec::new();
    for (dear, what) in dear(&now) {
        for (asked, path) in [("one risk", single.as_str()), ("50 risks", "/v1/risks?limit=50")] {
            let requests: Arc<[Vec<u8>]> = Arc::from([request(path, &neighbour.token)]);
            let answers = Arc::default();
            let quick = async || {
                let done = burst(load.product.address, &requests, 1, load.plan.round).await;
                done.p99.as_secs_f64() * 1e3
            };
            let (mut alone, mut beside) = (Vec::new(), Vec::new());
            for _ in 0..load.plan.rounds {
                alone.push(quick().await);
                let others = ask_for(&format!("http://{}", load.product.address), greedy, &what, &answers);
                tokio::time::sleep(load.plan.round / 4).await;
                beside.push(quick().await);
                others.end().await;
            }
            let ratio = Series::of(beside.iter().zip(&alone).map(|(beside, alone)| beside / alone));
            let answers = std::mem::take(&mut *answers.lock().expect("no panic"));
            lines.push(Line { dear, asked, ratio, p99: [Series::of(alone), Series::of(beside)], answers });
        }
    }
    lines
}

/// Dear requests under way.
struct Others {
    asking: JoinSet<()>,
    enough: Arc<AtomicBool>,
}

impl Others {
    /// Asks no more, and waits until all is answered, so that nothing of it lasts into what comes next.
    async fn end(self) {
        self.enough.store(true, Ordering::Relaxed);
        self.asking.join_all().await;
    }
}

/// Asks for it over and over.
fn ask_for(base: &str, token: &str, what: &Dear, answers: &Arc<Mutex<BTreeMap<u16, usize>>>) -> Others {
    let enough = Arc::new(AtomicBool::new(false));
    let client = Client::new();
    let mut asking = JoinSet::new();
    for _ in 0..AT_ONCE {
        let request = match what {
            Dear::Read(path) => client.get(format!("{base}{path}")),
            Dear::Query(query) => client
                .post(format!("{base}/graphql"))
                .header("content-type", "application/json")
                .body(json!({"query": query}).to_string()),
        };
        let (request, answers, enough) = (request.bearer_auth(token), Arc::clone(answers), Arc::clone(&enough));
        asking.spawn(async move {
            while !enough.load(Ordering::Relaxed) {
                let sent = request.try_clone().expect("a body that can be sent again").send().await;
                let answer = sent.expect("an answer");
                let status = answer.status().as_u16();
                let body = answer.bytes().await.expect("a whole answer");
                // The gateway refuses with 200.
                let status = if body.starts_with(br#"{"errors""#) { 400 } else { status };
                *answers.lock().expect("no panic").entry(status).or_default() += 1;
            }
        });
    }
    Others { asking, enough }
}
