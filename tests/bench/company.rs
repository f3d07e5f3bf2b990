//! The organisation that is measured: made through the product's own doors, so that its rows are as in service.

use crate::Plan;
use crate::database::Database;
use crate::door::{Door, id};
use crate::growth::{self, Whole};
use crate::server::{Kind, Server};
use isms::caller::Clock;
use isms::store::Store;
use serde_json::json;
use std::fmt::Write;
use uuid::Uuid;

/// Somebody who reads.
pub struct Caller {
    /// Which role they hold where.
    pub role: &'static str,
    /// Their token.
    pub token: String,
    /// Whether they see every record whole, so that the bare handler returns the same bytes.
    pub sees_all: bool,
    /// Risks that they may read, to be asked for one by one.
    pub risks: Vec<Uuid>,
    /// How the bare handler is told which risks they list.
    pub bare_filter: String,
}

/// The organisation's people who read.
pub struct Company {
    /// Management at the root, the manager of a part and an owner of few risks.
    pub callers: Vec<Caller>,
    /// What the reads that look at everything cost while it grew.
    pub growth: Vec<Whole>,
}

/// Rows of one file that is brought in.
const FILE: usize = 20_000;

/// Brings the database to today's shape and fills it.
pub async fn found(plan: &Plan, database: &Database) -> Company {
    let begun = std::time::Instant::now();
    let store = Store::connect(&database.url, 2).await.expect("a database");
    store.migrate().await.expect("migrations run");
    let founded = store.found("Works", "First", "first@example.org", Clock::System.now()).await.expect("a founding");
    let server = Server::start(Kind::Product, database);
    let base = format!("http://{}", server.address);
    let administrator = Door::new(base, founded.token);
    let units = units(&administrator, plan.units).await;
    let owners = owners(&administrator, &units).await;
    let root = administrator.get("/v1/me").await["rootUnitId"].as_str().expect("a root").to_owned();
    let management = administrator.person("management@example.org", &[("management", &root)]).await;
    let manager = administrator.with(administrator.person("manager@example.org", &[("manager", &root)]).await);
    basis(&manager, &administrator.with(management.clone())).await;
    manager.import("assets", assets(&units)).await;
    let chair = id(&administrator.with(management.clone()).get("/v1/me").await);
    let (mut growth, mut then) = (Vec::new(), String::new());
    let mut first = 0;
    for size in [1_000, 10_000, plan.risks].into_iter().filter(|size| *size <= plan.risks) {
        for from in (first..size).step_by(FILE) {
            manager.import("risks", risks(from..size.min(from + FILE), &units)).await;
        }
        actions(&manager, &owners, &database.risks().await[first..]).await;
        database.analyse().await;
        if first == 0 {
            then = growth::instant();
        }
        growth.extend(growth::measure(&manager, &chair, &server, size, &then).await);
        first = size;
    }
    // A division: 1 of 20, with what lies below it.
    let part = administrator.person("part@example.org", &[("manager", &units[0])]).await;
    let few = units.len() / 2;
    let owner = administrator.token_for(&owners[few]).await;
    let all = database.risks().await;
    let some = all.iter().step_by(all.len().div_ceil(500)).copied().collect();
    let of = |role, token, bare_filter| Caller { role, token, sees_all: false, risks: Vec::new(), bare_filter };
    let mut callers = vec![
        Caller { sees_all: true, risks: some, ..of("management, all", management, String::new()) },
        of("manager of a part", part, format!("&unit={}", units[0])),
        of("owner of few", owner, format!("&owner={}&unit={}", owners[few], units[few])),
    ];
    for caller in &mut callers[1..] {
        let page = administrator.with(caller.token.clone()).get("/v1/risks?limit=200").await;
        let ids = page["items"].as_array().expect("risks").iter().map(|risk| id(risk).parse().expect("an id"));
        caller.risks = ids.collect();
    }
    println!("{} is filled in {} s", database.name(), begun.elapsed().as_secs());
    Company { callers, growth }
}

/// Divisions, departments and teams: 1 to 20 to what is left.
async fn units(administrator: &Door, count: usize) -> Vec<String> {
    let draft = |kind: &str, number: usize, parent: Option<&String>| json!({"name": format!("{kind} {number:04}"), "parentId": parent});
    let divisions = administrator.create_all("units", (0..20).map(|n| draft("Division", n, None)).collect()).await;
    let below = |n: usize| draft("Department", n, divisions.get(n % divisions.len()));
    let departments = administrator.create_all("units", (0..count / 5).map(below).collect()).await;
    let left = count.saturating_sub(1 + divisions.len() + departments.len());
    let below = |n: usize| draft("Team", n, departments.get(n % departments.len()));
    let teams = administrator.create_all("units", (0..left).map(below).collect()).await;
    [divisions, departments, teams].concat()
}

/// An owner for each unit.
async fn owners(administrator: &Door, units: &[String]) -> Vec<String> {
    let person = |n: usize| json!({"name": format!("Owner {n:04}"), "email": format!("owner{n}@example.org")});
    let owners = administrator.create_all("users", (0..units.len()).map(person).collect()).await;
    let roles = owners.iter().zip(units).map(|(user, unit)| json!({"userId": user, "role": "owner", "unitId": unit}));
    administrator.create_all("role-assignments", roles.collect()).await;
    owners
}

/// Controls, a methodology in force, threats and weaknesses.
async fn basis(manager: &Door, management: &Door) {
    manager.post("/v1/controls:seed", &json!({})).await;
    let scale = ["very low", "low", "medium", "high", "very high"].map(|label| json!({"label": label}));
    let methodology = json!({
        "title": "Five by five", "approach": "By event, once a year",
        "likelihood": scale, "impact": scale, "levels": scale,
        "matrix": [[1, 1, 2, 2, 3], [1, 2, 2, 3, 3], [2, 2, 3, 3, 4], [2, 3, 3, 4, 5], [3, 3, 4, 5, 5]],
        "acceptanceLevel": 2, "acceptanceMonths": 12, "reviewMonths": 12,
    });
    let methodology = id(&manager.post("/v1/methodologies", &methodology).await);
    management.post(&format!("/v1/methodologies/{methodology}/approve"), &json!({})).await;
    let threat = |n| json!({"name": format!("Threat {n:02}"), "nature": "deliberate", "category": "attack"});
    manager.create_all("threats", (0..50).map(threat).collect()).await;
    let weakness = |n| json!({"name": format!("Weakness {n:02}"), "kind": "technical"});
    manager.create_all("vulnerabilities", (0..50).map(weakness).collect()).await;
}

/// A plan with an action for every hundredth risk.
async fn actions(manager: &Door, owners: &[String], risks: &[Uuid]) {
    let planned: Vec<_> = risks.iter().step_by(100).collect();
    let plan = manager.post("/v1/treatment-plans", &json!({"title": "Narrow access", "riskIds": planned})).await;
    let due = Clock::System.today() + chrono::Duration::days(90);
    let action = |(n, risk): (usize, &&Uuid)| {
        json!({"title": format!("Review access {n}"), "planId": plan["id"], "ownerId": owners[n % owners.len()],
            "dueOn": due, "riskIds": [risk]})
    };
    manager.create_all("actions", planned.iter().enumerate().map(action).collect()).await;
}

/// Two assets in each unit: its owner's and the next one's.
fn assets(units: &[String]) -> String {
    let mut file = "name;kind;ownerId;unitId;confidentiality;integrity;availability\n".to_owned();
    for (n, unit) in units.iter().enumerate() {
        for (letter, owner) in [("A", n), ("B", (n + 1) % units.len())] {
            let _ = writeln!(file, "System {letter}{n:04};software;owner{owner}@example.org;{unit};3;2;4");
        }
    }
    file
}

/// Risks over all units in turn, with the ratings, words and references that people write down.
fn risks(numbers: std::ops::Range<usize>, units: &[String]) -> String {
    let mut file = "title;cause;event;consequence;category;kind;ownerId;unitId;affects;assetIds;threatIds;\
        vulnerabilityIds;controlIds;inherentLikelihood;inherentImpact;currentLikelihood;currentImpact;rationale\n"
        .to_owned();
    for n in numbers {
        let (unit, turn) = (n % units.len(), n / units.len());
        let (letter, owner) = if turn % 2 == 0 { ("A", unit) } else { ("B", (unit + 1) % units.len()) };
        let _ = writeln!(
            file,
            "Files of system {unit} leak, case {turn};Access is wider than the work needs;Somebody copies files that are \
             not theirs;Customers are told, and some of them leave;{};security;owner{owner}@example.org;{};\
             confidentiality|integrity;System {letter}{unit:04};Threat {:02};Weakness {:02};A.5.{}|A.8.{};{};{};{};{};\
             As in last year's workshop",
            ["Access", "Supply", "Operation"][n % 3],
            units[unit],
            n % 50,
            (n / 7) % 50,
            1 + n % 37,
            1 + n % 34,
            3 + n % 3,
            3 + (n / 3) % 3,
            1 + n % 5,
            1 + (n / 5) % 5,
        );
    }
    file
}
