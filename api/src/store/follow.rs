//! What records keep of another one follows it when that changes, with few statements for however many there are.

use super::append::{Entry, Flat};
use crate::caller::Caller;
use crate::resource::{Error, Outcome, Resource, Spec, written};
use crate::resources;
use isms_entity::{Common, Recorded};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql};
use std::ops::Deref;

/// How many rows one statement names; SQLite takes 32,766 values.
const NAMED: usize = 20_000;

/// A write under way, which a permit covers; what follows from it is written with it, and told with its reasons.
pub struct Writing<'a> {
    pub(super) caller: &'a Caller,
    pub(super) reasons: &'a [String],
}

impl Deref for Writing<'_> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        self.caller
    }
}

impl Writing<'_> {
    /// Lets rows take over what they keep of the record that is being written: their unit and what rules keep, never
    /// what clients write. Whoever hands a record over need have no rights over all that belongs to it (I-04).
    ///
    /// # Errors
    /// When more than that would change, or the database refuses.
    pub async fn follow<R: Resource>(&self, rows: Vec<R::Row>, take_over: impl Fn(&mut R::Row) + Send) -> Outcome<()> {
        let mut changes = Vec::new();
        for before in rows {
            let mut after = before.clone();
            take_over(&mut after);
            if after == before {
                continue;
            }
            if written::<R>(&before)? != written::<R>(&after)? {
                return Err(Error::Internal("what clients write follows nothing".into()));
            }
            let old = before.common();
            after.set_common(Common {
                unit_id: after.common().unit_id,
                version: old.version + 1,
                updated_at: self.now(),
                updated_by: self.id(),
                ..old
            });
            changes.push((Flat::of::<R>(&before)?, Flat::of::<R>(&after)?));
        }
        self.caller.follow_flat(const { &R::SPEC }, changes, self.reasons).await
    }
}

impl Caller {
    async fn follow_flat(&self, spec: &Spec, changes: Vec<(Flat, Flat)>, reasons: &[String]) -> Outcome<()> {
        let Some((_, first)) = changes.first() else { return Ok(()) };
        if !self.store.in_transaction() {
            return Err(Error::Internal("writes happen in a transaction".into()));
        }
        let version = Alias::new("version");
        let mut update = Sql::update();
        update.table(Alias::new(spec.table)).value(version.clone(), Expr::col(version).add(1));
        for column in resources::columns(spec).iter().filter(|column| column.name != "version") {
            let value = |row: &Flat| row.get(spec, &column.name).cloned();
            if changes.iter().all(|(was, is)| value(was) == value(is)) {
                continue;
            }
            if changes.iter().any(|(_, is)| value(is) != value(first)) {
                return Err(Error::Internal("what follows one record follows it alike".into()));
            }
            if let Some(value) = value(first) {
                update.value(Alias::new(column.name.as_str()), value);
            }
        }
        let own = Expr::col(Alias::new("organisation_id")).eq(self.organisation());
        for chunk in changes.chunks(NAMED) {
            let ids = chunk.iter().map(|(was, _)| was.common.id);
            self.store
                .run(update.clone().and_where(Expr::col(Alias::new("id")).is_in(ids)).and_where(own.clone()))
                .await?;
        }
        let entries = changes.iter().map(|(was, is)| Entry { before: Some(was), after: is, reasons: reasons.to_vec() });
        self.store.record(&self.author(), spec, "follow", entries.collect()).await
    }
}
