//! Broken compilers, each of which the property must catch: a proof that cannot fail proves nothing.

use super::property::{Tally, Tamper, Trial, random};
use super::tables::Place;
use super::wording::VERBS;
use super::world::{Type, World};
use isms_authz::{Condition, Engine, Literal, Order};

/// Each condition within, from the inside out, put through a change.
fn each(condition: Condition, change: fn(Condition) -> Condition) -> Condition {
    let list = |list: Vec<Condition>| list.into_iter().map(|c| each(c, change)).collect();
    change(match condition {
        Condition::All(inner) => Condition::All(list(inner)),
        Condition::Any(inner) => Condition::Any(list(inner)),
        Condition::Not(inner) => Condition::Not(Box::new(each(*inner, change))),
        other => other,
    })
}

fn without_forbids(condition: Condition) -> Condition {
    match condition {
        Condition::All(list) => {
            list.into_iter().filter(|c| !matches!(c, Condition::Not(_))).fold(Condition::Always, Condition::and)
        }
        other => other,
    }
}

fn without_presence(condition: Condition) -> Condition {
    each(condition, |c| if matches!(c, Condition::Has(_)) { Condition::Always } else { c })
}

fn flipped_back(condition: Condition) -> Condition {
    each(condition, |c| match c {
        Condition::CompareFlipped(value, order, attribute) => Condition::Compare(attribute, order, value),
        other => other,
    })
}

fn strict_order(condition: Condition) -> Condition {
    each(condition, |c| match c {
        Condition::Compare(attribute, Order::LessOrEqual, value) => Condition::Compare(attribute, Order::Less, value),
        other => other,
    })
}

/// 64-bit numbers sent through a float.
fn through_floats(condition: Condition) -> Condition {
    each(condition, |c| match c {
        Condition::Compare(a, order, Literal::Long(n)) => Condition::Compare(a, order, Literal::Long(n as f64 as i64)),
        other => other,
    })
}

fn negation_lost(condition: Condition) -> Condition {
    each(condition, |c| match c {
        Condition::Not(inner) if matches!(*inner, Condition::Compare(..)) => *inner,
        other => other,
    })
}

/// A unit that is spelled out is forgotten.
fn unit_forgotten(condition: Condition) -> Condition {
    each(condition, |c| match c {
        Condition::OneOf(attribute, mut units) if attribute.column == "unit_id" => {
            units.pop();
            Condition::OneOf(attribute, units)
        }
        other => other,
    })
}

const AS_IS: fn(Condition) -> Condition = |condition| condition;
const SAME: fn(String) -> String = |sql| sql;

const SABOTAGES: &[(&str, Tamper)] = &[
    (
        "the closure forgets what lies below",
        Tamper { sabotage: true, condition: AS_IS, sql: |sql| sql.replace("\"unit_closure\"", "\"unit_alone\"") },
    ),
    ("forbids are dropped", Tamper { sabotage: true, condition: without_forbids, sql: SAME }),
    ("an absent attribute counts as there", Tamper { sabotage: true, condition: without_presence, sql: SAME }),
    (
        "presence is not asked, so that NULL spreads",
        Tamper { sabotage: true, condition: AS_IS, sql: |sql| sql.replace("IS NOT NULL", "= NULL") },
    ),
    (
        "texts match whatever their case",
        Tamper { sabotage: true, condition: AS_IS, sql: |sql| sql.replace("GLOB ?", "LIKE replace(?, '*', '%')") },
    ),
    ("a constant on the left counts as on the right", Tamper { sabotage: true, condition: flipped_back, sql: SAME }),
    ("up to and including means less", Tamper { sabotage: true, condition: strict_order, sql: SAME }),
    ("numbers travel as floats", Tamper { sabotage: true, condition: through_floats, sql: SAME }),
    (
        "the last of the units that are spelled out is lost",
        Tamper { sabotage: true, condition: unit_forgotten, sql: SAME },
    ),
    ("the negation of a comparison is lost", Tamper { sabotage: true, condition: negation_lost, sql: SAME }),
    (
        "a set contains everything",
        Tamper { sabotage: true, condition: AS_IS, sql: |sql| sql.replace("json_each.value =", "1 = 1 OR ''=") },
    ),
];

/// A world with policies about one type, made once for all sabotages.
type Stage = (World, Type, Engine);

/// The first world that shows the sabotage, if any does.
async fn caught(place: &[Place], stages: &mut Vec<Stage>, tamper: &Tamper) -> Option<usize> {
    for n in 0..600 {
        if stages.len() <= n {
            let next = (stages.len() as u64 * 50..).find_map(|seed| match random(seed, false) {
                (world, kind, _, Ok(engine)) => Some((world, kind, engine)),
                _ => None,
            });
            stages.extend(next);
        }
        let (world, kind, engine) = stages.get(n)?;
        place[0].fill(&[*kind], world).await;
        let (types, verbs) = (&[*kind], &VERBS[..1]);
        let (rooted, spelled) = (false, n % 2 == 1);
        let trial = Trial { engine, world, types, verbs, places: place, tamper, rooted, spelled };
        if trial.run(&mut Tally::default()).await.is_err() {
            return Some(n);
        }
    }
    None
}

#[tokio::test]
async fn every_sabotage_is_caught() {
    let (place, mut stages) = ([Place::sqlite().await], Vec::new());
    for (name, tamper) in SABOTAGES {
        let world = caught(&place, &mut stages, tamper).await;
        println!("{name}: caught in world {world:?}");
        assert!(world.is_some(), "nothing noticed that {name}");
    }
    println!("{} sabotages caught", SABOTAGES.len());
}
