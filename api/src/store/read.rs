//! Reading: one statement for one record, two at most for a list.

use super::found::{Found, found};
use super::prepared::Prepared;
use super::query::{After, Operand, Query};
use super::select::Selection;
use crate::caller::Caller;
use crate::resource::{Error, Known, Outcome, Resource, found_or};
use isms_authz::Action;
use isms_entity::Recorded;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Keyword, SimpleExpr};
use sea_orm::{EntityTrait, FromQueryResult, Iden, Iterable, ModelTrait, QueryResult, Value};
use std::sync::Arc;
use uuid::Uuid;

/// One page of a list.
#[derive(Clone)]
pub struct Page<R: Resource> {
    /// The records.
    pub items: Vec<Found<R>>,
    /// Where the next page begins, if there is one.
    pub next: Option<After>,
    /// The number of all records, if it was asked for.
    pub total: Option<u64>,
}

/// What a list asks for is remembered up to this length; what names many records is hardly asked for twice.
const LONGEST: usize = 2_000;

/// A key for each thing grouped by, and how many records have them.
pub type Group = (Vec<Option<String>>, u64);

impl Caller {
    /// One record that the caller may read, named by a field of what they write.
    ///
    /// # Errors
    /// The field's fault when there is none, or none for the caller's eyes; any other failure as it is.
    pub async fn named<R: Resource>(&self, pointer: &str, id: Uuid) -> Outcome<Found<R>> {
        found_or(self.fetch::<R>(id).await, || Error::field(pointer, format!("there is no {} {id}", R::SPEC.noun)))
    }

    /// One record that the caller may read.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or none for the caller's eyes.
    pub async fn fetch<R: Resource>(&self, id: Uuid) -> Outcome<Found<R>> {
        let statement = match self.as_of {
            Some(_) => Arc::new(self.fetching(Known::of::<R>(), Some(id))?),
            None if R::SPEC.tells_time() => Arc::new(self.fetching(Known::of::<R>(), None)?),
            None => {
                let key = (R::SPEC.name, self.store.in_transaction());
                self.access.prepared(key, || self.fetching(Known::of::<R>(), None))?
            }
        };
        if let Some(row) = self.store.run_prepared(&statement, id).await? {
            found::<R>(&row, statement.veil())
        } else {
            self.confirm_access().await?;
            Err(Error::NotFound)
        }
    }

    /// The statement that reads one record, all but its id. It stays the same as long as the caller's rights do,
    /// which end at midnight, and with them the day that computed fields go by.
    fn fetching(&self, known: Known, only: Option<Uuid>) -> Outcome<Prepared> {
        let selection = Selection::of_few(self, known);
        let mut select = selection.visible_among(Action::Read, only)?;
        let veil = selection.whole(&mut select)?;
        select.and_where(Expr::col((Alias::new(known.spec.table), Alias::new("id"))).eq(Uuid::nil()));
        Ok(self.store.prepare(&select, veil))
    }

    /// The records that the query asks for and the caller may list.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list<R: Resource>(&self, query: &Query) -> Outcome<Page<R>> {
        self.list_for(Action::List, query).await
    }

    /// The same for another verb, such as an export.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list_for<R: Resource>(&self, action: Action, query: &Query) -> Outcome<Page<R>> {
        let (statement, rows) = self.rows(Known::of::<R>(), action, query).await?;
        let mut items = rows.iter().map(|row| found::<R>(row, statement.veil())).collect::<Outcome<Vec<_>>>()?;
        let wanted = query.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let more = items.len() > wanted;
        items.truncate(wanted);
        let next = items.last().filter(|_| more).map(|last| after::<R>(&last.row, query));
        let total = if query.count { Some(self.count::<R>(query).await?) } else { None };
        Ok(Page { items, next, total })
    }

    async fn rows(&self, known: Known, action: Action, query: &Query) -> Outcome<(Arc<Prepared>, Vec<QueryResult>)> {
        let shape = query.shape();
        let passing = self.as_of.is_some() || self.store.in_transaction() || known.spec.tells_time();
        let statement = if passing || shape.len() > LONGEST {
            Arc::new(self.listing(known, action, query)?)
        } else {
            // The day stands in computed fields.
            let key = (known.spec.name, action, format!("{} {shape}", self.today()));
            self.access.listing(key, || self.listing(known, action, query))?
        };
        let place = Selection::new(self, known).place(query);
        let rows = self.store.run_list(&statement, place).await?;
        if rows.is_empty() {
            self.confirm_access().await?;
        }
        Ok((statement, rows))
    }

    /// The statement that reads a page, all but the place where it begins, whose values come last.
    fn listing(&self, known: Known, action: Action, query: &Query) -> Outcome<Prepared> {
        let selection = Selection::new(self, known);
        let mut select = selection.visible(action)?;
        let veil = selection.whole(&mut select)?;
        selection.narrow(&mut select, query)?;
        selection.page(&mut select, query);
        if let Some(limit) = query.limit {
            select.limit(limit + 1);
        }
        Ok(self.store.prepare_list(&select, veil))
    }

    /// All records that the query asks for and the caller may list.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all<R: Resource>(&self, query: &Query) -> Outcome<Vec<Found<R>>> {
        Ok(self.list(query).await?.items)
    }

    /// All records of the organisation that the query asks for, whoever the caller is: for rules that must hold
    /// over what the caller may not see, too. Nothing of what is found may be shown.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn for_rules<R: Resource>(&self, query: &Query) -> Outcome<Vec<R::Row>> {
        let rows = self.rows_for_rules(Known::of::<R>(), query).await?;
        rows.iter().map(|row| Ok(R::Row::from_query_result(row, "")?)).collect()
    }

    async fn rows_for_rules(&self, known: Known, query: &Query) -> Outcome<Vec<QueryResult>> {
        let selection = Selection::for_rules(self, known);
        let mut select = selection.whole_organisation();
        selection.columns(&mut select);
        selection.narrow(&mut select, query)?;
        selection.page(&mut select, query);
        self.store.all(&select).await
    }

    /// Ids and references of all records of a type that the query asks for and the caller may list: what a sample is
    /// drawn from.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn population(&self, known: Known, query: &Query) -> Outcome<Vec<(Uuid, String)>> {
        let selection = Selection::new(self, known);
        let mut select = selection.visible(Action::List)?;
        selection.narrow(&mut select, query)?;
        for name in ["id", "reference"] {
            select.column((Alias::new(known.spec.table), Alias::new(name)));
        }
        let rows = self.store.all(&select).await?;
        if rows.is_empty() {
            self.confirm_access().await?;
        }
        rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "reference")?))).collect()
    }

    /// How many records the query asks for, of those that the caller may list.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count<R: Resource>(&self, query: &Query) -> Outcome<u64> {
        let groups = self.count_by::<R>(&[], query).await?;
        Ok(groups.first().map_or(0, |(_, n)| *n))
    }

    /// How many records there are for each combination of these columns or computed fields, of those that
    /// the caller may list. A null groups as none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_by<R: Resource>(&self, by: &[&str], query: &Query) -> Outcome<Vec<Group>> {
        self.groups(Known::of::<R>(), by, query).await
    }

    async fn groups(&self, known: Known, by: &[&str], query: &Query) -> Outcome<Vec<Group>> {
        let selection = Selection::new(self, known);
        let mut select = selection.visible(Action::List)?;
        selection.narrow(&mut select, query)?;
        for (i, name) in by.iter().enumerate() {
            if self.is_masked(known.spec, name)? {
                return Err(Error::Malformed(format!("by: {name} is withheld from you")));
            }
            let expr = match known.spec.computed.iter().find(|c| c.name == *name) {
                Some(computed) => match self.is_true(known.spec, computed) {
                    Some(is_true) => {
                        Expr::case(is_true, self.computed(known.spec, computed.sql)).finally(Keyword::Null).into()
                    }
                    None => self.computed(known.spec, computed.sql),
                },
                None => selection.seen(name)?,
            };
            let is_id =
                known.fields.list.iter().any(|f| f.column == Some(name) && f.kind == crate::resource::FieldKind::Id);
            let text = match self.store.backend() {
                sea_orm::DbBackend::Sqlite if is_id => Expr::expr(Func::cust(Alias::new("hex")).arg(expr.clone())),
                _ => expr.clone().cast_as(Alias::new("text")),
            };
            // PostgreSQL does not know an expression again in which values stand; a column may have an index.
            let key = Alias::new(format!("key_{i}"));
            let group = if matches!(expr, SimpleExpr::Column(_)) { expr } else { Expr::col(key.clone()) };
            select.expr_as(text, key).add_group_by([group]);
        }
        select.expr_as(Expr::cust("COUNT(*)"), Alias::new("total"));
        let rows = self.store.all(&select).await?;
        // Without groups there is a row in any case, which tells of nothing when rights have changed.
        let nothing = |row: &QueryResult| row.try_get::<i64>("", "total").is_ok_and(|total| total == 0);
        if rows.iter().all(nothing) {
            self.confirm_access().await?;
        }
        rows.iter()
            .map(|row| {
                let keys =
                    (0..by.len()).map(|i| Ok(row.try_get("", &format!("key_{i}"))?)).collect::<Outcome<Vec<_>>>()?;
                let total: i64 = row.try_get("", "total")?;
                Ok((keys, u64::try_from(total).unwrap_or_default()))
            })
            .collect()
    }
}

pub(super) fn after<R: Resource>(row: &R::Row, query: &Query) -> After {
    let key = |name: &str| {
        <R::Entity as EntityTrait>::Column::iter()
            .find(|column| column.unquoted() == name)
            .map(|column| row.get(column))
            .filter(|value| !value.is_null_value())
            .map(Operand)
    };
    After { keys: query.sort.iter().map(|sort| key(sort.column)).collect(), id: row.common().id }
}

trait Nullness {
    fn is_null_value(&self) -> bool;
}

impl Nullness for Value {
    fn is_null_value(&self) -> bool {
        *self == self.as_null()
    }
}
