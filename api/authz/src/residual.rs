//! From Cedar's residual policies to a [`Condition`]; what cannot be translated exactly is an error, never a guess.

use crate::engine::PolicyError;
use crate::{Attribute, Condition, Kind, Literal, Order};
use cedar_policy::pst::{self, BinaryOp, Clause, Expr, UnaryOp, Var};
use cedar_policy::{Decision, Effect, Policy, TpeResponse};
use uuid::Uuid;

type Outcome<T> = Result<T, PolicyError>;

/// What a compiler needs to know of the record type.
pub(super) struct Residual<'a> {
    /// Cedar type of the records.
    pub record_type: &'a str,
    /// Attributes that stand in the table.
    pub attributes: &'a [Attribute],
}

/// One side of a comparison.
enum Term<'a> {
    Known(Literal),
    KnownEntity(&'a pst::EntityUID),
    Attribute(Attribute),
    Record,
    Choice(Condition, Box<Term<'a>>, Box<Term<'a>>),
}

fn refuse<T>(expr: &Expr) -> Outcome<T> {
    Err(PolicyError::Untranslatable(format!("{expr:?}")))
}

/// No text in the database holds a NUL character, so none equals a constant that does.
fn storable(text: &str) -> bool {
    !text.contains('\0')
}

impl Residual<'_> {
    /// (any permit) and not (any forbid).
    pub fn condition(&self, response: &TpeResponse<'_>) -> Outcome<Condition> {
        match response.decision() {
            Some(Decision::Allow) => return Ok(Condition::Always),
            Some(Decision::Deny) => return Ok(Condition::Never),
            None => {}
        }
        let mut permit = Condition::constant(response.true_permits().next().is_some());
        let mut forbid = Condition::constant(response.true_forbids().next().is_some());
        for policy in response.residual_policies() {
            let all = self.one(&policy)?;
            match policy.effect() {
                Effect::Permit => permit = permit.or(all),
                Effect::Forbid => forbid = forbid.or(all),
            }
        }
        Ok(forbid.negate().and(permit))
    }

    /// Translates every residual, whatever the others decide.
    pub fn each(&self, response: &TpeResponse<'_>) -> Outcome<()> {
        response.residual_policies().try_for_each(|policy| self.one(&policy).map(drop))
    }

    fn one(&self, policy: &Policy) -> Outcome<Condition> {
        self.clauses(policy).map_err(|error| match error {
            PolicyError::Untranslatable(what) => PolicyError::OutsideDialect { policy: policy.id().to_string(), what },
            other => other,
        })
    }

    fn clauses(&self, policy: &Policy) -> Outcome<Condition> {
        let pst = policy.to_pst().map_err(|e| PolicyError::Untranslatable(e.to_string()))?;
        pst.body().clauses().iter().try_fold(Condition::Always, |all, clause| {
            Ok(all.and(match clause {
                Clause::When(expr) => self.boolean(expr)?,
                Clause::Unless(expr) => self.boolean(expr)?.negate(),
            }))
        })
    }

    /// A boolean expression.
    fn boolean(&self, expr: &Expr) -> Outcome<Condition> {
        match expr {
            Expr::Literal(pst::Literal::Bool(value)) => Ok(Condition::constant(*value)),
            Expr::UnaryOp { op: UnaryOp::Not, expr } => Ok(self.boolean(expr)?.negate()),
            Expr::UnaryOp { op: UnaryOp::IsEmpty, expr } => Ok(Condition::IsEmpty(self.set(expr)?)),
            Expr::IfThenElse { cond, then_expr, else_expr } => {
                let (cond, then, other) = (self.boolean(cond)?, self.boolean(then_expr)?, self.boolean(else_expr)?);
                Ok(cond.clone().and(then).or(cond.negate().and(other)))
            }
            Expr::BinaryOp { op, left, right } => self.binary(expr, *op, left, right),
            Expr::HasAttr { expr: of, attrs } if attrs.tail.is_empty() && is_record(of) => {
                let attribute = self.attribute(expr, &attrs.head)?;
                Ok(if attribute.optional { Condition::Has(attribute) } else { Condition::Always })
            }
            Expr::Like { expr: of, pattern } => self.like(of, pattern),
            Expr::GetAttr { .. } => match self.term(expr)? {
                Term::Attribute(a) if matches!(a.kind, Kind::Bool | Kind::Presence) => {
                    Ok(Condition::Compare(a, Order::Equal, Literal::Bool(true)))
                }
                _ => refuse(expr),
            },
            Expr::Is { expr: of, entity_type, in_expr: None } if is_record(of) => {
                Ok(Condition::constant(entity_type.to_string() == self.record_type))
            }
            _ => refuse(expr),
        }
    }

    fn binary(&self, expr: &Expr, op: BinaryOp, left: &Expr, right: &Expr) -> Outcome<Condition> {
        match op {
            BinaryOp::And => Ok(self.boolean(left)?.and(self.boolean(right)?)),
            BinaryOp::Or => Ok(self.boolean(left)?.or(self.boolean(right)?)),
            BinaryOp::Eq => self.compare(expr, self.term(left)?, Order::Equal, self.term(right)?),
            BinaryOp::NotEq => Ok(self.compare(expr, self.term(left)?, Order::Equal, self.term(right)?)?.negate()),
            BinaryOp::Less => self.compare(expr, self.term(left)?, Order::Less, self.term(right)?),
            BinaryOp::LessEq => self.compare(expr, self.term(left)?, Order::LessOrEqual, self.term(right)?),
            BinaryOp::Greater => self.compare(expr, self.term(right)?, Order::Less, self.term(left)?),
            BinaryOp::GreaterEq => self.compare(expr, self.term(right)?, Order::LessOrEqual, self.term(left)?),
            BinaryOp::In => self.within(expr, left, right),
            BinaryOp::Contains => match self.set(left) {
                Ok(set) => self.contains(expr, set, right),
                Err(_) => self.one_of(expr, left, right),
            },
            BinaryOp::ContainsAny | BinaryOp::ContainsAll => {
                let (set, Expr::Set(values)) = (self.set(left)?, right) else { return refuse(expr) };
                let any = matches!(op, BinaryOp::ContainsAny);
                values.iter().try_fold(Condition::constant(!any), |all, value| {
                    let next = self.contains(expr, set, value)?;
                    Ok(if any { all.or(next) } else { all.and(next) })
                })
            }
            _ => refuse(expr),
        }
    }

    fn attribute(&self, expr: &Expr, name: &str) -> Outcome<Attribute> {
        match self.attributes.iter().find(|a| a.name == name) {
            Some(attribute) => Ok(*attribute),
            None => refuse(expr),
        }
    }

    fn set(&self, expr: &Expr) -> Outcome<Attribute> {
        match expr {
            Expr::GetAttr { expr: of, attr } if is_record(of) => {
                let attribute = self.attribute(expr, attr)?;
                if matches!(attribute.kind, Kind::Entities(_) | Kind::Texts) { Ok(attribute) } else { refuse(expr) }
            }
            _ => refuse(expr),
        }
    }

    fn term<'e>(&self, expr: &'e Expr) -> Outcome<Term<'e>> {
        Ok(match expr {
            Expr::Literal(pst::Literal::Bool(value)) => Term::Known(Literal::Bool(*value)),
            Expr::Literal(pst::Literal::Long(value)) => Term::Known(Literal::Long(*value)),
            Expr::Literal(pst::Literal::String(value)) => Term::Known(Literal::Text(value.to_string())),
            Expr::Literal(pst::Literal::EntityUID(uid)) => Term::KnownEntity(uid),
            Expr::Var(Var::Resource) => Term::Record,
            Expr::GetAttr { expr: of, attr } if is_record(of) => Term::Attribute(self.attribute(expr, attr)?),
            Expr::IfThenElse { cond, then_expr, else_expr } => {
                Term::Choice(self.boolean(cond)?, Box::new(self.term(then_expr)?), Box::new(self.term(else_expr)?))
            }
            _ => return refuse(expr),
        })
    }

    fn compare(&self, expr: &Expr, left: Term<'_>, order: Order, right: Term<'_>) -> Outcome<Condition> {
        let equal = order == Order::Equal;
        Ok(match (left, right) {
            (Term::Choice(cond, then, other), right) => {
                let then = self.compare(expr, *then, order, right.duplicate())?;
                let other = self.compare(expr, *other, order, right)?;
                cond.clone().and(then).or(cond.negate().and(other))
            }
            (left, Term::Choice(cond, then, other)) => {
                let then = self.compare(expr, left.duplicate(), order, *then)?;
                let other = self.compare(expr, left, order, *other)?;
                cond.clone().and(then).or(cond.negate().and(other))
            }
            (Term::Known(a), Term::Known(b)) => Condition::constant(known(&a, order, &b)),
            (Term::KnownEntity(a), Term::KnownEntity(b)) if equal => Condition::constant(a == b),
            (Term::Record, Term::Record) if equal => Condition::Always,
            (Term::Record, Term::KnownEntity(uid)) | (Term::KnownEntity(uid), Term::Record) if equal => {
                match stored_id(uid, self.record_type) {
                    Some(id) => Condition::Is(vec![id]),
                    None => Condition::Never,
                }
            }
            (Term::Attribute(a), Term::KnownEntity(uid)) | (Term::KnownEntity(uid), Term::Attribute(a)) if equal => {
                match a.kind {
                    Kind::Entity(kind) => match stored_id(uid, kind) {
                        Some(id) => Condition::Compare(a, order, Literal::Id(id)),
                        None => Condition::Never,
                    },
                    _ => return refuse(expr),
                }
            }
            (Term::Attribute(a), Term::Known(value)) => constant_side(a, order, value, expr)?,
            (Term::Known(value), Term::Attribute(a)) if equal => constant_side(a, order, value, expr)?,
            (Term::Known(Literal::Long(value)), Term::Attribute(a)) if a.kind == Kind::Long => {
                Condition::CompareFlipped(Literal::Long(value), order, a)
            }
            (Term::Attribute(a), Term::Attribute(b)) => match (a.kind, b.kind) {
                (Kind::Long, Kind::Long) => Condition::CompareAttributes(a, order, b),
                (Kind::Text, Kind::Text) | (Kind::Bool, Kind::Bool) if equal => {
                    Condition::CompareAttributes(a, order, b)
                }
                (Kind::Entity(x), Kind::Entity(y)) if equal => {
                    if x == y {
                        Condition::CompareAttributes(a, order, b)
                    } else {
                        Condition::Never
                    }
                }
                _ => return refuse(expr),
            },
            _ => return refuse(expr),
        })
    }

    /// Only the record itself is placed in the tree: Cedar is not told where the entities stand that it refers to.
    fn within(&self, expr: &Expr, left: &Expr, right: &Expr) -> Outcome<Condition> {
        if !is_record(left) {
            return refuse(expr);
        }
        let uids = match right {
            Expr::Set(list) => list.iter().map(|e| entity(e)).collect::<Outcome<Vec<_>>>()?,
            one => vec![entity(one)?],
        };
        let of = |kind: &str| uids.iter().filter_map(|uid| stored_id(uid, kind)).collect::<Vec<_>>();
        let (units, same) = (of("Unit"), of(self.record_type));
        let placed = if units.is_empty() { Condition::Never } else { Condition::Within(units) };
        Ok(if same.is_empty() { placed } else { Condition::Is(same).or(placed) })
    }

    fn contains(&self, expr: &Expr, set: Attribute, value: &Expr) -> Outcome<Condition> {
        match (set.kind, self.term(value)?) {
            (Kind::Texts, Term::Known(Literal::Text(text))) => {
                Ok(if storable(&text) { Condition::Contains(set, Literal::Text(text)) } else { Condition::Never })
            }
            (Kind::Entities(kind), Term::KnownEntity(uid)) => Ok(match stored_id(uid, kind) {
                Some(id) => Condition::Contains(set, Literal::Id(id)),
                None => Condition::Never,
            }),
            _ => refuse(expr),
        }
    }

    /// `["a", "b"].contains(resource.attribute)`.
    fn one_of(&self, expr: &Expr, list: &Expr, value: &Expr) -> Outcome<Condition> {
        let Expr::Set(list) = list else { return refuse(expr) };
        list.iter().try_fold(Condition::Never, |any, item| {
            let next = self.compare(expr, self.term(item)?, Order::Equal, self.term(value)?)?;
            Ok(any.or(next))
        })
    }

    fn like(&self, of: &Expr, pattern: &[pst::PatternElem]) -> Outcome<Condition> {
        let Term::Attribute(attribute) = self.term(of)? else { return refuse(of) };
        if attribute.kind != Kind::Text {
            return refuse(of);
        }
        let pattern: Vec<Option<char>> = pattern
            .iter()
            .map(|element| match element {
                pst::PatternElem::Char(c) => Some(*c),
                pst::PatternElem::Wildcard => None,
            })
            .collect();
        Ok(if pattern.contains(&Some('\0')) { Condition::Never } else { Condition::Like(attribute, pattern) })
    }
}

impl Term<'_> {
    fn duplicate(&self) -> Self {
        match self {
            Self::Known(literal) => Self::Known(literal.clone()),
            Self::KnownEntity(uid) => Self::KnownEntity(uid),
            Self::Attribute(attribute) => Self::Attribute(*attribute),
            Self::Record => Self::Record,
            Self::Choice(cond, then, other) => {
                Self::Choice(cond.clone(), Box::new(then.duplicate()), Box::new(other.duplicate()))
            }
        }
    }
}

fn is_record(expr: &Expr) -> bool {
    matches!(expr, Expr::Var(Var::Resource))
}

/// The id that a row of this type holds for the entity, if any row can. Cedar compares ids as text, so only the
/// one spelling that rows are shown to it in counts.
fn stored_id(uid: &pst::EntityUID, of: &str) -> Option<Uuid> {
    let id: Uuid = uid.eid.as_str().parse().ok()?;
    (uid.ty.to_string() == of && id.to_string() == uid.eid.as_str()).then_some(id)
}

fn entity(expr: &Expr) -> Outcome<&pst::EntityUID> {
    match expr {
        Expr::Literal(pst::Literal::EntityUID(uid)) => Ok(uid),
        _ => refuse(expr),
    }
}

fn known(a: &Literal, order: Order, b: &Literal) -> bool {
    match order {
        Order::Equal => a == b,
        Order::Less => matches!((a, b), (Literal::Long(a), Literal::Long(b)) if a < b),
        Order::LessOrEqual => matches!((a, b), (Literal::Long(a), Literal::Long(b)) if a <= b),
    }
}

fn constant_side(attribute: Attribute, order: Order, value: Literal, expr: &Expr) -> Outcome<Condition> {
    match (attribute.kind, &value, order) {
        (Kind::Text, Literal::Text(text), Order::Equal) if !storable(text) => Ok(Condition::Never),
        (Kind::Text, Literal::Text(_), Order::Equal)
        | (Kind::Long, Literal::Long(_), _)
        | (Kind::Bool | Kind::Presence, Literal::Bool(_), Order::Equal) => {
            Ok(Condition::Compare(attribute, order, value))
        }
        (Kind::Text, Literal::Long(_) | Literal::Bool(_), Order::Equal)
        | (Kind::Long, Literal::Text(_) | Literal::Bool(_), Order::Equal) => Ok(Condition::Never),
        _ => refuse(expr),
    }
}
