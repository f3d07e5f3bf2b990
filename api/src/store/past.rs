//! A record type as it stood at an instant: the trail's last entry of each record until then, shaped like the table.

use super::part::quoted;
use crate::caller::Caller;
use crate::resource::{FieldKind, Spec};
use crate::resources::{self, Column};
use isms_entity::Time;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql, SelectStatement};

impl Caller {
    /// The table of a record type as it stood at `at`, as a sub-select with the table's own columns.
    pub(super) fn past(&self, spec: &Spec, at: Time) -> SelectStatement {
        let backend = self.store.backend();
        let entry = |column: &str| Expr::col((Alias::new("trail_entry"), Alias::new(column)));
        let mut later = Sql::select();
        later
            .expr(Expr::val(1))
            .from_as(Alias::new("trail_entry"), Alias::new("later"))
            .and_where(Expr::col((Alias::new("later"), Alias::new("record_id"))).eq(entry("record_id")))
            .and_where(Expr::col((Alias::new("later"), Alias::new("record_version"))).gt(entry("record_version")))
            .and_where(Expr::col((Alias::new("later"), Alias::new("at"))).lte(at.0));
        let mut past = Sql::select();
        past.from(Alias::new("trail_entry"))
            .and_where(entry("organisation_id").eq(self.organisation()))
            .and_where(entry("record_type").eq(spec.name))
            .and_where(entry("at").lte(at.0))
            .and_where(Expr::exists(later).not());
        for column in resources::columns(spec) {
            past.expr_as(Expr::cust(from_json(backend, column)), Alias::new(column.name.as_str()));
        }
        past
    }
}

/// A column of the row kept in the trail, in the type that the table has.
fn from_json(backend: DbBackend, column: &Column) -> String {
    let Column { name: column, kind, wide, secret } = column;
    if *secret {
        return "''".to_owned();
    }
    let after = format!("{}.{}", quoted("trail_entry"), quoted("after"));
    if backend == DbBackend::Postgres {
        let text = format!("({after}->>'{column}')");
        return match kind {
            FieldKind::Id => format!("CAST({text} AS uuid)"),
            FieldKind::Integer if *wide => format!("CAST({text} AS bigint)"),
            FieldKind::Integer => format!("CAST({text} AS integer)"),
            FieldKind::Flag => format!("CAST({text} AS boolean)"),
            FieldKind::Date => format!("CAST({text} AS date)"),
            FieldKind::Time => format!("CAST(EXTRACT(EPOCH FROM CAST({text} AS timestamptz)) * 1000000 AS bigint)"),
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
        _ => value,
    }
}
