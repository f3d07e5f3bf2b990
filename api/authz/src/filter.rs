//! A condition as SQL over a record's table: what guards every list, count, edge and export.

use crate::{Attribute, Condition, Kind, Literal, Order};
use sea_orm::sea_query::{Alias, Condition as Sql, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{DbBackend, sea_query::LikeExpr};
use uuid::Uuid;

/// The name that a record's table, or a past state of it, goes by in a statement.
pub type Table = &'static str;

/// Writes conditions for one database and one table.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Which SQL to write.
    pub backend: DbBackend,
    /// The table's name or alias.
    pub table: Table,
    /// An attribute's column that stands in no table, and what stands in its place.
    pub computed: Option<(&'static str, SimpleExpr)>,
}

impl Filter {
    /// Conditions over a table that has all columns which are asked for.
    pub const fn over(backend: DbBackend, table: Table) -> Self {
        Self { backend, table, computed: None }
    }

    /// The condition as a boolean expression; never NULL. For the many: where records lie may be where the database begins.
    pub fn sql(&self, condition: &Condition) -> SimpleExpr {
        self.write(condition, &|units| self.column("unit_id").in_subquery(below(units)))
    }

    /// The same for records that are found by their ids: looks up where each lies, and gathers no units beforehand.
    pub fn sql_of_few(&self, condition: &Condition) -> SimpleExpr {
        self.write(condition, &|units| {
            let at = Expr::col((Alias::new("unit_closure"), Alias::new("descendant_id"))).eq(self.column("unit_id"));
            Expr::exists(below(units).and_where(at).to_owned())
        })
    }

    fn write(&self, condition: &Condition, within: &dyn Fn(&[Uuid]) -> SimpleExpr) -> SimpleExpr {
        match condition {
            Condition::Always => Expr::val(1).eq(1),
            Condition::Never => Expr::val(1).eq(0),
            Condition::All(list) => list.iter().fold(Sql::all(), |all, c| all.add(self.write(c, within))).into(),
            Condition::Any(list) => list.iter().fold(Sql::any(), |any, c| any.add(self.write(c, within))).into(),
            Condition::Not(inner) => self.write(inner, within).not(),
            Condition::Is(ids) => self.column("id").is_in(ids.iter().copied()),
            Condition::Within(units) => within(units),
            Condition::Has(a) => self.column(a.column).is_not_null(),
            Condition::Compare(a, Order::Equal, Literal::Bool(value)) if a.kind == Kind::Presence => {
                if *value {
                    self.column(a.column).is_not_null()
                } else {
                    self.column(a.column).is_null()
                }
            }
            Condition::Compare(a, order, value) => {
                self.guard(a, ordered(self.column(a.column), *order, literal(value)))
            }
            Condition::CompareFlipped(value, order, a) => {
                self.guard(a, ordered(literal(value), *order, self.column(a.column)))
            }
            Condition::CompareAttributes(a, order, b) => {
                let both = ordered(self.column(a.column), *order, self.column(b.column));
                self.guard(a, self.guard(b, both))
            }
            Condition::OneOf(a, values) => self.guard(a, self.column(a.column).is_in(values.iter().map(literal))),
            Condition::Contains(a, value) => self.guard(a, self.contains(a.column, value)),
            Condition::IsEmpty(a) => self.guard(a, self.column(a.column).cast_as(Alias::new("text")).eq("[]")),
            Condition::Like(a, pattern) => self.guard(a, self.like(a, pattern)),
        }
    }

    fn column(&self, column: &str) -> SimpleExpr {
        match &self.computed {
            Some((name, expr)) if *name == column => expr.clone(),
            _ => Expr::col((Alias::new(self.table), Alias::new(column))),
        }
    }

    /// SQL has three truth values, policies two: an absent attribute is false, also under NOT.
    fn guard(&self, attribute: &Attribute, expr: SimpleExpr) -> SimpleExpr {
        if attribute.optional { self.column(attribute.column).is_not_null().and(expr) } else { expr }
    }

    /// Whether the JSON list in the column holds the value.
    pub fn contains(&self, column: &str, value: &Literal) -> SimpleExpr {
        let text = match value {
            Literal::Id(id) => id.to_string(),
            Literal::Text(text) => text.clone(),
            Literal::Long(n) => n.to_string(),
            Literal::Bool(b) => b.to_string(),
        };
        match self.backend {
            DbBackend::Postgres => Expr::cust_with_exprs(
                "$1 @> jsonb_build_array(CAST($2 AS text))",
                [self.column(column), Expr::val(text)],
            ),
            _ => Expr::cust_with_exprs(
                "EXISTS (SELECT 1 FROM json_each(?) WHERE json_each.value = ?)",
                [self.column(column), Expr::val(text)],
            ),
        }
    }

    /// PostgreSQL's LIKE is exact; SQLite's folds case, but its GLOB does not.
    fn like(&self, attribute: &Attribute, pattern: &[Option<char>]) -> SimpleExpr {
        let column = self.column(attribute.column);
        if self.backend == DbBackend::Postgres {
            let text: String = pattern
                .iter()
                .map(|element| match element {
                    None => "%".to_owned(),
                    Some(c @ ('%' | '_' | '\\')) => format!("\\{c}"),
                    Some(c) => c.to_string(),
                })
                .collect();
            return column.like(LikeExpr::new(text).escape('\\'));
        }
        let text: String = pattern
            .iter()
            .map(|element| match element {
                None => "*".to_owned(),
                Some(c @ ('*' | '?' | '[')) => format!("[{c}]"),
                Some(c) => c.to_string(),
            })
            .collect();
        Expr::cust_with_exprs("(? GLOB ?)", [column, Expr::val(text)])
    }
}

/// The units below and including these.
fn below(units: &[Uuid]) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(Alias::new("descendant_id"))
        .from(Alias::new("unit_closure"))
        .and_where(Expr::col(Alias::new("ancestor_id")).is_in(units.iter().copied()))
        .to_owned()
}

fn literal(value: &Literal) -> SimpleExpr {
    match value {
        Literal::Id(id) => Expr::val(*id),
        Literal::Text(text) => Expr::val(text.as_str()),
        Literal::Long(n) => Expr::val(*n),
        Literal::Bool(b) => Expr::val(*b),
    }
}

fn ordered(a: SimpleExpr, order: Order, b: SimpleExpr) -> SimpleExpr {
    match order {
        Order::Equal => a.eq(b),
        Order::Less => a.lt(b),
        Order::LessOrEqual => a.lte(b),
    }
}
