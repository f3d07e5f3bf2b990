//! The rules of readiness by clause: data, each with a test of its number.

mod context;
mod evaluation;
mod improvement;
mod leadership;
mod operation;
mod planning;
mod support;

use super::rule::Rule;

/// All rules in the order of the clauses.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        context::RULES,
        leadership::RULES,
        planning::RULES,
        support::RULES,
        operation::RULES,
        evaluation::RULES,
        improvement::RULES,
    ]
    .into_iter()
    .flatten()
}
