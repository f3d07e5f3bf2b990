//! One SELECT over a record's table, or a past state of it, that already carries the caller's condition.

use super::place::{Veil, Veiled};
use super::query::{After, Operand, Query, Retired, Sort, Test};
use crate::caller::Caller;
use crate::resource::{Computed, FieldKind, Fields, Known, Outcome, Spec};
use crate::resources;
use isms_authz::{Action, Attribute, Filter};
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, Func, LikeExpr, NullOrdering, Order, Query as Sql, SelectStatement, SimpleExpr,
};
use sea_orm::{DbBackend, StatementBuilder, Value};
use std::borrow::Cow;
use uuid::Uuid;

/// Builds statements over one record type for one caller.
pub(super) struct Selection<'a> {
    caller: Cow<'a, Caller>,
    guarded: bool,
    few: bool,
    spec: &'static Spec,
    fields: &'static Fields,
}

/// The columns that point to records: references, and who did something, which are people.
pub(super) fn pointers(
    spec: &'static Spec,
    fields: &'static Fields,
) -> impl Iterator<Item = (&'static str, bool, &'static Spec)> {
    let column = |field: &str| fields.get(field).and_then(|field| field.column);
    let references = spec.references.iter().filter_map(move |reference| {
        Some((column(reference.field)?, reference.many, resources::spec(reference.target)?))
    });
    let doers = fields.list.iter().filter_map(move |field| {
        let doer = field.column.filter(|column| column.ends_with("_by") && field.kind == FieldKind::Id)?;
        let is_named = spec.references.iter().any(|reference| column(reference.field) == Some(doer));
        (!is_named).then_some((doer, false, resources::spec("User")?))
    });
    references.chain(doers)
}

/// The column that says whether a computed field tells an external auditor the truth.
pub(super) fn truth(computed: &Computed) -> String {
    format!("true_{}", computed.name)
}

impl<'a> Selection<'a> {
    pub fn new(caller: &'a Caller, known: Known) -> Self {
        Self { caller: caller.facing(known.spec), guarded: true, few: false, spec: known.spec, fields: known.fields }
    }

    /// For records that are named by their ids.
    pub fn of_few(caller: &'a Caller, known: Known) -> Self {
        Self { few: true, ..Self::new(caller, known) }
    }

    /// For rules, which see all of the organisation.
    pub fn for_rules(caller: &'a Caller, known: Known) -> Self {
        Self { guarded: false, ..Self::new(caller, known) }
    }

    fn column(&self, name: &str) -> SimpleExpr {
        Expr::col((Alias::new(self.spec.table), Alias::new(name)))
    }

    /// All records that the caller may do this with; no columns yet.
    pub fn visible(&self, action: Action) -> Outcome<SelectStatement> {
        self.visible_among(action, None)
    }

    /// The same with the past of one record only, for it alone is asked for.
    pub fn visible_among(&self, action: Action, only: Option<Uuid>) -> Outcome<SelectStatement> {
        let caller = self.caller.as_ref();
        let mut select = Sql::select();
        caller.lay_out(&mut select, self.spec);
        match (caller.as_of, only) {
            (Some(at), Some(id)) => {
                select.from_subquery(caller.past(self.spec, at, Some(id)), Alias::new(self.spec.table));
            }
            _ => caller.place(&mut select, self.spec),
        }
        select.and_where(if self.few {
            caller.allows_few(action, self.spec)
        } else {
            caller.allows(action, self.spec)
        }?);
        if !caller.store.in_transaction() {
            select.and_where(caller.epoch_stands());
        }
        Ok(select)
    }

    /// The columns of the row.
    pub fn columns(&self, select: &mut SelectStatement) {
        for column in resources::columns(self.spec) {
            select.column((Alias::new(self.spec.table), Alias::new(column.name.as_str())));
        }
    }

    /// All records of the organisation, for rules that hold whoever asks; what is found is not shown.
    pub fn whole_organisation(&self) -> SelectStatement {
        let mut select = Sql::select();
        self.caller.lay_out(&mut select, self.spec);
        self.caller.place(&mut select, self.spec);
        select.and_where(self.column("organisation_id").eq(self.caller.organisation()));
        select
    }

    /// The columns of the row, the computed fields and the visible part of each field that is veiled.
    pub fn whole(&self, select: &mut SelectStatement) -> Outcome<Veil> {
        self.columns(select);
        for computed in self.spec.computed {
            select.expr_as(self.caller.computed(self.spec, computed.sql), Alias::new(computed.name));
            if let Some(is_true) = self.caller.is_true(self.spec, computed) {
                select.expr_as(is_true, Alias::new(truth(computed)));
            }
        }
        if self.spec.person.is_some() {
            let held = self.caller.held_beyond(self.spec, self.spec.table);
            select.expr_as(held, Alias::new(Attribute::HELD_BEYOND.column));
        }
        let references = self.veiled()?;
        for field in &references {
            select.expr_as(self.caller.visible_references(self.spec.table, field)?, Alias::new(field.visible()));
        }
        let remit = self.caller.access.principal.remit.clone();
        let nameless = self.caller.knows_no_people()?;
        Ok(Veil {
            references,
            frozen: self.caller.blanked(self.spec)?,
            mask: self.caller.mask(self.spec)?,
            nameless,
            remit,
        })
    }

    /// What the caller sees of a column that holds no list.
    pub fn seen(&self, column: &str) -> Outcome<SimpleExpr> {
        match self.veiled()?.iter().find(|veiled| veiled.column == column && !veiled.many) {
            Some(veiled) => self.caller.visible_references(self.spec.table, veiled),
            None => Ok(self.column(column)),
        }
    }

    /// The fields that may refer to what the caller may not list.
    fn veiled(&self) -> Outcome<Vec<Veiled>> {
        let mut veiled = Vec::new();
        for (column, many, target) in pointers(self.spec, self.fields) {
            let condition = self.caller.access.condition(Action::List, target.policy_type)?;
            if !condition.admits_organisation(self.caller.organisation()) {
                veiled.push(Veiled { column, many, target });
            }
        }
        Ok(veiled)
    }

    /// Adds what the list asks for, but neither order nor limit.
    pub fn narrow(&self, select: &mut SelectStatement, query: &Query) -> Outcome<()> {
        self.keep(select, query.retired);
        let masked = if self.guarded { self.caller.mask(self.spec)? } else { None };
        let filter = Filter::over(self.caller.store.backend(), self.spec.table);
        let unseen = masked.as_ref().map(|mask| filter.sql(&mask.condition).not());
        let unseen = |column: &str| {
            let mask = masked.as_ref().filter(|mask| mask.columns.contains(&column));
            mask.and(unseen.clone())
        };
        for test in &query.tests {
            let hidden = match unseen(test.column()) {
                Some(unseen) => Some(unseen),
                None => self.hidden(test)?,
            };
            select.and_where(match hidden {
                Some(hidden) => self.test_but_hidden(test, hidden),
                None => self.test(test),
            });
        }
        if let Some(text) = &query.text {
            for word in text.split_whitespace() {
                let any = self.spec.search.iter().filter_map(|name| self.fields.get(name)?.column).fold(
                    Condition::any().add(self.matches("reference", word)),
                    |any, column| {
                        let matches = self.matches(column, word);
                        any.add(match unseen(column) {
                            Some(unseen) => matches.and(unseen.not()),
                            None => matches,
                        })
                    },
                );
                select.cond_where(any);
            }
        }
        Ok(())
    }

    fn keep(&self, select: &mut SelectStatement, retired: Retired) {
        match retired {
            Retired::Hide => drop(select.and_where(self.column("retired_at").is_null()).to_owned()),
            Retired::Only => drop(select.and_where(self.column("retired_at").is_not_null()).to_owned()),
            Retired::Show => {}
        }
    }

    /// For a test of a reference to what the caller may not list all of: whether it leads to something hidden.
    fn hidden(&self, test: &Test) -> Outcome<Option<SimpleExpr>> {
        let (Test::OneOf(name, _) | Test::NoneOf(name, _) | Test::Absent(name, _)) = test else { return Ok(None) };
        let pointer = pointers(self.spec, self.fields).find(|(column, ..)| column == name);
        let target = pointer.filter(|(_, many, _)| self.guarded && !many);
        let Some((_, _, target)) = target else { return Ok(None) };
        let condition = self.caller.access.condition(Action::List, target.policy_type)?;
        if condition.admits_organisation(self.caller.organisation()) {
            return Ok(None);
        }
        let allowed = self.caller.listable(target)?;
        Ok(Some(self.column(name).not_in_subquery(allowed)))
    }

    /// A hidden reference reads as none, and is asked for as none.
    fn test_but_hidden(&self, test: &Test, hidden: SimpleExpr) -> SimpleExpr {
        match test {
            Test::Absent(_, true) | Test::NoneOf(..) | Test::Outside(..) => self.test(test).or(hidden),
            _ => self.test(test).and(hidden.not()),
        }
    }

    /// Whether the column holds the word, in any case. SQLite folds only ASCII, and PostgreSQL what its locale knows:
    /// the other letters that the word has are folded here, so that both find the same.
    fn matches(&self, column: &str, word: &str) -> SimpleExpr {
        let word = word.to_lowercase();
        let mut column: SimpleExpr = Func::lower(self.column(column)).into();
        let mut folded = Vec::new();
        for letter in word.chars().filter(|letter| !letter.is_ascii()) {
            let mut upper = letter.to_uppercase();
            let (Some(capital), None) = (upper.next(), upper.next()) else { continue };
            if capital != letter && !folded.contains(&letter) {
                folded.push(letter);
                let [capital, letter] = [capital, letter].map(|letter| Expr::val(letter.to_string()));
                column = Func::cust(Alias::new("replace")).arg(column).arg(capital).arg(letter).into();
            }
        }
        let escaped: String =
            word.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect();
        column.like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
    }

    fn test(&self, test: &Test) -> SimpleExpr {
        let values = |list: &[Operand]| list.iter().map(|o| Expr::val(o.0.clone())).collect::<Vec<_>>();
        let backend = self.caller.store.backend();
        let filter = Filter::over(backend, self.spec.table);
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
            Test::During(column, spans) => self.during(column, spans),
            Test::Outside(column, spans) => self.during(column, spans).not().or(self.column(column).is_null()),
            Test::Absent(column, true) => self.column(column).is_null(),
            Test::Absent(column, false) => self.column(column).is_not_null(),
            Test::Links(field, ids) if self.caller.as_of.is_none() => {
                let mut links = Sql::select();
                links
                    .column(Alias::new("source_id"))
                    .from(Alias::new("link"))
                    .and_where(Expr::col(Alias::new("source_type")).eq(self.spec.name))
                    .and_where(Expr::col(Alias::new("field")).eq(*field))
                    .and_where(Expr::col(Alias::new("target_id")).in_subquery(self.askable(field, ids)));
                self.column("id").in_subquery(links)
            }
            Test::Links(field, ids) => {
                let column = self.fields.get(field).and_then(|f| f.column).unwrap_or("id");
                let (elements, target) = match backend {
                    DbBackend::Postgres => ("jsonb_array_elements_text", "CAST(e.value AS uuid)"),
                    _ => ("json_each", "unhex(replace(e.value, '-', ''))"),
                };
                self.holds_some(column, elements, Expr::cust(target).in_subquery(self.askable(field, ids)))
            }
            Test::Words(column, words) => {
                let elements = match backend {
                    DbBackend::Postgres => "jsonb_array_elements_text",
                    _ => "json_each",
                };
                self.holds_some(column, elements, Expr::cust("e.value").is_in(words.iter().map(String::as_str)))
            }
            Test::Within(unit) => filter.sql(&isms_authz::Condition::Within(vec![*unit])),
            Test::Computed(name, list) => {
                let Some(computed) = self.spec.computed.iter().find(|c| c.name == *name) else {
                    return Expr::val(1).eq(0);
                };
                let fits = self.caller.computed(self.spec, computed.sql).is_in(values(list));
                match self.caller.is_true(self.spec, computed) {
                    Some(is_true) => fits.and(is_true),
                    None => fits,
                }
            }
        }
    }

    fn during(&self, column: &str, spans: &[(Operand, Operand)]) -> SimpleExpr {
        let within = |(from, to): &(Operand, Operand)| {
            self.column(column).gte(Expr::val(from.0.clone())).and(self.column(column).lte(Expr::val(to.0.clone())))
        };
        spans.iter().map(within).reduce(SimpleExpr::or).unwrap_or_else(|| Expr::val(1).eq(0))
    }

    /// Whether an element `e` of the JSON list in the column fits: one look at the list, however much is asked for.
    fn holds_some(&self, column: &str, elements: &'static str, fits: SimpleExpr) -> SimpleExpr {
        let mut some = Sql::select();
        some.expr(Expr::val(1))
            .from_function(Func::cust(Alias::new(elements)).arg(self.column(column)), Alias::new("e"))
            .and_where(fits);
        Expr::exists(some)
    }

    /// Which of these targets of a reference the caller may list: asking for what one may not see finds nothing.
    fn askable(&self, field: &str, ids: &[Uuid]) -> SelectStatement {
        let mut targets = Sql::select();
        let target = self.spec.references.iter().find(|r| r.field == field).and_then(|r| resources::spec(r.target));
        let Some(spec) = target else { return targets.expr(Expr::val(1)).and_where(Expr::val(1).eq(0)).to_owned() };
        self.caller.place(&mut targets, spec);
        let id = Expr::col((Alias::new(spec.table), Alias::new("id")));
        let own = Expr::col((Alias::new(spec.table), Alias::new("organisation_id"))).eq(self.caller.organisation());
        let allowed = if self.guarded {
            self.caller.allows(Action::List, spec).unwrap_or_else(|_| Expr::val(1).eq(0))
        } else {
            own
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
            let order = if *descending { Order::Desc } else { Order::Asc };
            // What has no value comes last, whichever way the others run.
            if self.nullable(column) {
                select.order_by_expr_with_nulls(self.column(column), order, NullOrdering::Last);
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
        self.fields.list.iter().any(|f| f.column == Some(column) && f.nullable)
    }

    fn beyond(&self, sort: &[Sort], after: &After, last_descending: bool) -> Condition {
        let mut any = Condition::any();
        let mut same = Condition::all();
        for (Sort { column, descending }, key) in sort.iter().zip(&after.keys) {
            let here = self.column(column);
            let further = key.as_ref().map(|key| {
                let key = Expr::val(key.0.clone());
                let further = if *descending { here.clone().lt(key) } else { here.clone().gt(key) };
                if self.nullable(column) { further.or(here.clone().is_null()) } else { further }
            });
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
