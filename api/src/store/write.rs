//! Writing: one transaction, a permit consumed for each record, a trail entry for each change.

use crate::authz::Permit;
use crate::caller::Caller;
use crate::resource::{Error, FieldError, Outcome, Resource};
use isms_entity::ledger::trail_entry;
use isms_entity::{Common, Ids, Json, Recorded, Time, Words};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, OnConflict, Query as Sql};
use sea_orm::{EntityTrait, Iden, Iterable, ModelTrait};
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

/// One change on its way into the trail.
struct Entry<'a, R: Resource> {
    before: Option<&'a R::Row>,
    after: &'a R::Row,
    reasons: Vec<String>,
}

impl Caller {
    /// The same caller inside a transaction of their own. Writes of one organisation go one after the other,
    /// so that every invariant over several records holds and the trail is numbered in commit order.
    ///
    /// # Errors
    /// [`Error::StaleAccess`] when rights have changed since they were read.
    pub async fn begin(&self) -> Outcome<Self> {
        let caller = Self { store: self.store.begin().await?, as_of: None, ..self.clone() };
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

    fn author(&self) -> Author<'_> {
        Author {
            organisation: self.organisation(),
            actor: self.id(),
            actor_type: self.access.principal.kind.name(),
            authentication: self.access.credential.told(),
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
            if !permit.covers(row.common().id, 0) {
                return Err(Error::Internal("the permit is for another record".into()));
            }
            reasons.push(permit.into_reasons());
            rows.push(row);
        }
        for (place, row) in rows.iter().enumerate() {
            self.check_unit::<R>(None, row).map_err(|error| error.at(place))?;
        }
        self.check_new_references::<R>(&rows).await?;
        self.store.insert_rows::<R>(&self.author(), &mut rows, reasons).await?;
        self.link_new::<R>(&rows).await?;
        for row in &rows {
            R::stored(self, None, row).await?;
        }
        self.changed_access::<R>().await?;
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
        if !permit.covers(old.id, old.version) {
            return Err(Error::Internal("the permit is for another record".into()));
        }
        if *before == after {
            return Ok(after);
        }
        self.check_unit::<R>(Some(before), &after)?;
        let unit_id = after.common().unit_id;
        self.check_references::<R>(Some(before), &after).await?;
        let retired_at = after.common().retired_at;
        after.set_common(Common {
            unit_id,
            retired_at,
            version: old.version + 1,
            updated_at: self.now(),
            updated_by: self.id(),
            ..old.clone()
        });
        let mut update = Sql::update();
        update
            .table(Alias::new(R::SPEC.table))
            .and_where(Expr::col(Alias::new("id")).eq(old.id))
            .and_where(Expr::col(Alias::new("version")).eq(old.version));
        for column in <R::Entity as EntityTrait>::Column::iter() {
            update.value(Alias::new(column.unquoted()), after.get(column));
        }
        if self.store.run(&update).await? == 0 {
            return Err(Error::PreconditionFailed);
        }
        let entry = Entry::<R> { before: Some(before), after: &after, reasons: permit.into_reasons() };
        self.store.record(&self.author(), act, vec![entry]).await?;
        self.link::<R>(Some(before), &after).await?;
        R::stored(self, Some(before), &after).await?;
        self.changed_access::<R>().await?;
        Ok(after)
    }

    /// Refuses to place a record in a unit that is not there or is retired. Units are taken from the tree that the
    /// caller's rights were read with; only the root lies in itself.
    ///
    /// # Errors
    /// Names the unit; whoever may do nothing there learns no more than the directory tells everyone.
    pub fn check_unit<R: Resource>(&self, before: Option<&R::Row>, row: &R::Row) -> Outcome<()> {
        let common = row.common();
        let placed = before.map(Recorded::common).is_none_or(|old| {
            old.unit_id != common.unit_id || (old.retired_at.is_some() && common.retired_at.is_none())
        });
        if placed && common.unit_id != common.id && !self.access.units.is_open(common.unit_id) {
            return Err(Error::field("/unitId", format!("there is no unit {}", common.unit_id)));
        }
        Ok(())
    }

    async fn changed_access<R: Resource>(&self) -> Outcome<()> {
        if R::SPEC.grants_access { self.store.raise_epoch(self.organisation()).await } else { Ok(()) }
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

    /// Stores rows with references, versions and times of their own, and their trail entries. Asks nobody:
    /// the callers are [`Caller::insert_all`], which holds permits, and the founding of an organisation.
    pub(super) async fn insert_rows<R: Resource>(
        &self,
        author: &Author<'_>,
        rows: &mut [R::Row],
        reasons: Vec<Vec<String>>,
    ) -> Outcome<()> {
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
        let columns: Vec<_> = <R::Entity as EntityTrait>::Column::iter().collect();
        for chunk in rows.chunks(VALUES / columns.len().max(1)) {
            let mut insert = Sql::insert();
            insert.into_table(Alias::new(R::SPEC.table)).columns(columns.iter().map(|c| Alias::new(c.unquoted())));
            for row in chunk {
                insert.values_panic(columns.iter().map(|column| Expr::val(row.get(*column))));
            }
            self.run(&insert).await?;
        }
        let entries =
            rows.iter().zip(reasons).map(|(after, reasons)| Entry::<R> { before: None, after, reasons }).collect();
        self.record(author, "create", entries).await
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
    async fn record<R: Resource>(&self, author: &Author<'_>, act: &str, entries: Vec<Entry<'_, R>>) -> Outcome<()> {
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let update = Sql::update()
            .table(Alias::new("tenant_counter"))
            .value(Alias::new("trail_position"), Expr::col(Alias::new("trail_position")).add(count))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(author.organisation))
            .returning_col(Alias::new("trail_position"))
            .to_owned();
        let row = self.one(&update).await?.ok_or_else(|| Error::Internal("the organisation has no trail".into()))?;
        let last: i64 = row.try_get("", "trail_position")?;
        let mut models = Vec::with_capacity(entries.len());
        for (entry, position) in entries.into_iter().zip(last - count + 1..) {
            models.push(entry.model(author, act, position)?);
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

impl<R: Resource> Entry<'_, R> {
    fn model(self, author: &Author<'_>, act: &str, position: i64) -> Outcome<trail_entry::Model> {
        let after = self.after.common();
        let mut units = vec![after.unit_id];
        if let Some(before) = self.before.map(Recorded::common).filter(|b| b.unit_id != after.unit_id) {
            units.push(before.unit_id);
        }
        Ok(trail_entry::Model {
            id: Uuid::now_v7(),
            organisation_id: author.organisation,
            position,
            at: author.now,
            actor_id: author.actor,
            actor_type: author.actor_type.to_owned(),
            authentication: Json(author.authentication.clone()),
            act: act.to_owned(),
            record_type: R::SPEC.name.to_owned(),
            record_id: after.id,
            record_version: after.version,
            unit_ids: Ids(units),
            before: self.before.map(serde_json::to_value).transpose()?.map(Json),
            after: Json(serde_json::to_value(self.after)?),
            reasons: Words(self.reasons),
            request_id: author.request_id.to_owned(),
        })
    }
}
