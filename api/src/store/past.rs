//! A record type as it stood at an instant: of what has changed since, the trail's last entry until then, shaped like the table;
//! of the rest, the table. What else than its own type a statement needs of the past it works out once, before everything else.

use super::place::{next_table, quoted};
use super::select::pointers;
use crate::caller::Caller;
use crate::resource::{FieldKind, Spec};
use crate::resources::{self, Column};
use isms_entity::Time;
use isms_entity::ledger::trail_entry::STANDS;
use sea_orm::DbBackend;
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Expr, ExprTrait, Func, Query as Sql, SelectStatement, UnionType, WithClause,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the past of a record type is called in a statement.
pub(super) fn table(spec: &Spec) -> String {
    format!("past_{}", spec.table)
}

/// What the past of a list of references, `Type.field`, is called in a statement.
pub(super) fn links_table(name: &str) -> String {
    format!("past_{}", name.replace('.', "_"))
}

/// The record types, and lists of references as `Type.field`, that a statement about this type may look at.
fn needed(spec: &'static Spec, more: &[&'static str]) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let (mut types, mut lists) = (BTreeSet::from([spec.name]), BTreeSet::new());
    if let Some(fields) = resources::fields(spec) {
        types.extend(pointers(spec, fields).map(|(_, _, target)| target.name));
    }
    for template in spec.computed.iter().map(|computed| computed.sql).chain(more.iter().copied()) {
        let mut rest = template;
        while let Some((_, name, after)) = next_table(rest) {
            match name.split_once('.') {
                Some((source, field)) => {
                    // What may be seen of a list of references is told by what it refers to.
                    let spec = resources::spec(source);
                    let reference = spec.and_then(|spec| spec.references.iter().find(|r| r.field == field));
                    types.extend(reference.map(|reference| reference.target));
                    types.insert(source);
                    lists.insert(name);
                }
                None => drop(types.insert(name.trim_end_matches('*'))),
            }
            rest = after;
        }
    }
    (types, lists)
}

impl Caller {
    /// Names the past of all that a statement about this type may look at, so that it is worked out once and not
    /// for every row. Of what is not looked at, nothing is worked out.
    pub(super) fn lay_out(&self, select: &mut SelectStatement, spec: &'static Spec) {
        self.lay_out_all(select, &[spec], &[]);
    }

    /// The same for a statement about several types, in which these templates stand, too.
    pub(super) fn lay_out_all(
        &self,
        select: &mut SelectStatement,
        specs: &[&'static Spec],
        templates: &[&'static str],
    ) {
        let Some(at) = self.as_of else { return };
        let (mut types, mut lists) = (BTreeSet::new(), BTreeSet::new());
        for spec in specs {
            let (more, further) = needed(spec, templates);
            types.extend(more);
            lists.extend(further);
        }
        let mut with = WithClause::new();
        // A list of one type reads its own past where an index leads; what else it looks at it works out once.
        let own = match specs {
            [only] => Some(only.name),
            _ => None,
        };
        let named = |name: String, query: SelectStatement, once: bool| {
            let mut named = CommonTableExpression::new();
            named.table_name(Alias::new(name)).query(query).materialized(once);
            named
        };
        for spec in types.into_iter().filter_map(resources::spec) {
            with.cte(named(table(spec), self.past(spec, at, None), own != Some(spec.name)));
        }
        for (name, source, field) in lists.iter().filter_map(|name| {
            let (source, field) = name.split_once('.')?;
            Some((name, resources::spec(source)?, field))
        }) {
            with.cte(named(links_table(name), self.past_links(source, field), true));
        }
        select.with_cte(with);
    }

    /// The pairs `source_id`, `target_id` of a list of references in the past.
    fn past_links(&self, source: &Spec, field: &str) -> SelectStatement {
        let column = resources::fields(source).and_then(|fields| fields.get(field)?.column).unwrap_or("id");
        let (elements, target) = match self.store.backend() {
            DbBackend::Postgres => ("jsonb_array_elements_text", "CAST(e.value AS uuid)"),
            _ => ("json_each", "unhex(replace(e.value, '-', ''))"),
        };
        let past = |column: &str| Expr::col((Alias::new("past"), Alias::new(column)));
        Sql::select()
            .from_as(Alias::new(table(source)), Alias::new("past"))
            .from_function(Func::cust(Alias::new(elements)).arg(past(column)), Alias::new("e"))
            .expr_as(past("id"), Alias::new("source_id"))
            .expr_as(Expr::cust(target), Alias::new("target_id"))
            .to_owned()
    }

    /// The table of a record type as it stood at `at`, as a sub-select with the table's own columns: what has not changed since
    /// as it is in the table, the rest as the trail keeps it. Of one record alone where only that is asked for.
    pub(super) fn past(&self, spec: &Spec, at: Time, only: Option<Uuid>) -> SelectStatement {
        let backend = self.store.backend();
        let entry = |column: &str| Expr::col((Alias::new("trail_entry"), Alias::new(column)));
        let own = |column: &str| Expr::col((Alias::new(spec.table), Alias::new(column)));
        let mut entries = Sql::select();
        entries
            .from(Alias::new("trail_entry"))
            .and_where(entry("organisation_id").eq(self.organisation()))
            .and_where(entry("record_type").eq(spec.name))
            .and_where_option(only.map(|id| entry("record_id").eq(id)));
        let mut changed = entries.clone();
        changed.expr(entry("record_id")).and_where(entry("superseded_at").eq(STANDS)).and_where(entry("at").gt(at.0));
        // Each database has one of these forms for which it gathers what has changed once and not for every row.
        let stands = match backend {
            DbBackend::Postgres => Expr::exists(changed.and_where(entry("record_id").eq(own("id"))).to_owned()).not(),
            _ => own("id").in_subquery(changed).not(),
        };
        let mut past = Sql::select();
        past.from(Alias::new(spec.table))
            .and_where(own("organisation_id").eq(self.organisation()))
            .and_where_option(only.map(|id| own("id").eq(id)))
            .and_where(stands);
        let mut then = entries;
        then.and_where(entry("superseded_at").gt(at.0))
            .and_where(entry("superseded_at").lt(STANDS))
            .and_where(entry("at").lte(at.0));
        for column in resources::columns(spec) {
            let name = Alias::new(column.name.as_str());
            past.expr_as(if column.secret { Expr::cust(SECRET) } else { own(&column.name) }, name.clone());
            then.expr_as(Expr::cust(from_json(backend, column)), name);
        }
        past.union(UnionType::All, then);
        past
    }
}

/// In the place of what nobody is shown.
const SECRET: &str = "''";

fn entry_column(name: &str) -> String {
    format!("{}.{}", quoted("trail_entry"), quoted(name))
}

/// A column of the row kept in the trail, in the type that the table has.
fn from_json(backend: DbBackend, column: &Column) -> String {
    let Column { name: column, kind, wide, nullable, secret } = column;
    if *secret {
        return SECRET.to_owned();
    }
    // What the entry has in columns of its own is found by an index.
    match column.as_str() {
        "id" => return entry_column("record_id"),
        "organisation_id" => return entry_column("organisation_id"),
        "version" => return entry_column("record_version"),
        _ => {}
    }
    let after = entry_column("after");
    if backend == DbBackend::Postgres {
        let text = format!("({after}->>'{column}')");
        return match kind {
            FieldKind::Id => format!("CAST({text} AS uuid)"),
            FieldKind::Integer if *wide => format!("CAST({text} AS bigint)"),
            FieldKind::Integer => format!("CAST({text} AS integer)"),
            FieldKind::Figure => format!("CAST(ROUND(CAST({text} AS numeric) * 10000) AS bigint)"),
            FieldKind::Flag => format!("CAST({text} AS boolean)"),
            FieldKind::Date => format!("CAST({text} AS date)"),
            FieldKind::Time => format!("CAST(EXTRACT(EPOCH FROM CAST({text} AS timestamptz)) * 1000000 AS bigint)"),
            // What is empty is empty in the table, too; a document that says null is one.
            FieldKind::Ids | FieldKind::Words | FieldKind::Structure if *nullable => {
                format!("NULLIF({after}->'{column}', 'null')")
            }
            FieldKind::Ids | FieldKind::Words | FieldKind::Structure => format!("({after}->'{column}')"),
            FieldKind::Text | FieldKind::Enum(..) => text,
        };
    }
    let value = format!("json_extract({after}, '$.{column}')");
    match kind {
        FieldKind::Id => format!("unhex(replace({value}, '-', ''))"),
        FieldKind::Time => {
            format!("(CAST(strftime('%s', {value}) AS INTEGER) * 1000000 + CAST(substr({value}, 21, 6) AS INTEGER))")
        }
        FieldKind::Figure => format!("CAST(ROUND({value} * 10000) AS INTEGER)"),
        FieldKind::Ids | FieldKind::Words | FieldKind::Structure if !*nullable => format!("{after}->'$.{column}'"),
        _ => value,
    }
}
