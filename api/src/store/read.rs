//! Reading: one statement for one record, two at most for a list.

use super::RowFacts;
use super::place::Veil;
use super::prepared::Prepared;
use super::query::{After, Operand, Query};
use super::select::Selection;
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::{Error, Field, FieldKind, Known, Outcome, Resource};
use isms_entity::Recorded;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, SimpleExpr};
use sea_orm::{EntityTrait, FromQueryResult, Iden, Iterable, ModelTrait, QueryResult, Value};
use std::sync::Arc;
use uuid::Uuid;

/// A record as read: its row, what the database computed, and the row as far as the caller may see its references.
#[derive(Clone)]
pub struct Found<R: Resource> {
    /// The row as stored: for rules and writes.
    pub row: R::Row,
    /// The row with only those references that the caller may see, where they do not see all.
    veiled: Option<R::Row>,
    /// What the database computed.
    pub computed: R::Computed,
    /// The fields of which something is withheld, as far as the caller is told.
    pub withheld: Vec<&'static str>,
}

impl<R: Resource> Found<R> {
    /// The row with only those references that the caller may see: for the doors.
    pub fn shown(&self) -> &R::Row {
        self.veiled.as_ref().unwrap_or(&self.row)
    }

    /// The place of the record in a list: where a page after it begins.
    pub fn place(&self, query: &Query) -> After {
        after::<R>(&self.row, query)
    }
}

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
                Some(computed) => self.computed(known.spec, computed.sql),
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

fn found<R: Resource>(result: &QueryResult, veil: &Veil) -> Outcome<Found<R>> {
    let row = R::Row::from_query_result(result, "")?;
    let computed = R::Computed::from_query_result(result, "")?;
    let shown = if veil.is_thin() { None } else { Some(unveil::<R>(result, row.clone(), veil)?) };
    let withheld = match &shown {
        Some(shown) if veil.remit.is_some() => {
            R::fields().list.iter().filter(|f| differs::<R>(&row, shown, f.column)).collect()
        }
        _ => Vec::new(),
    };
    let withheld = withheld.into_iter().map(|field: &'static Field| field.name.as_str()).collect();
    Ok(Found { row, veiled: shown, computed, withheld })
}

fn differs<R: Resource>(row: &R::Row, shown: &R::Row, column: Option<&str>) -> bool {
    column.and_then(super::facts::column::<R>).is_some_and(|column| row.get(column) != shown.get(column))
}

/// The row with what the caller may see of the veiled fields in their place.
fn unveil<R: Resource>(result: &QueryResult, mut row: R::Row, veil: &Veil) -> Outcome<R::Row> {
    for field in &veil.references {
        let column = super::facts::column::<R>(field.column)
            .ok_or_else(|| Error::Internal(format!("{} is no column", field.column)))?;
        if field.many {
            let ids: serde_json::Value = result.try_get("", &field.visible())?;
            row.try_set(column, Value::Json(Some(Box::new(ids))))?;
        } else {
            let id: Option<Uuid> = result.try_get("", &field.visible())?;
            withhold(&mut row, column, id)?;
        }
    }
    for frozen in &veil.frozen {
        let column = super::facts::column::<R>(frozen.column)
            .ok_or_else(|| Error::Internal(format!("{} is no column", frozen.column)))?;
        if let Value::Json(Some(mut content)) = row.get(column) {
            (frozen.blank)(&mut content, veil.remit.as_ref());
            row.try_set(column, Value::Json(Some(content)))?;
        }
    }
    if veil.nameless {
        for column in structures::<R>().filter_map(super::facts::column::<R>) {
            if let Value::Json(Some(mut content)) = row.get(column) {
                without_people(&mut content);
                row.try_set(column, Value::Json(Some(content)))?;
            }
        }
    }
    if let Some(mask) = &veil.mask
        && !mask.condition.holds(&RowFacts::<R>::new(&row), mask.units.as_ref())
    {
        mask.columns.iter().filter_map(|name| super::facts::column::<R>(name)).try_for_each(|c| blank(&mut row, c))?;
    }
    Ok(row)
}

/// The columns that hold neither values nor lists of ids, but content of their own.
pub(super) fn structures<R: Resource>() -> impl Iterator<Item = &'static str> {
    let fields = R::fields().list.iter().filter(|field| matches!(field.kind, FieldKind::Structure));
    fields.filter_map(|field| field.column)
}

/// Takes out who did, owns or attends something in a field's content, from whoever may not know all people: names of
/// such parts end in `by` or `Id`, and those of controls and units say what they are.
pub(super) fn without_people(content: &mut serde_json::Value) {
    use serde_json::Value;
    let is_id = |value: &Value| value.as_str().is_some_and(|text| Uuid::parse_str(text).is_ok());
    match content {
        Value::Object(parts) => {
            for (name, value) in parts {
                let tells = name == "by" || name.ends_with("By") || name.ends_with("Id") || name.ends_with("Ids");
                let stays =
                    matches!(name.as_str(), "controlId" | "controlIds" | "unitId" | "unitIds" | "riskId" | "assetIds");
                match value {
                    value if tells && !stays && is_id(value) => *value = Uuid::nil().to_string().into(),
                    Value::Array(list) if tells && !stays && list.iter().all(is_id) => list.clear(),
                    value => without_people(value),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(without_people),
        _ => {}
    }
}

/// What is sensitive reads as nothing: null where that may be, or else empty.
fn blank<M: ModelTrait>(shown: &mut M, column: <M::Entity as EntityTrait>::Column) -> Outcome<()> {
    let value = shown.get(column);
    if shown.try_set(column, value.as_null()).is_ok() {
        return Ok(());
    }
    let empty = match value {
        Value::String(_) => Value::from(String::new()),
        Value::Json(_) => Value::Json(Some(Box::new(serde_json::json!([])))),
        Value::Uuid(_) => Value::from(Uuid::nil()),
        other => return Err(Error::Internal(format!("{other:?} cannot be withheld"))),
    };
    Ok(shown.try_set(column, empty)?)
}

/// A reference that the caller may not see reads as null, or as the nil id where it cannot be null.
fn withhold<M: ModelTrait>(shown: &mut M, column: <M::Entity as EntityTrait>::Column, id: Option<Uuid>) -> Outcome<()> {
    if shown.try_set(column, Value::Uuid(id)).is_err() {
        shown.try_set(column, Value::Uuid(Some(Uuid::nil())))?;
    }
    Ok(())
}

fn after<R: Resource>(row: &R::Row, query: &Query) -> After {
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
