//! What callers read of their organisation's log, and what erasure takes out of it.

use super::trail::{checkpoints, number, of, read};
use super::{Keyring, sealed};
use super::{Store, Writing};
use crate::caller::Caller;
use crate::resource::{Outcome, Resource, Spec};
use isms_entity::ledger::trail_entry;
use isms_entity::{Recorded, Time};
use isms_seal::entry::Entry;
use isms_seal::tree::{Hash, Node};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query as Sql, SelectStatement};
use sea_orm::{EntityTrait, FromQueryResult, Iden, Iterable};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A signed checkpoint (C2SP tlog-checkpoint).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrailCheckpoint {
    /// Which it is, from 1.
    pub number: u64,
    /// How many entries it seals.
    pub size: u64,
    /// When.
    pub at: Time,
    /// The signed note.
    pub note: String,
}

/// A key that has signed checkpoints.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrailKey {
    /// The verifier key (C2SP signed-note).
    pub key: String,
    /// The first checkpoint that it signed has so many entries.
    pub since: u64,
    /// When.
    pub at: Time,
}

impl Writing<'_> {
    /// Erases the personal data of a record from its past: every entry holds from now on what the record holds, and what
    /// would open the commitments to more is gone. The entries stay proven (design: erasure keeps proofs valid).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_past<R: Resource>(&self, row: &R::Row) -> Outcome<()> {
        let (spec, now) = (const { &R::SPEC }, serde_json::to_value(row)?);
        let select = entries()
            .and_where(of(self.organisation()))
            .and_where(Expr::col(Alias::new("record_id")).eq(row.common().id))
            .to_owned();
        for found in self.store.all(&select).await? {
            let mut entry = trail_entry::Model::from_query_result(&found, "")?;
            for past in entry.before.iter_mut().chain([&mut entry.after]) {
                for column in spec.personal {
                    let held = past.0.get_mut(column).filter(|held| **held != serde_json::Value::Null);
                    if let (Some(held), Some(value)) = (held, now.get(column)) {
                        *held = value.clone();
                    }
                }
            }
            let update = Sql::update()
                .table(Alias::new("trail_entry"))
                .value(Alias::new("before"), sea_orm::Value::from(entry.before))
                .value(Alias::new("after"), sea_orm::Value::from(entry.after))
                .value(Alias::new("salts"), sea_orm::Value::from(sealed::erased(&entry.salts)))
                .and_where(Expr::col(Alias::new("id")).eq(entry.id))
                .to_owned();
            self.store.run(&update).await?;
        }
        Ok(())
    }
}

/// All columns of entries.
pub(super) fn entries() -> SelectStatement {
    let columns = <trail_entry::Entity as EntityTrait>::Column::iter();
    Sql::select()
        .columns(columns.map(|column| Alias::new(column.unquoted())))
        .from(Alias::new("trail_entry"))
        .to_owned()
}

impl Store {
    /// As [`Caller::erasures`], asked of any organisation.
    pub(super) async fn erasures(&self, organisation: Uuid, records: &[Uuid]) -> Outcome<HashMap<Uuid, u64>> {
        let mut erasures = HashMap::new();
        for chunk in records.chunks(1_000) {
            let select = Sql::select()
                .column(Alias::new("record_id"))
                .expr(Expr::col(Alias::new("position")).max())
                .from(Alias::new("trail_entry"))
                .and_where(of(organisation))
                .and_where(Expr::col(Alias::new("act")).eq(sealed::ERASE))
                .and_where(Expr::col(Alias::new("record_id")).is_in(chunk.iter().copied()))
                .group_by_col(Alias::new("record_id"))
                .to_owned();
            for row in self.all(&select).await? {
                let position: i64 = row.try_get_by_index(1)?;
                erasures.insert(row.try_get_by_index(0)?, u64::try_from(position - 1).unwrap_or_default());
            }
        }
        Ok(erasures)
    }
}

impl Caller {
    /// The newest checkpoint of the organisation's log.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn newest_checkpoint(&self) -> Outcome<Option<TrailCheckpoint>> {
        self.store.checkpoint(self.organisation()).await
    }

    /// Checkpoints after this number, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn checkpoints(&self, after: u64, limit: u64) -> Outcome<Vec<TrailCheckpoint>> {
        let mut select = checkpoints(self.organisation());
        select
            .and_where(Expr::col(Alias::new("number")).gt(number(after)?))
            .order_by(Alias::new("number"), Order::Asc)
            .limit(limit);
        self.store.all(&select).await?.iter().map(read).collect()
    }

    /// The first checkpoint that seals so many entries, or more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn checkpoint_of(&self, size: u64) -> Outcome<Option<TrailCheckpoint>> {
        let mut select = checkpoints(self.organisation());
        select
            .and_where(Expr::col(Alias::new("size")).gte(number(size)?))
            .order_by(Alias::new("number"), Order::Asc)
            .limit(1);
        self.store.one(&select).await?.as_ref().map(read).transpose()
    }

    /// Seals the trail as it stands, so that what was written until now can be proven.
    ///
    /// # Errors
    /// As [`crate::trail::Sealer::seal`].
    pub(crate) async fn seal_now(&self, keyring: &Keyring) -> Outcome<()> {
        self.store.seal_trails(keyring, self.clock.now(), i64::MAX).await.map(drop)
    }

    /// The entries of these records between two instants, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn trail_of_records(
        &self,
        ids: &[Uuid],
        from: Option<Time>,
        until: Time,
    ) -> Outcome<Vec<trail_entry::Model>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(1_000) {
            let mut select = entries();
            select
                .and_where(of(self.organisation()))
                .and_where(Expr::col(Alias::new("record_id")).is_in(chunk.iter().copied()))
                .and_where(Expr::col(Alias::new("at")).lte(until.0));
            if let Some(from) = from {
                select.and_where(Expr::col(Alias::new("at")).gte(from.0));
            }
            for row in self.store.all(&select).await? {
                found.push(trail_entry::Model::from_query_result(&row, "")?);
            }
        }
        found.sort_unstable_by_key(|entry| entry.position);
        Ok(found)
    }

    /// The records of a type that something was done with after one instant and until another, by id, after one of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn changed_between(
        &self,
        spec: &Spec,
        from: Time,
        to: Time,
        after: Option<Uuid>,
        limit: u64,
    ) -> Outcome<Vec<Uuid>> {
        let record = || Expr::col(Alias::new("record_id"));
        let mut select = Sql::select();
        select
            .distinct()
            .column(Alias::new("record_id"))
            .from(Alias::new("trail_entry"))
            .and_where(of(self.organisation()))
            .and_where(Expr::col(Alias::new("record_type")).eq(spec.name))
            .and_where(Expr::col(Alias::new("at")).gt(from.0))
            .and_where(Expr::col(Alias::new("at")).lte(to.0))
            .order_by(Alias::new("record_id"), Order::Asc)
            .limit(limit);
        if let Some(after) = after {
            select.and_where(record().gt(after));
        }
        self.store.all(&select).await?.iter().map(|row| Ok(row.try_get("", "record_id")?)).collect()
    }

    /// The keys that have signed checkpoints of the organisation's log.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn trail_keys(&self) -> Outcome<Vec<TrailKey>> {
        self.store.keys(self.organisation()).await
    }

    /// Which entry, by its index from 0, erased the personal data of these records last.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn erasures(&self, records: &[Uuid]) -> Outcome<HashMap<Uuid, u64>> {
        self.store.erasures(self.organisation(), records).await
    }

    /// The hashes of these subtrees of a tree of so many entries, in their order.
    ///
    /// # Errors
    /// When the database does not answer, or a hash is missing.
    pub async fn trail_hashes(&self, size: u64, nodes: &[Node]) -> Outcome<Vec<Hash>> {
        self.store.hashes(self.organisation(), size, nodes).await
    }

    /// The leaves from this index on, so many at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn trail_leaves(&self, from: u64, count: u64) -> Outcome<Vec<Entry>> {
        let (first, count) = (number(from)?.saturating_add(1), number(count)?);
        self.store.leaves(self.organisation(), first, first.saturating_add(count - 1)).await
    }

    /// The entries from this index on, so many at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn trail_entries(&self, from: u64, count: u64) -> Outcome<Vec<trail_entry::Model>> {
        let (first, count) = (number(from)?.saturating_add(1), number(count)?);
        let select = entries()
            .and_where(of(self.organisation()))
            .and_where(Expr::col(Alias::new("position")).between(first, first.saturating_add(count - 1)))
            .order_by(Alias::new("position"), Order::Asc)
            .to_owned();
        let rows = self.store.all(&select).await?;
        rows.iter().map(|row| Ok(trail_entry::Model::from_query_result(row, "")?)).collect()
    }
}
