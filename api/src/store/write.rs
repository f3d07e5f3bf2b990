//! Writing: one transaction, a permit consumed for each record, a trail entry for each change.

use super::append::{Author, Entry, Flat, VALUES};
use super::follow::Writing;
use crate::caller::Caller;
use crate::resource::{Error, FieldError, Known, Outcome, Resource, Spec};
use crate::resources;
use isms_authz::{Action, Permit};
use isms_entity::{Common, Recorded};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query as Sql};
use serde_json::json;
use uuid::Uuid;

/// After so many rows the others get a turn, and the database a sign of life.
const PAUSE: usize = 256;

impl Caller {
    /// Lets others get on in the middle of long work. PostgreSQL gets a sign of life: it ends a transaction that is at
    /// nothing for long.
    ///
    /// # Errors
    /// When the database has given up the transaction.
    pub async fn breathe(&self) -> Outcome<()> {
        self.store.breathe().await
    }

    /// The same caller inside a transaction of their own. Writes of one organisation go one after the other,
    /// so that every invariant over several records holds and the trail is numbered in commit order.
    ///
    /// # Errors
    /// [`Error::StaleAccess`] when rights have changed since they were read.
    pub async fn begin(&self) -> Outcome<Self> {
        let store = self.store.in_turn(self.organisation()).await?.begin().await?;
        let caller = Self { store, as_of: None, ..self.clone() };
        let epoch = caller.store.lock_counter(self.organisation()).await?.ok_or(Error::StaleAccess)?;
        if epoch == self.access.epoch { Ok(caller) } else { Err(Error::StaleAccess) }
    }

    /// The same caller inside a savepoint of their transaction, which can be undone alone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn nested(&self) -> Outcome<Self> {
        Ok(Self { store: self.store.begin().await?, ..self.clone() })
    }

    /// Makes everything since [`Caller::begin`] last.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn commit(self) -> Outcome<()> {
        self.store.commit().await
    }

    /// What a new record starts from: an id, the organisation and, until something else is said, its root unit.
    pub fn new_common(&self) -> Common {
        Common {
            id: Uuid::now_v7(),
            organisation_id: self.organisation(),
            unit_id: self.access.root,
            ..Common::default()
        }
    }

    pub(super) fn author(&self) -> Author<'_> {
        let named = !self.unnamed;
        Author {
            organisation: self.organisation(),
            actor: if named { self.id() } else { Uuid::nil() },
            actor_type: self.access.principal.kind.name(),
            authentication: if named { self.access.credential.told() } else { json!({"method": "unnamed"}) },
            request_id: &self.request_id,
            now: self.now(),
            clock: &self.clock,
        }
    }

    /// Stores a new record.
    ///
    /// # Errors
    /// When a reference points nowhere, a unique value is taken or the database refuses.
    pub async fn insert<R: Resource>(&self, permit: Permit<R>, row: R::Row) -> Outcome<R::Row> {
        let rows = self.insert_all(vec![(permit, row)]).await.map_err(|error| match error {
            Error::Invalid(list) => Error::Invalid(list.into_iter().map(FieldError::of_the_only_row).collect()),
            other => other,
        })?;
        rows.into_iter().next().ok_or_else(|| Error::Internal("an insert stored nothing".into()))
    }

    /// Stores many new records of one type with few statements; all or none.
    ///
    /// # Errors
    /// As [`Caller::insert`], each with `/{place}/{field}`.
    pub async fn insert_all<R: Resource>(&self, new: Vec<(Permit<R>, R::Row)>) -> Outcome<Vec<R::Row>> {
        if !self.store.in_transaction() {
            return Err(Error::Internal("writes happen in a transaction".into()));
        }
        let (mut rows, mut reasons) = (Vec::with_capacity(new.len()), Vec::with_capacity(new.len()));
        for (permit, row) in new {
            if permit.action() != Action::Create || !permit.covers(row.common().id, 0) {
                return Err(Error::Internal("the permit is for something else".into()));
            }
            reasons.push(permit.into_reasons());
            rows.push(row);
        }
        for (place, row) in rows.iter().enumerate() {
            self.check_unit(None, &row.common()).map_err(|error| error.at(place))?;
        }
        let known = Known::of::<R>();
        // One time for record and entry: as of then, it is there.
        let author = self.author();
        let flat = self.store.numbered::<R>(&author, &mut rows).await?;
        self.check_new_references(known, &flat).await?;
        self.store.insert_flat(&author, known.spec, &flat, reasons.clone()).await?;
        self.link_new(known, &flat).await?;
        for (row, reasons) in rows.iter().zip(&reasons) {
            R::stored(&Writing { caller: self, reasons }, None, row).await?;
        }
        self.changed_access(known.spec).await?;
        Ok(rows)
    }

    /// Stores a changed record; a change of nothing leaves no trace.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] when somebody else was faster.
    pub async fn update<R: Resource>(
        &self,
        permit: Permit<R>,
        before: &R::Row,
        mut after: R::Row,
        act: &str,
    ) -> Outcome<R::Row> {
        if !self.store.in_transaction() {
            return Err(Error::Internal("writes happen in a transaction".into()));
        }
        let old = before.common();
        let verb = permit.action();
        if verb.reads() || verb == Action::Create || !permit.covers(old.id, old.version) {
            return Err(Error::Internal("the permit is for something else".into()));
        }
        if *before == after {
            return Ok(after);
        }
        self.check_unit(Some(&old), &after.common())?;
        let Common { unit_id, retired_at, .. } = after.common();
        after.set_common(Common {
            unit_id,
            retired_at,
            version: old.version + 1,
            updated_at: self.now(),
            updated_by: self.id(),
            ..old
        });
        let (was, is) = (Flat::of::<R>(before)?, Flat::of::<R>(&after)?);
        let reasons = permit.into_reasons();
        self.change(Known::of::<R>(), &was, &is, act, reasons.clone()).await?;
        R::stored(&Writing { caller: self, reasons: &reasons }, Some(before), &after).await?;
        self.changed_access(const { &R::SPEC }).await?;
        Ok(after)
    }

    async fn change(&self, known: Known, was: &Flat, is: &Flat, act: &str, reasons: Vec<String>) -> Outcome<()> {
        self.check_references(known, was, is).await?;
        let author = Author { now: is.common.updated_at, ..self.author() };
        self.store.put(&author, known.spec, was, is, act, reasons).await?;
        self.link(known, was, is).await
    }

    /// Refuses to place a record in a unit that is not there or is retired. Units are taken from the tree that the
    /// caller's rights were read with; only the root lies in itself.
    ///
    /// # Errors
    /// Names the unit; whoever may do nothing there learns no more than the directory tells everyone.
    pub fn check_unit(&self, before: Option<&Common>, now: &Common) -> Outcome<()> {
        let placed = before
            .is_none_or(|old| old.unit_id != now.unit_id || (old.retired_at.is_some() && now.retired_at.is_none()));
        if placed && now.unit_id != now.id && !self.access.units.is_open(now.unit_id) {
            return Err(Error::field("/unitId", format!("there is no unit {}", now.unit_id)));
        }
        Ok(())
    }

    async fn changed_access(&self, spec: &Spec) -> Outcome<()> {
        if spec.grants_access { self.store.raise_epoch(self.organisation()).await } else { Ok(()) }
    }
}

impl super::Store {
    /// Rights of an organisation have changed: whatever was read of them is read anew.
    pub(super) async fn raise_epoch(&self, organisation: Uuid) -> Outcome<()> {
        let update = Sql::update()
            .table(Alias::new("tenant_counter"))
            .value(Alias::new("access_epoch"), Expr::col(Alias::new("access_epoch")).add(1))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(organisation))
            .to_owned();
        self.run(&update).await.map(drop)
    }

    /// Stores rows with references, versions and times of their own, and their trail entries. Asks nobody: it is for
    /// the founding of an organisation; everybody else goes through [`Caller::insert_all`], which holds permits.
    pub(super) async fn insert_rows<R: Resource>(
        &self,
        author: &Author<'_>,
        rows: &mut [R::Row],
        reasons: Vec<Vec<String>>,
    ) -> Outcome<()> {
        let flat = self.numbered::<R>(author, rows).await?;
        self.insert_flat(author, const { &R::SPEC }, &flat, reasons).await
    }

    /// Gives new rows their references, versions and times.
    async fn numbered<R: Resource>(&self, author: &Author<'_>, rows: &mut [R::Row]) -> Outcome<Vec<Flat>> {
        let unnamed = rows.iter().filter(|row| row.common().reference.is_empty()).count();
        let mut number = self.reserve(author.organisation, R::SPEC.prefix, unnamed).await?;
        for row in rows.iter_mut() {
            let mut common = row.common();
            if common.reference.is_empty() {
                number += 1;
                common.reference = format!("{}-{number:04}", R::SPEC.prefix);
            }
            row.set_common(Common {
                version: 1,
                created_at: author.now,
                created_by: author.actor,
                updated_at: author.now,
                updated_by: author.actor,
                ..common
            });
        }
        let mut flat = Vec::with_capacity(rows.len());
        for row in rows.iter() {
            flat.push(Flat::of::<R>(row)?);
            if flat.len() % PAUSE == 0 {
                self.breathe().await?;
            }
        }
        Ok(flat)
    }

    async fn insert_flat(
        &self,
        author: &Author<'_>,
        spec: &Spec,
        rows: &[Flat],
        reasons: Vec<Vec<String>>,
    ) -> Outcome<()> {
        let columns = resources::columns(spec);
        for chunk in rows.chunks(VALUES / columns.len().max(1)) {
            let mut insert = Sql::insert();
            insert.into_table(Alias::new(spec.table)).columns(columns.iter().map(|c| Alias::new(c.name.as_str())));
            for row in chunk {
                insert.values_panic(row.values.iter().map(|value| Expr::val(value.clone())));
            }
            self.run(&insert).await?;
        }
        let entries = rows.iter().zip(reasons).map(|(after, reasons)| Entry { before: None, after, reasons }).collect();
        self.record(author, spec, "create", entries).await
    }

    /// The last number given out before the next `count` references of this kind.
    async fn reserve(&self, organisation: Uuid, prefix: &str, count: usize) -> Outcome<i64> {
        if count == 0 {
            return Ok(0);
        }
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let insert = Sql::insert()
            .into_table(Alias::new("reference_counter"))
            .columns(["organisation_id", "prefix", "last"].map(Alias::new))
            .values_panic([organisation.into(), prefix.into(), count.into()])
            .on_conflict(
                OnConflict::columns(["organisation_id", "prefix"].map(Alias::new))
                    .value(
                        Alias::new("last"),
                        Expr::col((Alias::new("reference_counter"), Alias::new("last"))).add(count),
                    )
                    .to_owned(),
            )
            .returning_col(Alias::new("last"))
            .to_owned();
        let row = self.one(&insert).await?.ok_or_else(|| Error::Internal("no reference number".into()))?;
        let last: i64 = row.try_get("", "last")?;
        Ok(last - count)
    }
}
