//! What of the database a caller is shown in a statement: tables or their past, the caller's condition, computed
//! fields and the visible part of references.

use super::past;
use crate::authz::{Action, Filter};
use crate::caller::Caller;
use crate::resource::{Outcome, Spec};
use crate::resources;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql, SelectStatement, SimpleExpr};

impl Caller {
    /// Puts the record's table, or its past, into FROM.
    pub(super) fn place(&self, select: &mut SelectStatement, spec: &Spec) {
        match self.as_of {
            None => select.from(Alias::new(spec.table)),
            Some(_) => select.from_as(Alias::new(past::table(spec)), Alias::new(spec.table)),
        };
    }

    /// The ids of all records that the caller may list.
    pub(super) fn listable(&self, spec: &Spec) -> Outcome<SelectStatement> {
        let mut allowed = Sql::select();
        self.place(&mut allowed, spec);
        allowed.column((Alias::new(spec.table), Alias::new("id"))).and_where(self.allows(Action::List, spec)?);
        Ok(allowed)
    }

    /// The caller's condition and, whatever the policies say, their organisation.
    pub(super) fn allows(&self, action: Action, spec: &Spec) -> Outcome<SimpleExpr> {
        let condition = self.access.condition(action, spec.policy_type)?;
        let filter = Filter { backend: self.store.backend(), table: spec.table };
        let tenant = Expr::col((Alias::new(spec.table), Alias::new("organisation_id"))).eq(self.organisation());
        Ok(if condition.is_tenant(self.organisation()) { tenant } else { tenant.and(filter.sql(&condition)) })
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

    /// A computed field's expression with its tables and day filled in.
    pub(super) fn computed(&self, spec: &Spec, template: &str) -> SimpleExpr {
        let template = template
            .replace("{self}", &quoted(spec.table))
            .replace("{today}", &format!("'{}'", self.today()))
            .replace("{now}", &self.now().0.to_string());
        let (mut sql, mut tables) = (String::new(), Vec::new());
        let mut rest = template.as_str();
        while let Some((before, name, after)) = next_table(rest) {
            sql.push_str(before);
            match (self.as_of, resources::spec(name), name.split_once('.')) {
                (None, Some(other), _) => sql.push_str(&quoted(other.table)),
                (Some(_), Some(other), _) => sql.push_str(&quoted(&past::table(other))),
                (Some(_), None, Some(_)) => sql.push_str(&quoted(&past::links_table(name))),
                (None, None, Some((source, field))) => {
                    tables.push(Expr::SubQuery(None, Box::new(Self::links(source, field).into())));
                    sql.push_str(&self.placeholder(tables.len()));
                }
                (_, None, None) => sql.push_str(&quoted(name)),
            }
            rest = after;
        }
        sql.push_str(rest);
        Expr::cust_with_exprs(sql, tables)
    }

    /// The pairs `source_id`, `target_id` of a list of references.
    fn links(source: &str, field: &str) -> SelectStatement {
        Sql::select()
            .columns(["source_id", "target_id"].map(Alias::new))
            .from(Alias::new("link"))
            .and_where(Expr::col(Alias::new("source_type")).eq(source))
            .and_where(Expr::col(Alias::new("field")).eq(field))
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
    pub(super) fn visible_references(
        &self,
        table: &str,
        column: &str,
        many: bool,
        target: &Spec,
    ) -> Outcome<SimpleExpr> {
        let mut allowed = self.listable(target)?;
        let outer = format!("{}.{}", quoted(table), quoted(column));
        let there = self.placeholder(1);
        if !many {
            let sql = format!("CASE WHEN {outer} IN {there} THEN {outer} END");
            return Ok(Expr::cust_with_exprs(sql, [Expr::SubQuery(None, Box::new(allowed.into()))]));
        }
        let (list, elements, id) = match self.store.backend() {
            DbBackend::Postgres => (
                "COALESCE(jsonb_agg(e.value), '[]'::jsonb)",
                format!("jsonb_array_elements_text({outer}) AS e(value)"),
                "CAST(e.value AS uuid)",
            ),
            _ => ("json_group_array(e.value)", format!("json_each({outer}) AS e"), "unhex(replace(e.value, '-', ''))"),
        };
        allowed.and_where(Expr::col((Alias::new(target.table), Alias::new("id"))).eq(Expr::cust(id)));
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
