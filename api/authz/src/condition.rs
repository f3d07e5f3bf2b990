//! What remains of the policies for one caller, verb and record type: a small two-valued condition.

use crate::{Attribute, Literal};
use uuid::Uuid;

/// How two numbers or values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Equal.
    Equal,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
}

/// A condition over one record. It never errs and never is unknown: an absent attribute compares as false.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Every record.
    Always,
    /// No record.
    Never,
    /// All of these.
    All(Vec<Condition>),
    /// Any of these.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// The record is one of these.
    Is(Vec<Uuid>),
    /// The record lies in one of these units or below.
    Within(Vec<Uuid>),
    /// The attribute is there.
    Has(Attribute),
    /// The attribute compares so with the constant.
    Compare(Attribute, Order, Literal),
    /// The constant compares so with the attribute.
    CompareFlipped(Literal, Order, Attribute),
    /// Two attributes of the record compare so.
    CompareAttributes(Attribute, Order, Attribute),
    /// The attribute is one of the constants.
    OneOf(Attribute, Vec<Literal>),
    /// The set contains the constant.
    Contains(Attribute, Literal),
    /// The set is empty.
    IsEmpty(Attribute),
    /// The text matches; `None` stands for any run of characters.
    Like(Attribute, Vec<Option<char>>),
}

impl Condition {
    /// A constant.
    pub const fn constant(value: bool) -> Self {
        if value { Self::Always } else { Self::Never }
    }

    /// Both, folded where one of them is constant.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, x) | (x, Self::Always) => x,
            (Self::All(mut a), Self::All(b)) => {
                a.extend(b);
                Self::All(a)
            }
            (Self::All(mut a), b) => {
                a.push(b);
                Self::All(a)
            }
            (a, b) => Self::All(vec![a, b]),
        }
    }

    /// Either, folded where one of them is constant or both ask for units.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, _) | (_, Self::Always) => Self::Always,
            (Self::Never, x) | (x, Self::Never) => x,
            (Self::Within(mut a), Self::Within(b)) => {
                a.extend(b.into_iter().filter(|unit| !a.contains(unit)).collect::<Vec<_>>());
                Self::Within(a)
            }
            (Self::Any(mut a), Self::Any(b)) => {
                a.extend(b);
                Self::Any(a)
            }
            (Self::Any(mut a), b) => {
                a.push(b);
                Self::Any(a)
            }
            (a, b) => Self::Any(vec![a, b]),
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The condition with "within the root unit" read as "of the organisation", which is the same
    /// because every unit of an organisation lies under its one root (I-12) and the database keeps
    /// a record and its unit in one tenant.
    #[must_use]
    pub fn with_root(self, root: Uuid, organisation: Uuid) -> Self {
        let each = |list: Vec<Self>| list.into_iter().map(move |c| c.with_root(root, organisation));
        match self {
            Self::Within(units) if units.contains(&root) => Self::of_organisation(organisation),
            Self::All(list) => {
                let own = Self::of_organisation(organisation);
                let (given, rest): (Vec<_>, Vec<_>) = each(list).partition(|c| *c == own);
                let first = given.into_iter().next();
                rest.into_iter().fold(first.clone().unwrap_or(Self::Always), |all, next| {
                    all.and(if first.is_some() { next.assume(&own) } else { next })
                })
            }
            Self::Any(list) => each(list).fold(Self::Never, Self::or_once),
            Self::Not(inner) => inner.with_root(root, organisation).negate(),
            other => other,
        }
    }

    /// The condition with "within these units" spelled out where `below` knows them to be few: constants let a
    /// database use its index on either side of an OR, which a sub-select does not.
    #[must_use]
    pub fn with_units(self, below: &impl Fn(&[Uuid]) -> Option<Vec<Uuid>>) -> Self {
        let each = |list: Vec<Self>| list.into_iter().map(|c| c.with_units(below)).collect();
        match self {
            Self::Within(units) => match below(&units) {
                Some(all) => {
                    let unit = Attribute::new("unit", "unit_id", super::Kind::Entity("Unit"));
                    Self::OneOf(unit, all.into_iter().map(Literal::Id).collect())
                }
                None => Self::Within(units),
            },
            Self::All(list) => Self::All(each(list)),
            Self::Any(list) => Self::Any(each(list)),
            Self::Not(inner) => inner.with_units(below).negate(),
            other => other,
        }
    }

    /// The condition where `fact` is known to hold: `fact && f(fact)` is `fact && f(true)`.
    fn assume(self, fact: &Self) -> Self {
        match self {
            this if this == *fact => Self::Always,
            Self::All(list) => list.into_iter().fold(Self::Always, |all, next| all.and(next.assume(fact))),
            Self::Any(list) => list.into_iter().fold(Self::Never, |any, next| any.or(next.assume(fact))),
            Self::Not(inner) => inner.assume(fact).negate(),
            other => other,
        }
    }

    fn of_organisation(organisation: Uuid) -> Self {
        let attribute = Attribute::new("organisation", "organisation_id", super::Kind::Entity("Organisation"));
        Self::Compare(attribute, Order::Equal, Literal::Id(organisation))
    }

    fn or_once(self, other: Self) -> Self {
        if self == other || matches!(&self, Self::Any(list) if list.contains(&other)) { self } else { self.or(other) }
    }

    /// Whether the condition asks for the attribute in this column.
    pub fn looks_at(&self, column: &str) -> bool {
        match self {
            Self::Always | Self::Never | Self::Is(_) | Self::Within(_) => false,
            Self::All(list) | Self::Any(list) => list.iter().any(|c| c.looks_at(column)),
            Self::Not(inner) => inner.looks_at(column),
            Self::CompareAttributes(a, _, b) => a.column == column || b.column == column,
            Self::Has(a)
            | Self::Compare(a, ..)
            | Self::CompareFlipped(_, _, a)
            | Self::OneOf(a, _)
            | Self::Contains(a, _)
            | Self::IsEmpty(a)
            | Self::Like(a, _) => a.column == column,
        }
    }

    /// Whether the condition asks for nothing but the organisation.
    pub fn is_tenant(&self, organisation: Uuid) -> bool {
        *self == Self::of_organisation(organisation)
    }

    /// Whether the condition admits all records of the organisation, so that references need no second look.
    pub fn admits_organisation(&self, organisation: Uuid) -> bool {
        match self {
            Self::Always => true,
            Self::All(list) => list.iter().all(|c| c.admits_organisation(organisation)),
            Self::Any(list) => list.iter().any(|c| c.admits_organisation(organisation)),
            other => *other == Self::of_organisation(organisation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn the_root_unit_is_the_organisation_and_is_asked_for_once() {
        let (root, organisation, user) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let own = Condition::of_organisation(organisation);
        let owner = Attribute::optional("owner", "owner_id", Kind::Entity("User"));
        let mine = Condition::Compare(owner, Order::Equal, Literal::Id(user));
        let any = Condition::Any(vec![Condition::Within(vec![root]), mine.clone()]);
        let whole = Condition::All(vec![own.clone(), any.clone()]).with_root(root, organisation);
        assert_eq!(whole, own);
        let other_way = Condition::All(vec![any, own.clone()]).with_root(root, organisation);
        assert_eq!(other_way, own);
        let below = Condition::All(vec![own.clone(), Condition::Any(vec![Condition::Within(vec![user]), mine])]);
        assert_eq!(below.clone().with_root(root, organisation), below);
    }

    #[test]
    fn few_units_are_spelled_out_and_many_are_not() {
        let (unit, child) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let outside = Condition::Not(Box::new(Condition::Within(vec![unit])));
        let spelled = outside.clone().with_units(&|_| Some(vec![unit, child]));
        let of = Attribute::new("unit", "unit_id", Kind::Entity("Unit"));
        let both = Condition::OneOf(of, vec![Literal::Id(unit), Literal::Id(child)]);
        assert_eq!(spelled, Condition::Not(Box::new(both)));
        assert_eq!(outside.clone().with_units(&|_| None), outside);
    }
}
