//! What policies may say: only what translates exactly to SQL. The rest is refused when the set is loaded.

use crate::Attribute;
use crate::engine::PolicyError;
use cedar_policy::pst::{BinaryOp, Clause, Expr, UnaryOp, Var};

/// Refuses a policy that steps outside the dialect.
///
/// Arithmetic is out because it overflows differently in Cedar, SQLite and PostgreSQL (it failed
/// open in trials); attributes of attributes are out because a dangling reference would err; context
/// and tags are out until something fills them.
pub(super) fn check(policy: &str, clauses: &[Clause], attributes: &[Attribute]) -> Result<(), PolicyError> {
    for Clause::When(expr) | Clause::Unless(expr) in clauses {
        walk(expr, attributes).map_err(|what| PolicyError::OutsideDialect { policy: policy.to_owned(), what })?;
    }
    Ok(())
}

fn walk(expr: &Expr, attributes: &[Attribute]) -> Result<(), String> {
    match expr {
        Expr::Literal(_) | Expr::Var(Var::Principal | Var::Resource | Var::Action) => Ok(()),
        Expr::Var(Var::Context) => Err("context is not part of the dialect".into()),
        Expr::UnaryOp { op: UnaryOp::Not | UnaryOp::IsEmpty, expr } => walk(expr, attributes),
        Expr::UnaryOp { op, .. } => Err(format!("operator {op} cannot be translated exactly")),
        // Where another entity than the record stands in the tree, Cedar is not told, so it would differ from SQL.
        Expr::BinaryOp { op: BinaryOp::In, left, .. } if !matches!(**left, Expr::Var(_)) => {
            Err("only the record itself may be asked what it is in".into())
        }
        Expr::BinaryOp { op, left, right } => match op {
            BinaryOp::Eq
            | BinaryOp::NotEq
            | BinaryOp::Less
            | BinaryOp::LessEq
            | BinaryOp::Greater
            | BinaryOp::GreaterEq
            | BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::In
            | BinaryOp::Contains
            | BinaryOp::ContainsAll
            | BinaryOp::ContainsAny => {
                walk(left, attributes)?;
                walk(right, attributes)
            }
            other => Err(format!("operator {other} cannot be translated exactly")),
        },
        Expr::GetAttr { expr, attr } => path(expr, attr, attributes),
        Expr::HasAttr { expr, attrs } if attrs.tail.is_empty() => path(expr, &attrs.head, attributes),
        Expr::Like { expr, .. } => walk(expr, attributes),
        Expr::Is { expr, in_expr: None, .. } => walk(expr, attributes),
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            walk(cond, attributes)?;
            walk(then_expr, attributes)?;
            walk(else_expr, attributes)
        }
        Expr::Set(items) => items.iter().try_for_each(|item| walk(item, attributes)),
        other => Err(format!("{other:?} is not part of the dialect")),
    }
}

fn path(of: &Expr, attr: &str, attributes: &[Attribute]) -> Result<(), String> {
    match of {
        Expr::Var(Var::Principal) => Ok(()),
        Expr::Var(Var::Resource) if attributes.iter().any(|a| a.name == attr) => Ok(()),
        Expr::Var(Var::Resource) => Err(format!("attribute {attr} stands in no table")),
        _ => Err(format!("attribute {attr} of anything but principal and resource may dangle")),
    }
}
