//! What is written of a record without its type, and the entry of the trail that goes with it.

use super::clock::Marks;
use super::sealed;
use crate::caller::Clock;
use crate::resource::{Error, Outcome, Resource, Spec};
use crate::resources;
use isms_entity::ledger::trail_entry::{self, STANDS};
use isms_entity::{Common, Ids, Json, Recorded, Time, Words};
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, LockType, Query as Sql};
use sea_orm::{EntityTrait, Iden, Iterable, ModelTrait, Value};
use uuid::Uuid;

/// The most values that one statement carries; SQLite takes 32,766.
pub(super) const VALUES: usize = 30_000;

/// The most records that one statement names with their version: each is a branch of its condition.
const VERSIONS: usize = 200;

/// Who makes a change and how they were known, for the trail.
pub(super) struct Author<'a> {
    pub organisation: Uuid,
    pub actor: Uuid,
    pub actor_type: &'static str,
    pub authentication: serde_json::Value,
    pub request_id: &'a str,
    pub now: Time,
    /// What the time is from.
    pub clock: &'a Clock,
}

/// A row without its type: what is written of it is compiled once for all record types.
pub(super) struct Flat {
    /// The columns that every record has.
    pub common: Common,
    /// The value of each column, in the order of the table.
    pub values: Vec<Value>,
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

impl super::Store {
    /// Puts a changed record in the place of the version before, with its entry in the trail. Asks nobody: it is for what
    /// the service itself has to end; everybody else goes through [`Caller::update`], which holds a permit.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] when somebody else was faster.
    pub(super) async fn put(
        &self,
        author: &Author<'_>,
        spec: &Spec,
        was: &Flat,
        is: &Flat,
        act: &str,
        reasons: Vec<String>,
    ) -> Outcome<()> {
        let mut update = Sql::update();
        update
            .table(Alias::new(spec.table))
            .and_where(Expr::col(Alias::new("id")).eq(was.common.id))
            .and_where(Expr::col(Alias::new("version")).eq(was.common.version));
        for (column, value) in resources::columns(spec).iter().zip(&is.values) {
            update.value(Alias::new(column.name.as_str()), value.clone());
        }
        if self.run(&update).await? == 0 {
            return Err(Error::PreconditionFailed);
        }
        self.record(author, spec, act, vec![Entry { before: Some(was), after: is, reasons }]).await
    }

    /// Nobody else writes in this organisation until the transaction ends; tells its access epoch, where there is one.
    pub(super) async fn lock_counter(&self, organisation: Uuid) -> Outcome<Option<i64>> {
        let mut lock = Sql::select();
        lock.column(Alias::new("access_epoch"))
            .from(Alias::new("tenant_counter"))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(organisation));
        if self.backend() == sea_orm::DbBackend::Postgres {
            lock.lock(LockType::Update);
        }
        self.one(&lock).await?.map(|row| Ok(row.try_get("", "access_epoch")?)).transpose()
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
        let mut marks = Marks::expressions(self.backend()).to_vec();
        marks.push(Expr::col(Alias::new("trail_position")));
        let update = Sql::update()
            .table(Alias::new("tenant_counter"))
            .value(Alias::new("trail_position"), Expr::col(Alias::new("trail_position")).add(count))
            .value(Alias::new("trail_at"), latest)
            .and_where(Expr::col(Alias::new("organisation_id")).eq(author.organisation))
            .returning(Sql::returning().exprs(marks))
            .to_owned();
        let row = self.one(&update).await?.ok_or_else(|| Error::Internal("the organisation has no trail".into()))?;
        let (marks, last): (_, i64) = (Marks::of(&row, 0)?, row.try_get_by_index(3)?);
        self.believes(author.clock, marks)?;
        let at = marks.entry;
        self.supersede(entries.iter().filter_map(|entry| entry.before), at).await?;
        let columns: Vec<_> = trail_entry::Column::iter().collect();
        let mut entries = entries.into_iter().zip(last - count + 1..).peekable();
        while entries.peek().is_some() {
            let mut insert = Sql::insert();
            insert.into_table(Alias::new("trail_entry")).columns(columns.iter().map(|c| Alias::new(c.unquoted())));
            for (entry, position) in entries.by_ref().take(VALUES / columns.len()) {
                let mut model = entry.model(author, spec, act, position, Time(at));
                sealed::commit(spec, &mut model)?;
                insert.values_panic(columns.iter().map(|column| Expr::val(model.get(*column))));
            }
            self.run(&insert).await?;
        }
        Ok(())
    }

    /// Says of the entries that made these rows that others have come after them.
    async fn supersede(&self, before: impl Iterator<Item = &Flat>, at: i64) -> Outcome<()> {
        let versions: Vec<_> = before.map(|row| (row.common.id, row.common.version)).collect();
        for chunk in versions.chunks(VERSIONS) {
            let column = |name: &str| Expr::col(Alias::new(name));
            let is =
                |(id, version): &(Uuid, i32)| column("record_id").eq(*id).and(column("record_version").eq(*version));
            let update = Sql::update()
                .table(Alias::new("trail_entry"))
                .value(Alias::new("superseded_at"), at)
                .cond_where(chunk.iter().fold(Cond::any(), |any, row| any.add(is(row))))
                .to_owned();
            self.run(&update).await?;
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
            superseded_at: STANDS,
        }
    }
}
