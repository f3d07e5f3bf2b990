//! What a write would be refused for, asked of the database without a turn to write.

use super::append::Flat;
use super::reference::ids;
use crate::caller::Caller;
use crate::resource::{Known, Outcome, Resource};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// How many references one statement asks for; SQLite takes 32,766 values.
const ASKED: usize = 20_000;

/// References of records to their own type as they would be, by field and record.
#[derive(Debug, Default)]
pub struct Rehearsed(Mutex<HashMap<(&'static str, Uuid), Vec<Uuid>>>);

impl Rehearsed {
    /// Where a record would lead to, where it would lead elsewhere than before.
    pub(super) fn targets(&self, field: &'static str, record: Uuid) -> Option<Vec<Uuid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(field, record)).cloned()
    }
}

impl Caller {
    /// The same caller, for whom changes that were held against the rules are as if they were stored, as far as records
    /// lead to others of their type.
    #[must_use]
    pub fn rehearsing(&self) -> Self {
        Self { rehearsed: Some(Arc::default()), ..self.clone() }
    }

    /// How many entries the organisation's trail has: while they stay as many, nobody has written anything.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn position(&self) -> Outcome<i64> {
        self.store.entries_of(self.organisation()).await
    }

    /// Whether new rows could be stored, as far as what they point to is there.
    ///
    /// # Errors
    /// As [`Caller::insert_all`].
    pub async fn check_new<R: Resource>(&self, rows: &[&R::Row]) -> Outcome<()> {
        let flat = rows.iter().map(|row| Flat::of::<R>(row)).collect::<Outcome<Vec<_>>>()?;
        self.check_new_references(Known::of::<R>(), &flat).await
    }

    /// The same for a row that changes.
    ///
    /// # Errors
    /// As [`Caller::update`].
    pub async fn check_change<R: Resource>(&self, before: &R::Row, after: &R::Row) -> Outcome<()> {
        let (known, is) = (Known::of::<R>(), Flat::of::<R>(after)?);
        self.check_references(known, &Flat::of::<R>(before)?, &is).await?;
        if let Some(rehearsed) = &self.rehearsed {
            let mut rehearsed = rehearsed.0.lock().unwrap_or_else(PoisonError::into_inner);
            for reference in R::SPEC.references.iter().filter(|reference| reference.target == R::SPEC.name) {
                rehearsed.insert((reference.field, is.common.id), ids(known, &is, reference));
            }
        }
        Ok(())
    }

    /// Which of these references records of a type have already, whoever may see them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn taken<R: Resource>(&self, references: &[String]) -> Outcome<HashSet<String>> {
        let (column, mut taken) = (Alias::new("reference"), HashSet::new());
        for chunk in references.chunks(ASKED) {
            let select = Sql::select()
                .column(column.clone())
                .from(Alias::new(R::SPEC.table))
                .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()))
                .and_where(Expr::col(column.clone()).is_in(chunk.iter().map(String::as_str)))
                .to_owned();
            for row in self.store.all(&select).await? {
                taken.insert(row.try_get("", "reference")?);
            }
        }
        Ok(taken)
    }
}
