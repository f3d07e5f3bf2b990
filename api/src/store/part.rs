//! The parts that statements are made of: tables now or in the past, the caller's condition, computed fields, references.

use crate::authz::{Action, Condition, Filter};
use crate::caller::Caller;
use crate::resource::{Outcome, Spec};
use crate::resources;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query as Sql, SelectStatement, SimpleExpr};

impl Caller {
    /// Puts the record's table, or its past, into FROM.
    pub(super) fn place(&self, select: &mut SelectStatement, spec: &Spec) {
        match self.as_of {
            None => select.from(Alias::new(spec.table)),
            Some(at) => select.from_subquery(self.past(spec, at), Alias::new(spec.table)),
        };
    }

    /// The caller's condition and, whatever the policies say, their organisation.
    pub(super) fn allows(&self, action: Action, spec: &Spec) -> Outcome<SimpleExpr> {
        self.allowed(action, spec, Filter::sql)
    }

    /// The same where few records are looked at, by their ids.
    pub(super) fn allows_few(&self, action: Action, spec: &Spec) -> Outcome<SimpleExpr> {
        self.allowed(action, spec, Filter::sql_of_few)
    }

    fn allowed(
        &self,
        action: Action,
        spec: &Spec,
        write: impl Fn(Filter, &Condition) -> SimpleExpr,
    ) -> Outcome<SimpleExpr> {
        let condition = self.access.condition(action, spec.policy_type)?;
        let filter = Filter { backend: self.store.backend(), table: spec.table };
        let tenant = Expr::col((Alias::new(spec.table), Alias::new("organisation_id"))).eq(self.organisation());
        Ok(if condition.is_tenant(self.organisation()) { tenant } else { tenant.and(write(filter, &condition)) })
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
        let template =
            template.replace("{self}", &quoted(spec.table)).replace("{today}", &format!("'{}'", self.today()));
        let (mut sql, mut tables) = (String::new(), Vec::new());
        let mut rest = template.as_str();
        while let Some((before, name, after)) = next_table(rest) {
            sql.push_str(before);
            match (self.as_of, resources::spec(name), name.split_once('.')) {
                (None, Some(other), _) => sql.push_str(&quoted(other.table)),
                (Some(at), Some(other), _) => {
                    tables.push(Expr::SubQuery(None, Box::new(self.past(other, at).into())));
                    sql.push_str(&self.placeholder(tables.len()));
                }
                (_, None, Some((source, field))) => {
                    tables.push(Expr::SubQuery(None, Box::new(self.links(source, field).into())));
                    sql.push_str(&self.placeholder(tables.len()));
                }
                (_, None, None) => sql.push_str(&quoted(name)),
            }
            rest = after;
        }
        sql.push_str(rest);
        Expr::cust_with_exprs(sql, tables)
    }

    /// The pairs `source_id`, `target_id` of a list of references, now or in the past.
    fn links(&self, source: &str, field: &str) -> SelectStatement {
        let mut links = Sql::select();
        let (Some(at), Some(spec)) = (self.as_of, resources::spec(source)) else {
            // Both are words of the template; written out, the database knows how many such links there are.
            return links
                .columns(["source_id", "target_id"].map(Alias::new))
                .from(Alias::new("link"))
                .and_where(Expr::col(Alias::new("source_type")).eq(Expr::cust(format!("'{source}'"))))
                .and_where(Expr::col(Alias::new("field")).eq(Expr::cust(format!("'{field}'"))))
                .to_owned();
        };
        let column = resources::fields(spec).and_then(|fields| fields.get(field)?.column).unwrap_or("id");
        let (elements, target) = match self.store.backend() {
            DbBackend::Postgres => ("jsonb_array_elements_text", "CAST(e.value AS uuid)"),
            _ => ("json_each", "unhex(replace(e.value, '-', ''))"),
        };
        let list = Expr::col((Alias::new("past"), Alias::new(column)));
        links
            .from_subquery(self.past(spec, at), Alias::new("past"))
            .from_function(Func::cust(Alias::new(elements)).arg(list), Alias::new("e"))
            .expr_as(Expr::col((Alias::new("past"), Alias::new("id"))), Alias::new("source_id"))
            .expr_as(Expr::cust(target), Alias::new("target_id"));
        links
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
        let mut allowed = Sql::select();
        self.place(&mut allowed, target);
        let id = Expr::col((Alias::new(target.table), Alias::new("id")));
        allowed.expr(id.clone()).and_where(self.allows_few(Action::List, target)?);
        let outer = format!("{}.{}", quoted(table), quoted(column));
        let there = self.placeholder(1);
        if !many {
            let sql = format!("CASE WHEN EXISTS {there} THEN {outer} END");
            allowed.and_where(id.eq(Expr::col((Alias::new(table), Alias::new(column)))));
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
fn next_table(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
