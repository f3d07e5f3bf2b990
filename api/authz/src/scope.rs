//! What a policy is about: who asks, what for, of which types, and which attributes its conditions look at.

use crate::dialect;
use crate::engine::RecordType;
use crate::{Action, Attribute, Kind, PolicyError, PrincipalKind};
use cedar_policy::pst::{Clause, Expr, Literal, UnaryOp, Var};
use cedar_policy::{ActionConstraint, Policy, PrincipalConstraint, ResourceConstraint};
use std::collections::BTreeSet;

/// A policy with its scope and what it looks at, read once.
pub(super) struct Scoped {
    pub policy: Policy,
    principal: Option<String>,
    actions: Option<Vec<String>>,
    resource: Option<String>,
    looks_at: LooksAt,
}

/// What the conditions of a policy look at, as far as it differs from one record type or verb to another.
#[derive(Default)]
struct LooksAt {
    attributes: BTreeSet<String>,
    /// The type itself, or something that is not known to be the same for all.
    kind: bool,
    action: bool,
}

impl Scoped {
    /// Reads a policy, which has to keep to the dialect.
    pub fn new(policy: &Policy, attributes: &[Attribute]) -> Result<Self, PolicyError> {
        let principal = match policy.principal_constraint() {
            PrincipalConstraint::Is(name) => Some(name.to_string()),
            _ => None,
        };
        let actions = match policy.action_constraint() {
            ActionConstraint::Eq(uid) => Some(vec![uid.id().unescaped().to_owned()]),
            ActionConstraint::In(list) => Some(list.iter().map(|uid| uid.id().unescaped().to_owned()).collect()),
            ActionConstraint::Any => None,
        };
        let resource = match policy.resource_constraint() {
            ResourceConstraint::Is(name) => Some(name.to_string()),
            _ => None,
        };
        let pst = policy.to_pst().map_err(|e| PolicyError::Untranslatable(format!("{}: {e}", policy.id())))?;
        // A scope that names one entity, or a place in the tree, is a condition as well.
        let kind = !matches!(policy.resource_constraint(), ResourceConstraint::Any | ResourceConstraint::Is(_));
        let mut looks_at = LooksAt { kind, ..LooksAt::default() };
        let clauses = pst.body().clauses();
        dialect::check(policy.id().as_ref(), clauses, attributes)?;
        for Clause::When(expr) | Clause::Unless(expr) in clauses {
            looks_at.expr(expr);
        }
        Ok(Self { policy: policy.clone(), principal, actions, resource, looks_at })
    }

    /// Whether the scope can match; what stands in the conditions is left to Cedar.
    pub fn concerns(&self, kind: PrincipalKind, action: Action, record_type: &str) -> bool {
        self.principal.as_ref().is_none_or(|name| name == kind.name())
            && self.actions.as_ref().is_none_or(|list| list.iter().any(|name| name == action.name()))
            && self.resource.as_ref().is_none_or(|name| name == record_type)
    }

    /// All that tells how the policy translates for a record type and verb: where two shapes are the same, so is
    /// whether it translates.
    pub fn shape(&self, action: Action, record: &RecordType) -> String {
        // Other entities of these types, or of those that a looked-at attribute points to, can be what the record is.
        let special = self.looks_at.kind
            || ["Unit", "Organisation", "User", "Service", "Engagement", "Control"].contains(&record.name);
        let mut shape = format!("{}/{}", self.policy.id(), if special { record.name } else { "" });
        if self.looks_at.action {
            shape.push_str(action.name());
        }
        for name in &self.looks_at.attributes {
            let attribute = Attribute::COMMON.iter().chain(record.attributes).find(|a| a.name == name);
            let itself = attribute.is_some_and(|a| match a.kind {
                Kind::Entity(of) | Kind::Entities(of) => of == record.name,
                _ => false,
            });
            shape.push_str(&format!("/{name}:{:?}{itself}", attribute.map(|a| (a.kind, a.optional))));
        }
        shape
    }
}

impl LooksAt {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Var(Var::Action) => self.action = true,
            Expr::Var(Var::Principal | Var::Resource) => {}
            Expr::Literal(Literal::Bool(_) | Literal::Long(_) | Literal::String(_)) => {}
            Expr::UnaryOp { op: UnaryOp::Not | UnaryOp::IsEmpty, expr } | Expr::Like { expr, .. } => self.expr(expr),
            Expr::BinaryOp { op: _, left, right } => {
                self.expr(left);
                self.expr(right);
            }
            Expr::GetAttr { expr, attr } => self.attribute(expr, attr),
            Expr::HasAttr { expr, attrs } if attrs.tail.is_empty() => self.attribute(expr, &attrs.head),
            Expr::IfThenElse { cond, then_expr, else_expr } => {
                self.expr(cond);
                self.expr(then_expr);
                self.expr(else_expr);
            }
            Expr::Set(items) => items.iter().for_each(|item| self.expr(item)),
            // A type test, an entity by its id, or something new: taken to differ for every type.
            _ => self.kind = true,
        }
    }

    fn attribute(&mut self, of: &Expr, name: &str) {
        match of {
            Expr::Var(Var::Resource) => drop(self.attributes.insert(name.to_owned())),
            other => self.expr(other),
        }
    }
}
