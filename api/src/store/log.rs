//! What callers read of their organisation's log, and what erasure takes out of it.

use super::Writing;
use super::trail::{checkpoints, number, of, read};
use crate::caller::Caller;
use crate::resource::{Outcome, Resource};
use crate::trail::seal::entry::Entry;
use crate::trail::seal::tree::{Hash, Node};
use crate::trail::{TrailCheckpoint, TrailKey, sealed};
use isms_entity::Recorded;
use isms_entity::ledger::trail_entry;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query as Sql, SelectStatement};
use sea_orm::{EntityTrait, FromQueryResult, Iden, Iterable};

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
fn entries() -> SelectStatement {
    let columns = <trail_entry::Entity as EntityTrait>::Column::iter();
    Sql::select()
        .columns(columns.map(|column| Alias::new(column.unquoted())))
        .from(Alias::new("trail_entry"))
        .to_owned()
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

    /// The keys that have signed checkpoints of the organisation's log.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn trail_keys(&self) -> Outcome<Vec<TrailKey>> {
        self.store.keys(self.organisation()).await
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
