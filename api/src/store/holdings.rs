//! What people hold in the organisation: roles, duties, and records that name them as owner, deputy, team or the like.

use super::Store;
use super::place::quoted;
use crate::caller::Caller;
use crate::leadership::responsibility::Responsibility;
use crate::leadership::role_assignment::RoleAssignment;
use crate::leadership::user::User;
use crate::resource::{Outcome, Resource, Spec, snake};
use crate::resources;
use chrono::NaiveDate;
use isms_authz::{Attribute, Condition, Filter, Kind, Table};
use isms_entity::leadership::role_assignment::Role;
use sea_orm::sea_query::{
    Alias, Condition as Any, Expr, ExprTrait, JoinType, Query as Sql, SelectStatement, SimpleExpr,
};
use uuid::Uuid;

/// What is held is called so in a statement, apart from the record of the person who holds it.
const HELD: Table = "held";

/// Names of attributes that tell what people did or were told. They give them nothing to hold; every other one does.
const DONE: [&str; 7] = ["authors", "doneBy", "executors", "leaders", "person", "reporter", "resolver"];

impl Caller {
    /// Whether the person whom a record is of holds something where the caller does not administer, as an expression
    /// over the record's row. For whoever administers nothing, and of the past, it is null.
    pub(super) fn held_beyond(&self, spec: &Spec, table: Table) -> SimpleExpr {
        let administered = self.access.principal.grants.get(&Role::Administrator).filter(|units| !units.is_empty());
        let (Some(person), Some(units), None) = (spec.person, administered, self.as_of) else {
            return Expr::cust("CAST(NULL AS boolean)");
        };
        if units.contains(&self.access.root) {
            return Expr::cust("FALSE");
        }
        self.store.held_outside(table, person, units, self.today())
    }

    /// Whether somebody holds something where the caller does not administer; none for whoever administers nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn knows_beyond(&self, spec: &Spec, record: Uuid) -> Outcome<Option<bool>> {
        if spec.person.is_none() {
            return Ok(None);
        }
        let select = Sql::select()
            .expr_as(self.held_beyond(spec, spec.table), Alias::new(Attribute::HELD_BEYOND.column))
            .from(Alias::new(spec.table))
            .and_where(Expr::col((Alias::new(spec.table), Alias::new("id"))).eq(record))
            .to_owned();
        let row = self.store.one(&select).await?;
        row.map_or(Ok(None), |row| Ok(row.try_get("", Attribute::HELD_BEYOND.column)?))
    }
}

impl Store {
    /// Whether the person in this column of a record holds something outside these units, as an expression over its row.
    fn held_outside(&self, table: Table, person: &str, units: &[Uuid], today: NaiveDate) -> SimpleExpr {
        let elsewhere = Filter::over(self.backend(), HELD).sql(&Condition::Within(units.to_vec())).not();
        let person = Expr::cust(format!("{}.{}", quoted(table), quoted(person)));
        let holdings = resources::specs().iter().flat_map(|of| held(of).map(move |attribute| (of, attribute)));
        let any = holdings.fold(Any::any(), |any, (of, attribute)| {
            any.add(match holding(of, attribute, person.clone()) {
                Some(mut holding) => {
                    holding.and_where(elsewhere.clone());
                    if let Some(until) = lasts_until(of, attribute) {
                        let until = Expr::col((Alias::new(HELD), Alias::new(until)));
                        holding.and_where(until.clone().is_null().or(until.gte(today)));
                    }
                    Expr::exists(holding)
                }
                // What cannot be looked up is taken to be held.
                None => Expr::cust("TRUE"),
            })
        });
        any.into()
    }

    /// Whether somebody holds something outside this unit and what lies below it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn holds_outside(&self, user: Uuid, unit: Uuid, today: NaiveDate) -> Outcome<bool> {
        let table = User::SPEC.table;
        let select = Sql::select()
            .expr_as(self.held_outside(table, "id", &[unit], today), Alias::new(Attribute::HELD_BEYOND.column))
            .from(Alias::new(table))
            .and_where(Expr::col((Alias::new(table), Alias::new("id"))).eq(user))
            .to_owned();
        let row = self.one(&select).await?;
        row.map_or(Ok(true), |row| Ok(row.try_get("", Attribute::HELD_BEYOND.column)?))
    }
}

/// The column with the last day on which it is held, for what is held until a day.
fn lasts_until(of: &Spec, attribute: &Attribute) -> Option<&'static str> {
    match (of.name, attribute.name) {
        (name, _) if name == RoleAssignment::SPEC.name => Some("valid_until"),
        (name, "deputy") if name == Responsibility::SPEC.name => Some("deputy_until"),
        _ => None,
    }
}

/// The attributes of a record type that name people who hold something by it.
fn held(of: &'static Spec) -> impl Iterator<Item = &'static Attribute> {
    let names_holder = |attribute: &&Attribute| {
        matches!(attribute.kind, Kind::Entity("User") | Kind::Entities("User")) && !DONE.contains(&attribute.name)
    };
    of.attributes.iter().filter(move |_| of.person.is_none()).filter(names_holder)
}

/// The records of a type that name this person so, as long as they are not retired; none for a list that is not linked.
fn holding(of: &Spec, attribute: &Attribute, person: SimpleExpr) -> Option<SelectStatement> {
    let column = |name: &str| Expr::col((Alias::new(HELD), Alias::new(name)));
    let mut holding = Sql::select();
    holding.expr(Expr::cust("1")).from_as(Alias::new(of.table), Alias::new(HELD));
    holding.and_where(column("retired_at").is_null());
    if let Kind::Entity(_) = attribute.kind {
        holding.and_where(column(attribute.column).eq(person));
        return Some(holding);
    }
    let field = of.references.iter().find(|reference| snake(reference.field) == attribute.column)?.field;
    let link = |name: &str| Expr::col((Alias::new("link"), Alias::new(name)));
    holding.join(JoinType::InnerJoin, Alias::new("link"), link("source_id").equals((HELD, "id")));
    holding
        .and_where(link("source_type").eq(Expr::cust(format!("'{}'", of.name))))
        .and_where(link("field").eq(Expr::cust(format!("'{field}'"))))
        .and_where(link("target_id").eq(person));
    Some(holding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_holders_can_be_looked_up() {
        let (mut looked_up, person) = (0, Expr::cust("1"));
        for of in resources::specs() {
            for attribute in held(of) {
                assert!(holding(of, attribute, person.clone()).is_some(), "{}.{}", of.name, attribute.name);
                looked_up += 1;
            }
        }
        assert!(looked_up > 40, "{looked_up}");
        let known: Vec<_> = resources::specs().iter().flat_map(|of| of.attributes).map(|a| a.name).collect();
        for name in DONE {
            assert!(known.contains(&name), "{name} is no attribute any more");
        }
    }
}
