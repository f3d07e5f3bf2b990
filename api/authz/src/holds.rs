//! A condition asked of a record in memory: what `allowedActions` is made of.

use crate::{Attribute, Condition, Fact, Facts, Kind, Literal, Order};
use uuid::Uuid;

/// Knows the units above a unit.
pub trait Ancestry {
    /// Whether `unit` is `ancestor` or lies below it.
    fn within(&self, unit: Uuid, ancestor: Uuid) -> bool;
}

impl Condition {
    /// Whether the record meets the condition.
    pub fn holds(&self, record: &dyn Facts, units: &dyn Ancestry) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::All(list) => list.iter().all(|c| c.holds(record, units)),
            Self::Any(list) => list.iter().any(|c| c.holds(record, units)),
            Self::Not(inner) => !inner.holds(record, units),
            Self::Is(ids) => ids.contains(&record.id()),
            Self::Within(list) => list.iter().any(|unit| units.within(record.unit(), *unit)),
            Self::Has(a) => fact(record, a) != Fact::Absent,
            Self::Compare(a, order, value) => one(record, a).is_some_and(|fact| ordered(&fact, *order, value)),
            Self::CompareFlipped(value, order, a) => one(record, a).is_some_and(|fact| ordered(value, *order, &fact)),
            Self::CompareAttributes(a, order, b) => match (one(record, a), one(record, b)) {
                (Some(a), Some(b)) => ordered(&a, *order, &b),
                _ => false,
            },
            Self::OneOf(a, values) => one(record, a).is_some_and(|fact| values.contains(&fact)),
            Self::Contains(a, value) => matches!(fact(record, a), Fact::Many(list) if list.contains(value)),
            Self::IsEmpty(a) => matches!(fact(record, a), Fact::Many(list) if list.is_empty()),
            Self::Like(a, pattern) => match one(record, a) {
                Some(Literal::Text(text)) => like(&text.chars().collect::<Vec<_>>(), pattern),
                _ => false,
            },
        }
    }
}

/// A record's answer, where presence is an answer of its own.
pub(super) fn fact(record: &dyn Facts, attribute: &Attribute) -> Fact {
    let fact = record.fact(attribute);
    match attribute.kind {
        Kind::Presence => Fact::One(Literal::Bool(fact != Fact::Absent)),
        _ => fact,
    }
}

fn one(record: &dyn Facts, attribute: &Attribute) -> Option<Literal> {
    match fact(record, attribute) {
        Fact::One(literal) => Some(literal),
        _ => None,
    }
}

fn ordered(a: &Literal, order: Order, b: &Literal) -> bool {
    match order {
        Order::Equal => a == b,
        Order::Less => a < b,
        Order::LessOrEqual => a <= b,
    }
}

/// Greedy match with one point of return: linear in practice, never exponential.
fn like(text: &[char], pattern: &[Option<char>]) -> bool {
    let (mut t, mut p, mut star, mut back) = (0, 0, None, 0);
    while let Some(c) = text.get(t) {
        match pattern.get(p) {
            Some(Some(wanted)) if wanted == c => {
                t += 1;
                p += 1;
            }
            Some(None) => {
                star = Some(p);
                back = t;
                p += 1;
            }
            _ => match star {
                Some(s) => {
                    p = s + 1;
                    back += 1;
                    t = back;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(Option::is_none))
}
