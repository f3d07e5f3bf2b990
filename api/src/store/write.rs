//! Writing: one transaction, a permit consumed for each record, a trail entry for each change.

use super::follow::Writing;
use crate::authz::{Action, Permit};
use crate::caller::Caller;
use crate::resource::{Error, FieldError, Known, Outcome, Resource, Spec};
use crate::resources;
use crate::trail::sealed;
use isms_entity::ledger::trail_entry;
use isms_entity::{Common, Ids, Json, Recorded, Time, Words};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, OnConflict, Query as Sql};
use sea_orm::{EntityTrait, Iden, Iterable, ModelTrait, Value};
use serde_json::json;
use uuid::Uuid;

/// The most values that one statement carries; SQLite takes 32,766.
const VALUES: usize = 30_000;

/// Who makes a change and how they were known, for the trail.
pub(super) struct Author<'a> {
    pub organisation: Uuid,
    pub actor: Uuid,
    pub actor_type: &'static str,
    pub authentication: serde_json::Value,
    pub request_id: &'a str,
    pub now: Time,
}

/// A row without its type: what is written of it is compiled once for all record types.
pub(super) struct Flat {
    /// The columns that every record has.
    pub common: Common,
    /// The value of each column, in the order of the table.
    values: Vec<Value>,
    /// The row as the trail keeps it.
    json: serde_json::Value,
}

impl Flat {
    pub fn of<R: Resource>(row: &R::Row) -> Outcome<Self> {
        let values = <R::Entity as EntityTrait>::Column::iter().map(|column| row.get(column)).collect();
        Ok(Self { common: row.common(), values, json: serde_json::to_value(row)? })
    }

    /// The value of this column.
    pub fn get(&self, spec: &Spec, column: &str) -> Option<&Value> {
        self.values.get(resources::columns(spec).iter().position(|known| known.name == column)?)
    }
}

/// One change on its way into the trail.
pub(super) struct Entry<'a> {
    pub before: Option<&'a Flat>,
    pub after: &'a Flat,
    pub reasons: Vec<String>,
}

impl Caller {
    /// The same caller inside a transaction of their own. Writes of one organisation go one after the other,
    /// so that every invariant over several records holds and the trail is numbered in commit order.
    ///
    /// # Errors
    /// [`Error::StaleAccess`] when rights have changed since they were read.
    pub async fn begin(&self) -> Outcome<Self> {
        let store = self.store.in_turn(self.organisation()).await.begin().await?;
        let caller = Self { store, as_of: None, ..self.clone() };
        let mut lock = Sql::select();
        lock.column(Alias::new("access_epoch"))
            .from(Alias::new("tenant_counter"))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()));
        if self.store.backend() == sea_orm::DbBackend::Postgres {
            lock.lock(LockType::Update);
        }
        let epoch: i64 = match caller.store.one(&lock).await? {
            Some(row) => row.try_get("", "access_epoch")?,
            None => return Err(Error::StaleAccess),
        };
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
        let flat = self.store.numbered::<R>(&self.author(), &mut rows).await?;
        self.check_new_references(known, &flat).await?;
        self.store.insert_flat(&self.author(), known.spec, &flat, reasons.clone()).await?;
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
        let mut update = Sql::update();
        update
            .table(Alias::new(known.spec.table))
            .and_where(Expr::col(Alias::new("id")).eq(was.common.id))
            .and_where(Expr::col(Alias::new("version")).eq(was.common.version));
        for (column, value) in resources::columns(known.spec).iter().zip(&is.values) {
            update.value(Alias::new(column.name.as_str()), value.clone());
        }
        if self.store.run(&update).await? == 0 {
            return Err(Error::PreconditionFailed);
        }
        let entry = Entry { before: Some(was), after: is, reasons };
        self.store.record(&self.author(), known.spec, act, vec![entry]).await?;
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
        rows.iter().map(Flat::of::<R>).collect()
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

    /// Appends to the trail.
    pub(super) async fn record(
        &self,
        author: &Author<'_>,
        spec: &Spec,
        act: &str,
        entries: Vec<Entry<'_>>,
    ) -> Outcome<()> {
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        // No entry is older than the one before it, whatever the clocks of several servers say.
        let before = Expr::col(Alias::new("trail_at"));
        let latest = Expr::case(before.clone().gt(author.now.0), before).finally(author.now.0);
        let update = Sql::update()
            .table(Alias::new("tenant_counter"))
            .value(Alias::new("trail_position"), Expr::col(Alias::new("trail_position")).add(count))
            .value(Alias::new("trail_at"), latest)
            .and_where(Expr::col(Alias::new("organisation_id")).eq(author.organisation))
            .returning(Sql::returning().columns(["trail_position", "trail_at"].map(Alias::new)))
            .to_owned();
        let row = self.one(&update).await?.ok_or_else(|| Error::Internal("the organisation has no trail".into()))?;
        let (last, at): (i64, i64) = (row.try_get("", "trail_position")?, row.try_get("", "trail_at")?);
        let mut models = Vec::with_capacity(entries.len());
        for (entry, position) in entries.into_iter().zip(last - count + 1..) {
            let mut model = entry.model(author, spec, act, position, Time(at));
            sealed::commit(spec, &mut model)?;
            models.push(model);
        }
        let columns: Vec<_> = trail_entry::Column::iter().collect();
        for chunk in models.chunks(VALUES / columns.len()) {
            let mut insert = Sql::insert();
            insert.into_table(Alias::new("trail_entry")).columns(columns.iter().map(|c| Alias::new(c.unquoted())));
            for model in chunk {
                insert.values_panic(columns.iter().map(|column| Expr::val(model.get(*column))));
            }
            self.run(&insert).await?;
        }
        Ok(())
    }
}

impl Entry<'_> {
    fn model(self, author: &Author<'_>, spec: &Spec, act: &str, position: i64, at: Time) -> trail_entry::Model {
        let after = &self.after.common;
        let mut units = vec![after.unit_id];
        if let Some(before) = self.before.map(|before| &before.common).filter(|b| b.unit_id != after.unit_id) {
            units.push(before.unit_id);
        }
        trail_entry::Model {
            id: Uuid::now_v7(),
            organisation_id: author.organisation,
            position,
            at,
            actor_id: author.actor,
            actor_type: author.actor_type.to_owned(),
            authentication: Json(author.authentication.clone()),
            act: act.to_owned(),
            record_type: spec.name.to_owned(),
            record_id: after.id,
            record_version: after.version,
            unit_ids: Ids(units),
            before: self.before.map(|before| Json(before.json.clone())),
            after: Json(self.after.json.clone()),
            reasons: Words(self.reasons),
            request_id: author.request_id.to_owned(),
            commitments: Json::default(),
            salts: Json::default(),
            body: String::new(),
        }
    }
}
