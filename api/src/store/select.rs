//! One SELECT over a record's table, or a past state of it, that already carries the caller's condition.

use super::query::{After, Operand, Query, Retired, Sort, Test};
use crate::authz::{Action, Condition as Compiled, Filter, Literal};
use crate::caller::Caller;
use crate::resource::{Outcome, Reference, Resource, Spec};
use crate::resources;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, Func, LikeExpr, NullOrdering, Order, Query as Sql, SelectStatement, SimpleExpr,
};
use sea_orm::{EntityTrait, Iden, Iterable, StatementBuilder, Value};
use uuid::Uuid;

/// Prefix of the columns that hold the visible part of a list of references.
const VISIBLE: &str = "visible_";

/// A field of which the caller may not list all targets: what of it they may see stands in a column of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Veiled {
    /// The column of the field.
    pub column: &'static str,
    /// Whether the field holds a list.
    pub many: bool,
    target: &'static Spec,
}

impl Veiled {
    /// The column that holds what may be seen of it.
    pub fn visible(&self) -> String {
        format!("{VISIBLE}{}", self.column)
    }
}

/// Builds statements over one record type for one caller.
pub(super) struct Selection<'a, R> {
    caller: &'a Caller,
    guarded: bool,
    few: bool,
    of: std::marker::PhantomData<R>,
}

impl<'a, R: Resource> Selection<'a, R> {
    pub fn new(caller: &'a Caller) -> Self {
        Self { caller, guarded: true, few: false, of: std::marker::PhantomData }
    }

    /// For records that are named by their ids.
    pub fn of_few(caller: &'a Caller) -> Self {
        Self { few: true, ..Self::new(caller) }
    }

    /// For rules, which see all of the organisation.
    pub fn for_rules(caller: &'a Caller) -> Self {
        Self { guarded: false, ..Self::new(caller) }
    }

    fn column(&self, name: &str) -> SimpleExpr {
        Expr::col((Alias::new(R::SPEC.table), Alias::new(name)))
    }

    /// All records that the caller may do this with; no columns yet.
    pub fn visible(&self, action: Action) -> Outcome<SelectStatement> {
        let caller = self.caller;
        let mut select = Sql::select();
        caller.place(&mut select, &R::SPEC);
        select.and_where(if self.few {
            caller.allows_few(action, &R::SPEC)?
        } else {
            caller.allows(action, &R::SPEC)?
        });
        if caller.as_of.is_some() {
            // What may be seen of the past is what may be seen of the record today and could be seen then.
            let now = caller.at(None);
            let mut today = Sql::select();
            now.place(&mut today, &R::SPEC);
            today.column((Alias::new(R::SPEC.table), Alias::new("id"))).and_where(now.allows(action, &R::SPEC)?);
            select.and_where(self.column("id").in_subquery(today));
        }
        if !caller.store.in_transaction() {
            select.and_where(caller.epoch_stands());
        }
        Ok(select)
    }

    /// The columns of the row.
    pub fn columns(&self, select: &mut SelectStatement) {
        for column in <R::Entity as EntityTrait>::Column::iter() {
            select.column((Alias::new(R::SPEC.table), Alias::new(column.unquoted())));
        }
    }

    /// All records of the organisation, for rules that hold whoever asks; what is found is not shown.
    pub fn whole_organisation(&self) -> SelectStatement {
        let mut select = Sql::select();
        self.caller.place(&mut select, &R::SPEC);
        select.and_where(self.column("organisation_id").eq(self.caller.organisation()));
        select
    }

    /// The columns of the row, the computed fields and the visible part of each field that is veiled.
    pub fn whole(&self, select: &mut SelectStatement) -> Outcome<Vec<Veiled>> {
        self.columns(select);
        for computed in R::SPEC.computed {
            select.expr_as(self.caller.computed(&R::SPEC, computed.sql), Alias::new(computed.name));
        }
        let veiled = self.veiled()?;
        for field in &veiled {
            let visible = self.caller.visible_references(R::SPEC.table, field.column, field.many, field.target)?;
            select.expr_as(visible, Alias::new(field.visible()));
        }
        Ok(veiled)
    }

    /// The fields that may refer to what the caller may not list.
    fn veiled(&self) -> Outcome<Vec<Veiled>> {
        let mut veiled = Vec::new();
        for reference in R::SPEC.references {
            let Some(target) = resources::spec(reference.target) else { continue };
            let Some(column) = R::fields().get(reference.field).and_then(|f| f.column) else { continue };
            let condition = self.caller.access.condition(Action::List, target.policy_type)?;
            if !condition.admits_organisation(self.caller.organisation()) {
                veiled.push(Veiled { column, many: reference.many, target });
            }
        }
        Ok(veiled)
    }

    /// Adds what the list asks for, but neither order nor limit.
    pub fn narrow(&self, select: &mut SelectStatement, query: &Query) {
        self.keep(select, query.retired);
        for test in &query.tests {
            select.and_where(self.test(test));
        }
        if let Some(text) = &query.text {
            for word in text.split_whitespace() {
                let any = R::SPEC
                    .search
                    .iter()
                    .filter_map(|name| R::fields().get(name)?.column)
                    .fold(Condition::any().add(self.matches("reference", word)), |any, column| {
                        any.add(self.matches(column, word))
                    });
                select.cond_where(any);
            }
        }
    }

    fn keep(&self, select: &mut SelectStatement, retired: Retired) {
        match retired {
            Retired::Hide => drop(select.and_where(self.column("retired_at").is_null()).to_owned()),
            Retired::Only => drop(select.and_where(self.column("retired_at").is_not_null()).to_owned()),
            Retired::Show => {}
        }
    }

    /// References to what the caller may not list cannot be asked for either: such a filter finds nothing.
    pub fn hide(&self, select: &mut SelectStatement, query: &Query) -> Outcome<()> {
        for test in &query.tests {
            let (Test::OneOf(name, _) | Test::NoneOf(name, _)) = test else { continue };
            let column = |reference: &&Reference| R::fields().get(reference.field).and_then(|f| f.column);
            let reference = R::SPEC.references.iter().find(|reference| column(reference) == Some(name));
            let Some(target) = reference.and_then(|reference| resources::spec(reference.target)) else { continue };
            let condition = self.caller.access.condition(Action::List, target.policy_type)?;
            if condition.admits_organisation(self.caller.organisation()) {
                continue;
            }
            let mut allowed = Sql::select();
            let asked = Alias::new("asked");
            allowed.column((asked.clone(), Alias::new("id"))).from_as(Alias::new(target.table), asked.clone());
            let filter = Filter { backend: self.caller.store.backend(), table: "asked" };
            allowed.and_where(filter.sql(&condition));
            select.and_where(self.column(name).in_subquery(allowed));
        }
        Ok(())
    }

    fn matches(&self, column: &str, word: &str) -> SimpleExpr {
        let escaped: String = word
            .to_lowercase()
            .chars()
            .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
            .collect();
        let like = LikeExpr::new(format!("%{escaped}%")).escape('\\');
        Expr::expr(Func::lower(self.column(column))).like(like)
    }

    fn test(&self, test: &Test) -> SimpleExpr {
        let values = |list: &[Operand]| list.iter().map(|o| Expr::val(o.0.clone())).collect::<Vec<_>>();
        let filter = Filter { backend: self.caller.store.backend(), table: R::SPEC.table };
        match test {
            Test::OneOf(column, list) => self.column(column).is_in(values(list)),
            Test::NoneOf(column, list) => self.column(column).is_not_in(values(list)).or(self.column(column).is_null()),
            Test::Compare(column, order, value) => {
                let value = Expr::val(value.0.clone());
                let column = self.column(column);
                match *order {
                    "<" => column.lt(value),
                    "<=" => column.lte(value),
                    ">" => column.gt(value),
                    _ => column.gte(value),
                }
            }
            Test::Absent(column, true) => self.column(column).is_null(),
            Test::Absent(column, false) => self.column(column).is_not_null(),
            Test::Links(field, ids) if self.caller.as_of.is_none() => {
                let mut links = Sql::select();
                links
                    .column(Alias::new("source_id"))
                    .from(Alias::new("link"))
                    .and_where(Expr::col(Alias::new("source_type")).eq(R::SPEC.name))
                    .and_where(Expr::col(Alias::new("field")).eq(*field))
                    .and_where(Expr::col(Alias::new("target_id")).in_subquery(self.askable(field, ids)));
                self.column("id").in_subquery(links)
            }
            Test::Links(field, ids) => {
                let column = R::fields().get(field).and_then(|f| f.column).unwrap_or("id");
                let asked = |id: &Uuid| {
                    Condition::all()
                        .add(filter.contains(column, &Literal::Id(*id)))
                        .add(Expr::exists(self.askable(field, std::slice::from_ref(id))))
                };
                ids.iter().fold(Condition::any(), |any, id| any.add(asked(id))).into()
            }
            Test::Words(column, words) => words
                .iter()
                .fold(Condition::any(), |any, word| any.add(filter.contains(column, &Literal::Text(word.clone()))))
                .into(),
            Test::Within(unit) => filter.sql(&Compiled::Within(vec![*unit])),
            Test::Computed(name, list) => {
                let computed = R::SPEC.computed.iter().find(|c| c.name == *name).map_or("NULL", |c| c.sql);
                self.caller.computed(&R::SPEC, computed).is_in(values(list))
            }
        }
    }

    /// Which of these targets of a reference the caller may list: asking for what one may not see finds nothing.
    fn askable(&self, field: &str, ids: &[Uuid]) -> SelectStatement {
        let mut targets = Sql::select();
        let target = R::SPEC.references.iter().find(|r| r.field == field).and_then(|r| resources::spec(r.target));
        let Some(spec) = target else { return targets.expr(Expr::val(1)).and_where(Expr::val(1).eq(0)).to_owned() };
        self.caller.place(&mut targets, spec);
        let id = Expr::col((Alias::new(spec.table), Alias::new("id")));
        let own = Expr::col((Alias::new(spec.table), Alias::new("organisation_id"))).eq(self.caller.organisation());
        let allowed = match self.guarded {
            true => self.caller.allows(Action::List, spec).unwrap_or_else(|_| Expr::val(1).eq(0)),
            false => own,
        };
        targets
            .column((Alias::new(spec.table), Alias::new("id")))
            .and_where(id.is_in(ids.iter().copied()))
            .and_where(allowed)
            .to_owned()
    }

    /// Order and the place where the page begins (keyset): page 1,000 costs what page 1 costs.
    pub fn page(&self, select: &mut SelectStatement, query: &Query) {
        for Sort { column, descending } in &query.sort {
            // Nulls count as largest, which is what PostgreSQL's indexes hold.
            let (order, nulls) =
                if *descending { (Order::Desc, NullOrdering::First) } else { (Order::Asc, NullOrdering::Last) };
            if self.nullable(column) {
                select.order_by_expr_with_nulls(self.column(column), order, nulls);
            } else {
                select.order_by_expr(self.column(column), order);
            }
        }
        let last_descending = query.sort.last().is_some_and(|s| s.descending);
        let order = if last_descending { Order::Desc } else { Order::Asc };
        select.order_by_expr(self.column("id"), order);
        if let Some(after) = &query.after {
            select.cond_where(self.beyond(&query.sort, after, last_descending));
        }
        if let Some(limit) = query.limit {
            select.limit(limit);
        }
    }

    /// The values that tell where the page begins, in the order in which [`Selection::page`] writes them.
    pub fn place(&self, query: &Query) -> Vec<Value> {
        let Some(after) = &query.after else { return Vec::new() };
        let last_descending = query.sort.last().is_some_and(|s| s.descending);
        let beyond = Sql::select().cond_where(self.beyond(&query.sort, after, last_descending)).to_owned();
        StatementBuilder::build(&beyond, &self.caller.store.backend()).values.map(|values| values.0).unwrap_or_default()
    }

    fn nullable(&self, column: &str) -> bool {
        R::fields().list.iter().any(|f| f.column == Some(column) && f.nullable)
    }

    fn beyond(&self, sort: &[Sort], after: &After, last_descending: bool) -> Condition {
        let mut any = Condition::any();
        let mut same = Condition::all();
        for (Sort { column, descending }, key) in sort.iter().zip(&after.keys) {
            let here = self.column(column);
            let further = match (key, descending) {
                (Some(key), false) if self.nullable(column) => {
                    Some(here.clone().gt(Expr::val(key.0.clone())).or(here.clone().is_null()))
                }
                (Some(key), false) => Some(here.clone().gt(Expr::val(key.0.clone()))),
                (Some(key), true) => Some(here.clone().lt(Expr::val(key.0.clone()))),
                (None, false) => None,
                (None, true) => Some(here.clone().is_not_null()),
            };
            if let Some(further) = further {
                any = any.add(same.clone().add(further));
            }
            same = same.add(match key {
                Some(key) => here.eq(Expr::val(key.0.clone())),
                None => here.is_null(),
            });
        }
        let id = self.column("id");
        any.add(same.add(if last_descending { id.lt(after.id) } else { id.gt(after.id) }))
    }
}
