//! What of the database a caller is shown in a statement: tables or their past, the caller's condition, computed
//! fields and the visible part of references.

use super::past;
use super::probe::DAY;
use super::select::pointers;
use crate::caller::{Caller, UnitTree};
use crate::leadership::user::User;
use crate::resource::{Computed, Frozen, Outcome, Resource, Spec};
use crate::resources;
use isms_authz::{Action, Attribute, Condition, Filter, Remit, Table};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Query as Sql, SelectStatement, SimpleExpr};
use std::sync::Arc;

/// What records that a field refers to are called in a statement, apart from those that refer to them.
const REFERRED: Table = "referred";

/// What of a record the caller sees in part only.
#[derive(Clone, Debug, Default)]
pub(super) struct Veil {
    /// References.
    pub references: Vec<Veiled>,
    /// Frozen content of other records.
    pub frozen: Vec<&'static Frozen>,
    /// Sensitive columns, and whose are seen.
    pub mask: Option<Mask>,
    /// Whether people are withheld inside the content of fields.
    pub nameless: bool,
    /// What an external auditor's engagement covers: they are told what is withheld.
    pub remit: Option<Remit>,
}

/// Sensitive columns are seen where the condition holds.
#[derive(Clone, Debug)]
pub(super) struct Mask {
    pub columns: &'static [&'static str],
    /// Whether one of them names somebody: then nobody is named inside the content of fields either, where they may stand
    /// as well.
    pub names_people: bool,
    pub condition: Arc<Condition>,
    pub units: Arc<UnitTree>,
}

impl Veil {
    /// Whether the caller sees all.
    pub const fn is_thin(&self) -> bool {
        self.references.is_empty() && self.frozen.is_empty() && self.mask.is_none() && !self.nameless
    }
}

/// A field of which the caller may not list all targets: what of it they may see stands in a column of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Veiled {
    /// The column of the field.
    pub column: &'static str,
    /// Whether the field holds a list.
    pub many: bool,
    /// What it refers to.
    pub target: &'static Spec,
}

impl Veiled {
    /// The column that holds what may be seen of it.
    pub fn visible(&self) -> String {
        format!("visible_{}", self.column)
    }
}

impl Caller {
    /// Puts the record's table, or its past, into FROM.
    pub(super) fn place(&self, select: &mut SelectStatement, spec: &Spec) {
        self.place_as(select, spec, spec.table);
    }

    fn place_as(&self, select: &mut SelectStatement, spec: &Spec, name: Table) {
        match self.as_of {
            None if name == spec.table => select.from(Alias::new(name)),
            None => select.from_as(Alias::new(spec.table), Alias::new(name)),
            Some(_) => select.from_as(Alias::new(past::table(spec)), Alias::new(name)),
        };
    }

    /// The ids of all records that the caller may list.
    pub(super) fn listable(&self, spec: &Spec) -> Outcome<SelectStatement> {
        let mut allowed = Sql::select();
        self.place(&mut allowed, spec);
        allowed.column((Alias::new(spec.table), Alias::new("id"))).and_where(self.allows(Action::List, spec)?);
        Ok(allowed)
    }

    /// The frozen fields of which the caller may not see all.
    pub(super) fn blanked(&self, spec: &'static Spec) -> Outcome<Vec<&'static Frozen>> {
        let mut blanked = Vec::new();
        let is_outside = self.access.principal.remit.is_some();
        for frozen in spec.frozen.iter().filter(|frozen| is_outside || !frozen.outside) {
            for of in frozen.of.iter().filter_map(|name| resources::spec(name)) {
                let condition = self.access.condition(Action::List, of.policy_type)?;
                if !condition.admits_organisation(self.organisation()) {
                    blanked.push(frozen);
                    break;
                }
            }
        }
        Ok(blanked)
    }

    /// Whether the caller is an external auditor who may not know all people: who did or owns something inside the
    /// content of a field is withheld from them.
    ///
    /// # Errors
    /// When what remains of the policies cannot be translated.
    pub fn knows_no_people(&self) -> Outcome<bool> {
        Ok(self.access.principal.remit.is_some() && !self.sees_every::<User>(Action::List)?)
    }

    /// The condition under which the caller sees the sensitive columns of a type, where they do not see all.
    pub(super) fn mask(&self, spec: &Spec) -> Outcome<Option<Mask>> {
        if spec.sensitive.is_empty() {
            return Ok(None);
        }
        let condition = self.access.condition(Action::Inspect, spec.policy_type)?;
        let whole = condition.admits_organisation(self.organisation());
        let units = Arc::clone(&self.access.units);
        let known = resources::spec(spec.name).zip(resources::fields(spec));
        let mut people = known.into_iter().flat_map(|(spec, fields)| pointers(spec, fields));
        let names_people = people.any(|(column, _, of)| of.name == User::SPEC.name && spec.sensitive.contains(&column));
        Ok((!whole).then_some(Mask { columns: spec.sensitive, names_people, condition, units }))
    }

    /// Whether a column of this type is sensitive and the caller does not see all of it.
    ///
    /// # Errors
    /// When what remains of the policies cannot be translated.
    pub fn is_masked(&self, spec: &Spec, column: &str) -> Outcome<bool> {
        Ok(self.mask(spec)?.is_some_and(|mask| mask.columns.contains(&column)))
    }

    /// The caller's condition and, whatever the policies say, their organisation; of the past, today's condition as well.
    pub(super) fn allows(&self, action: Action, spec: &Spec) -> Outcome<SimpleExpr> {
        self.allowed(action, spec, spec.table, Filter::sql)
    }

    /// The same where few records are looked at, by their ids.
    pub(super) fn allows_few(&self, action: Action, spec: &Spec) -> Outcome<SimpleExpr> {
        self.allowed(action, spec, spec.table, Filter::sql_of_few)
    }

    fn allowed(
        &self,
        action: Action,
        spec: &Spec,
        name: Table,
        write: fn(&Filter, &Condition) -> SimpleExpr,
    ) -> Outcome<SimpleExpr> {
        let condition = self.access.condition(action, spec.policy_type)?;
        let held = Attribute::HELD_BEYOND.column;
        let computed = condition.looks_at(held).then(|| (held, self.held_beyond(spec, name)));
        let filter = Filter { computed, ..Filter::over(self.store.backend(), name) };
        let tenant = Expr::col((Alias::new(name), Alias::new("organisation_id"))).eq(self.organisation());
        if condition.is_tenant(self.organisation()) {
            return Ok(tenant);
        }
        let allowed = tenant.and(write(&filter, &condition));
        if self.as_of.is_none() {
            return Ok(allowed);
        }
        // What may be seen of the past is what may be seen of the record today and could be seen then.
        let now = self.present();
        let mut today = Sql::select();
        now.place(&mut today, spec);
        today.column((Alias::new(spec.table), Alias::new("id"))).and_where(now.allowed(
            action,
            spec,
            spec.table,
            Filter::sql,
        )?);
        Ok(allowed.and(Expr::col((Alias::new(name), Alias::new("id"))).in_subquery(today)))
    }

    /// True while nothing has changed what anybody in the organisation may do: one primary-key look-up
    /// in the same statement, so that a revocation counts from the next request on.
    pub(super) fn epoch_stands(&self) -> SimpleExpr {
        let epoch = Sql::select()
            .column(Alias::new("access_epoch"))
            .from(Alias::new("tenant_counter"))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()))
            .to_owned();
        Expr::SubQuery(None, Box::new(epoch.into())).eq(self.access.epoch)
    }

    /// A computed field's expression with its tables and day filled in; for an external auditor, of what they may list.
    pub(super) fn computed(&self, spec: &Spec, template: &str) -> SimpleExpr {
        self.filled(spec, template, self.access.principal.remit.is_some())
    }

    /// For an external auditor, whether a computed field is the same as for who sees everything; otherwise it would tell
    /// them something false. None for everybody else, to whom it always is.
    pub(super) fn is_true(&self, spec: &Spec, computed: &Computed) -> Option<SimpleExpr> {
        if self.access.principal.remit.is_none() || !computed.looks_beyond() {
            return None;
        }
        let (same, [one, other]) = match self.store.backend() {
            DbBackend::Postgres => ("IS NOT DISTINCT FROM", ["$1", "$2"]),
            _ => ("IS", ["?", "?"]),
        };
        let both = [true, false].map(|guarded| self.filled(spec, computed.sql, guarded));
        Some(Expr::cust_with_exprs(format!("(({one}) {same} ({other}))"), both))
    }

    fn filled(&self, spec: &Spec, template: &str, guarded: bool) -> SimpleExpr {
        let template =
            template.replace("{self}", &quoted(spec.table)).replace("{today}", &format!("'{}'", self.today()));
        let (mut sql, mut tables) = (String::new(), Vec::new());
        let mut rest = template.as_str();
        while let Some((before, name, after)) = next_table(rest) {
            sql.push_str(before);
            rest = after;
            let value = match name {
                // Without an answer it is for nobody.
                "exported" => Some(self.allows(Action::Export, spec).unwrap_or_else(|_| Expr::val(1).eq(0))),
                "me" => Some(Expr::val(self.id())),
                _ => self.moment(name).map(Expr::val),
            };
            if let Some(value) = value {
                tables.push(value);
                sql.push_str(&self.placeholder(tables.len()));
                continue;
            }
            let (name, guarded) = match name.strip_suffix('*') {
                Some(name) => (name, false),
                None => (name, guarded),
            };
            let table = match (resources::spec(name), name.split_once('.')) {
                (Some(other), _) if guarded => Some(self.only_listable(other)),
                (None, Some((source, field))) if guarded => Some(self.only_listable_links(name, source, field)),
                (None, Some((source, field))) if self.as_of.is_none() => Some(Self::links(source, field)),
                _ => None,
            };
            if let Some(table) = table {
                tables.push(Expr::SubQuery(None, Box::new(table.into())));
                sql.push_str(&self.placeholder(tables.len()));
                continue;
            }
            match (self.as_of, resources::spec(name), name.contains('.')) {
                (None, Some(other), _) => sql.push_str(&quoted(other.table)),
                (Some(_), Some(other), _) => sql.push_str(&quoted(&past::table(other))),
                (Some(_), None, true) => sql.push_str(&quoted(&past::links_table(name))),
                (_, None, _) => sql.push_str(&quoted(name)),
            }
        }
        sql.push_str(rest);
        Expr::cust_with_exprs(sql, tables)
    }

    /// `now`, or so many days from it (`now-30`), in microseconds. It is a value of the statement: were it in the text, no
    /// statement would be like the one before, and connections would keep all of them.
    fn moment(&self, name: &str) -> Option<i64> {
        let days = name.strip_prefix("now")?;
        let days: i64 = if days.is_empty() { 0 } else { days.parse().ok()? };
        Some(self.now().0 + days * DAY)
    }

    /// Of another type's records those that the caller may list, as a table: what is computed for an external auditor
    /// tells of nothing else. Without an answer it is none.
    fn only_listable(&self, spec: &Spec) -> SelectStatement {
        let mut only = Sql::select();
        self.place(&mut only, spec);
        let allowed = self.allows(Action::List, spec).unwrap_or_else(|_| Expr::val(1).eq(0));
        only.column(Asterisk).and_where(allowed).to_owned()
    }

    /// Of the pairs of a list of references those whose target the caller may list.
    fn only_listable_links(&self, name: &str, source: &str, field: &str) -> SelectStatement {
        let mut pairs = match self.as_of {
            None => Self::links(source, field),
            Some(_) => Sql::select().column(Asterisk).from(Alias::new(past::links_table(name))).to_owned(),
        };
        let reference = resources::spec(source).and_then(|spec| spec.references.iter().find(|r| r.field == field));
        let targets = reference.and_then(|reference| resources::spec(reference.target)).map(|spec| self.listable(spec));
        match targets {
            Some(Ok(targets)) => pairs.and_where(Expr::col(Alias::new("target_id")).in_subquery(targets)),
            _ => pairs.and_where(Expr::val(1).eq(0)),
        };
        pairs
    }

    /// The pairs `source_id`, `target_id` of a list of references. Both are words of the template; written out, the
    /// database knows how many such links there are.
    fn links(source: &str, field: &str) -> SelectStatement {
        Sql::select()
            .columns(["source_id", "target_id"].map(Alias::new))
            .from(Alias::new("link"))
            .and_where(Expr::col(Alias::new("source_type")).eq(Expr::cust(format!("'{source}'"))))
            .and_where(Expr::col(Alias::new("field")).eq(Expr::cust(format!("'{field}'"))))
            .to_owned()
    }

    /// How the database's dialect marks the place of an expression.
    fn placeholder(&self, number: usize) -> String {
        match self.store.backend() {
            DbBackend::Postgres => format!("${number}"),
            _ => "?".to_owned(),
        }
    }

    /// What of a reference column points to records that the caller may list; the rest does not exist for them.
    /// Each is looked up by its id.
    pub(super) fn visible_references(&self, table: &str, field: &Veiled) -> Outcome<SimpleExpr> {
        let mut allowed = Sql::select();
        self.place_as(&mut allowed, field.target, REFERRED);
        let id = Expr::col((Alias::new(REFERRED), Alias::new("id")));
        allowed.expr(id.clone()).and_where(self.allowed(Action::List, field.target, REFERRED, Filter::sql_of_few)?);
        let outer = format!("{}.{}", quoted(table), quoted(field.column));
        let there = self.placeholder(1);
        if !field.many {
            let sql = format!("CASE WHEN EXISTS {there} THEN {outer} END");
            allowed.and_where(id.eq(Expr::cust(outer)));
            return Ok(Expr::cust_with_exprs(sql, [Expr::SubQuery(None, Box::new(allowed.into()))]));
        }
        let (list, elements, element) = match self.store.backend() {
            DbBackend::Postgres => (
                "COALESCE(jsonb_agg(e.value), '[]'::jsonb)",
                format!("jsonb_array_elements_text({outer}) AS e(value)"),
                "CAST(e.value AS uuid)",
            ),
            _ => ("json_group_array(e.value)", format!("json_each({outer}) AS e"), "unhex(replace(e.value, '-', ''))"),
        };
        allowed.and_where(id.eq(Expr::cust(element)));
        let sql = format!("(SELECT {list} FROM {elements} WHERE EXISTS {there})");
        Ok(Expr::cust_with_exprs(sql, [Expr::SubQuery(None, Box::new(allowed.into()))]))
    }
}

/// Splits a template at its next `{Name}`.
pub(super) fn next_table(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
