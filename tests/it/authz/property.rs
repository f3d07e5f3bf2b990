//! The property: what a list shows is what Cedar permits record by record, and what a condition holds of in memory.

use super::tables::Place;
use super::wording::{self, THING, VERBS, Writer};
use super::world::{Type, World};
use isms::{app, resources};
use isms_authz::{Action, Bundle, Condition, Engine, Facts, Filter, Principal};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::sea_query::Query;
use std::collections::BTreeSet;

/// What was examined.
#[derive(Debug, Default)]
pub struct Tally {
    pub checks: usize,
    pub allowed: usize,
    pub denied: usize,
    pub refused: usize,
}

/// A way to break the compiler, for the tests that must notice.
pub struct Tamper {
    pub condition: fn(Condition) -> Condition,
    pub sql: fn(String) -> String,
    /// Whether it is meant to break anything.
    pub sabotage: bool,
}

impl Tamper {
    /// As the product is.
    pub const NONE: Self = Self { condition: |condition| condition, sql: |sql| sql, sabotage: false };
}

/// Where and of what the property is asked.
pub struct Trial<'a> {
    pub engine: &'a Engine,
    pub world: &'a World,
    pub types: &'a [Type],
    pub verbs: &'a [Action],
    pub places: &'a [Place],
    pub tamper: &'a Tamper,
    /// Whether "within the root" is read as "of the organisation", as callers' conditions are.
    pub rooted: bool,
    /// Whether few units are spelled out, as callers' conditions are.
    pub spelled: bool,
}

impl Trial<'_> {
    /// Asks the property of every principal, verb and type.
    pub async fn run(&self, tally: &mut Tally) -> Result<(), String> {
        for principal in &self.world.principals {
            for kind in self.types {
                for verb in self.verbs {
                    self.list(principal, *kind, *verb, tally).await?;
                }
            }
        }
        Ok(())
    }

    /// Whether the tampering leaves the SQL of this condition as it is, so that nothing can show.
    fn same_sql(&self, kind: Type, condition: &Condition) -> bool {
        self.places.iter().all(|place| {
            let guard = Filter::over(place.backend(), kind.table).sql(condition);
            let sql = place.backend().build(Query::select().expr(guard)).sql;
            (self.tamper.sql)(sql.clone()) == sql
        })
    }

    async fn list(&self, principal: &Principal, kind: Type, verb: Action, tally: &mut Tally) -> Result<(), String> {
        let exact = self.engine.condition(principal, verb, kind.name).map_err(|e| e.to_string())?;
        let mut condition = exact.clone();
        if self.rooted && !crosses(&exact, self.world, principal) {
            condition = condition.with_root(self.world.root(principal.organisation), principal.organisation);
        }
        if self.spelled {
            condition = condition.with_units(&|units| self.world.tree.few_below(units));
        }
        let sound = condition;
        let condition = (self.tamper.condition)(sound.clone());
        if self.tamper.sabotage && condition == sound && self.same_sql(kind, &sound) {
            return Ok(());
        }
        let records = self.world.records.get(kind.name).map(Vec::as_slice).unwrap_or_default();
        let mut permitted = BTreeSet::new();
        for record in records {
            let above = self.world.tree.above(record.unit());
            let decision = self.engine.decide(principal, verb, kind.name, record, &above).map_err(|e| e.to_string())?;
            if decision.allowed {
                permitted.insert(record.id);
            }
            if condition.holds(record, &self.world.tree) != decision.allowed {
                return Err(format!("holds differs from {decision:?} for {record:?} under {condition:?}"));
            }
        }
        for place in self.places {
            let filter = Filter::over(place.backend(), kind.table);
            // Either way of writing it is right; they take turns.
            let guard = if tally.checks % 4 < 2 { filter.sql(&condition) } else { filter.sql_of_few(&condition) };
            let listed = place.list(kind.table, guard, self.tamper.sql).await;
            tally.checks += 1;
            tally.allowed += listed.len();
            tally.denied += records.len() - permitted.len();
            if listed != permitted {
                let (extra, missing) = (listed.difference(&permitted).count(), permitted.difference(&listed).count());
                return Err(format!(
                    "{:?} lists {extra} rows too many and {missing} too few: {principal:?} {verb:?} {} {condition:?}",
                    place.backend(),
                    kind.name,
                ));
            }
        }
        Ok(())
    }
}

/// Whether the condition names the principal's root beside units of another organisation: no grant does, so
/// [`Condition::with_root`] does not provide for it, but random policies do.
fn crosses(condition: &Condition, world: &World, principal: &Principal) -> bool {
    let foreign = |id| world.units.iter().any(|unit| unit.id == id && unit.organisation != principal.organisation);
    match condition {
        Condition::Within(units) => units.iter().any(|unit| foreign(*unit)),
        Condition::All(list) | Condition::Any(list) => list.iter().any(|c| crosses(c, world, principal)),
        Condition::Not(inner) => crosses(inner, world, principal),
        _ => false,
    }
}

/// How many lists to check on each database.
fn wanted() -> usize {
    std::env::var("AUTHZ_CHECKS").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

/// The record types that the product ships.
pub fn shipped() -> Vec<Type> {
    resources::specs()
        .iter()
        .map(|spec| Type { name: spec.policy_type, table: spec.table, attributes: spec.attributes })
        .collect()
}

fn plausible(name: &str, tally: &Tally, databases: usize) {
    println!("{name}: {tally:?} on {databases} database(s)");
    assert!(tally.checks >= wanted() * databases, "too few lists were checked");
    let share = tally.allowed as f64 / (tally.allowed + tally.denied) as f64;
    assert!((0.05..0.95).contains(&share), "{:.1} % of rows allowed proves little", share * 100.0);
}

#[tokio::test]
async fn shipped_policies_list_exactly_what_they_permit() {
    let (engine, types) = (app::engine(&Bundle::embedded()).expect("the shipped set loads"), shipped());
    let verbs: Vec<_> = Action::all().collect();
    let places = Place::all("shipped").await;
    let mut tally = Tally::default();
    for seed in 0.. {
        let (rooted, spelled) = (seed % 2 == 0, seed % 8 >= 4);
        // A quarter of the types in each world, so that there are several worlds.
        let types: Vec<Type> = (seed..).zip(&types).filter(|(n, _)| n % 4 == 0).map(|(_, kind)| *kind).collect();
        let world = World::random(&mut StdRng::seed_from_u64(seed), &types, 10, rooted);
        for place in &places {
            place.fill(&types, &world).await;
        }
        let (types, verbs, places) = (types.as_slice(), verbs.as_slice(), places.as_slice());
        let tamper = &Tamper::NONE;
        let trial = Trial { engine: &engine, world: &world, types, verbs, places, tamper, rooted, spelled };
        trial.run(&mut tally).await.unwrap_or_else(|why| panic!("world {seed}: {why}"));
        if seed >= 7 && tally.checks >= wanted() * places.len() {
            break;
        }
    }
    plausible("shipped policies", &tally, places.len());
    for place in places {
        place.close().await;
    }
}

/// A random world, with an engine of random policies about one of its types, or why they were refused.
pub fn random(seed: u64, rooted: bool) -> (World, Type, String, Result<Engine, String>) {
    let mut rng = StdRng::seed_from_u64(seed);
    let world = World::random(&mut rng, wording::TYPES, 24, rooted);
    let kind = if seed % 8 == 7 { wording::TYPES[1] } else { THING };
    let text = Writer::new(&mut rng, &world, kind).set();
    let types = wording::TYPES.iter().map(|kind| (kind.name, kind.table, kind.attributes));
    let engine = Engine::load(&wording::bundle(&text), types).map_err(|e| e.to_string());
    (world, kind, text, engine)
}

#[tokio::test]
async fn random_policies_list_exactly_what_they_permit() {
    let places = Place::all("random").await;
    let mut tally = Tally::default();
    for seed in 0.. {
        let rooted = seed % 2 == 0;
        let (world, kind, text, engine) = random(seed, rooted);
        match engine {
            Ok(engine) => {
                for place in &places {
                    place.fill(&[kind], &world).await;
                }
                let (types, places) = (&[kind], places.as_slice());
                let trial = Trial {
                    engine: &engine,
                    world: &world,
                    types,
                    verbs: &VERBS,
                    places,
                    tamper: &Tamper::NONE,
                    rooted,
                    spelled: seed % 4 >= 2,
                };
                trial.run(&mut tally).await.unwrap_or_else(|why| panic!("world {seed}: {why}\n{text}"));
            }
            Err(why) => {
                tally.refused += 1;
                println!("world {seed} refused: {why}");
            }
        }
        if tally.checks >= wanted() * places.len() {
            break;
        }
    }
    plausible("random policies", &tally, places.len());
    let worlds = tally.checks / places.len() / VERBS.len() / 6 + tally.refused;
    assert!(tally.refused * 2 < worlds, "{} of {worlds} policy sets were refused", tally.refused);
    for place in places {
        place.close().await;
    }
}
