//! What a service is at, for the others to know: it says so again and again while it lives.

use super::Store;
use super::append::{Author, Flat};
use crate::caller::{Caller, Clock};
use crate::evaluation::audit_package::AuditPackage;
use crate::resource::{Outcome, Resource};
use isms_entity::evaluation::audit_package::{self, AuditPackageState};
use isms_entity::{Common, Recorded};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, OnConflict, Query as Sql};
use sea_orm::{DbBackend, EntityTrait, FromQueryResult, Iden, Iterable};
use serde_json::json;
use std::collections::HashSet;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long it holds, microseconds.
const HOLDS: i64 = 10_000_000;
/// How often it is renewed.
const RENEWED: Duration = Duration::from_secs(1);

/// Goes on saying that something is under way, until it is dropped.
pub(crate) struct Lease {
    task: tokio::task::JoinHandle<()>,
    store: Store,
    id: Uuid,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.task.abort();
        self.store.own().remove(&self.id);
    }
}

impl Caller {
    /// Says that this is under way.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn hold(&self, id: Uuid) -> Outcome<()> {
        self.store.hold(id).await
    }

    /// Says so until the lease is dropped.
    pub(crate) fn keep_holding(&self, id: Uuid) -> Lease {
        self.store.keep_holding(id)
    }

    /// It is over. Where that cannot be said now, it ends by itself.
    pub(crate) async fn let_go(&self, id: Uuid) {
        if let Err(error) = self.store.let_go(id).await {
            tracing::warn!(?error, %id, "that something is over could not be said");
        }
    }
}

impl Store {
    /// Now, when the statement runs, by the one clock that all servers have in common.
    fn shared_now(&self) -> Expr {
        match self.backend() {
            DbBackend::Postgres => Expr::cust("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"),
            _ => Expr::cust("CAST(unixepoch('subsec') * 1000000 AS INTEGER)"),
        }
    }

    /// Says that this is under way.
    ///
    /// # Errors
    /// When the database refuses.
    async fn hold(&self, id: Uuid) -> Outcome<()> {
        let until = || self.shared_now().add(HOLDS);
        let insert = Sql::insert()
            .into_table(Alias::new("lease"))
            .columns(["id", "until"].map(Alias::new))
            .values_panic([id.into(), until()])
            .on_conflict(OnConflict::column(Alias::new("id")).value(Alias::new("until"), until()).to_owned())
            .to_owned();
        self.run_aside(&insert).await.map(drop)
    }

    /// Says so until the lease is dropped.
    fn keep_holding(&self, id: Uuid) -> Lease {
        let store = self.clone();
        self.own().insert(id);
        let task = tokio::spawn(async move {
            loop {
                if let Err(error) = store.hold(id).await {
                    tracing::warn!(?error, %id, "that something goes on could not be said");
                }
                tokio::time::sleep(RENEWED).await;
            }
        });
        Lease { task, store: self.clone(), id }
    }

    /// What this process is at: it knows so even while it cannot say so.
    fn own(&self) -> MutexGuard<'_, HashSet<Uuid>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is over.
    ///
    /// # Errors
    /// When the database refuses.
    async fn let_go(&self, id: Uuid) -> Outcome<()> {
        let delete =
            Sql::delete().from_table(Alias::new("lease")).and_where(Expr::col(Alias::new("id")).eq(id)).to_owned();
        self.run_aside(&delete).await.map(drop)
    }

    /// Ends the packages that nobody puts together any more: the service that did was stopped. On SQLite nobody else is
    /// at any when a service `begins`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_interrupted(&self, clock: &Clock, begins: bool) -> Outcome<()> {
        let lease = |column: &str| Expr::col((Alias::new("lease"), Alias::new(column)));
        let package = |column: &str| Expr::col((Alias::new("audit_package"), Alias::new(column)));
        let mut select = Sql::select();
        select
            .column((Alias::new("audit_package"), Alias::new("id")))
            .column((Alias::new("audit_package"), Alias::new("organisation_id")))
            .from(Alias::new("audit_package"))
            .join(JoinType::LeftJoin, Alias::new("lease"), lease("id").eq(package("id")))
            .and_where(package("state").eq("preparing"));
        if !(begins && self.backend() == DbBackend::Sqlite) {
            select.and_where(lease("until").is_null().or(lease("until").lt(self.shared_now())));
        }
        for row in self.all(&select).await? {
            let (id, organisation): (Uuid, Uuid) = (row.try_get("", "id")?, row.try_get("", "organisation_id")?);
            if self.own().contains(&id) {
                continue;
            }
            let store = self.in_turn(organisation).await?.begin().await?;
            // Somebody may have said so while this waited for its turn.
            if begins || !store.is_held(id).await? {
                store.interrupt(id, organisation, clock).await?;
            }
            store.commit().await?;
        }
        Ok(())
    }

    async fn is_held(&self, id: Uuid) -> Outcome<bool> {
        let held = Sql::select()
            .column(Alias::new("id"))
            .from(Alias::new("lease"))
            .and_where(Expr::col(Alias::new("id")).eq(id))
            .and_where(Expr::col(Alias::new("until")).gte(self.shared_now()))
            .to_owned();
        Ok(self.one(&held).await?.is_some())
    }

    async fn interrupt(&self, id: Uuid, organisation: Uuid, clock: &Clock) -> Outcome<()> {
        self.lock_counter(organisation).await?;
        let columns = <audit_package::Entity as EntityTrait>::Column::iter();
        let select = Sql::select()
            .columns(columns.map(|column| Alias::new(column.unquoted())))
            .from(Alias::new("audit_package"))
            .and_where(Expr::col(Alias::new("id")).eq(id))
            .to_owned();
        let Some(found) = self.one(&select).await? else { return Ok(()) };
        let before = audit_package::Model::from_query_result(&found, "")?;
        if before.state != AuditPackageState::Preparing {
            return Ok(());
        }
        let (old, now) = (before.common(), clock.now());
        let mut after = before.clone();
        after.state = AuditPackageState::Failed;
        after.failure = Some("the service was stopped while it was put together: ask for another".into());
        after.set_common(Common { version: old.version + 1, updated_at: now, updated_by: Uuid::nil(), ..old });
        let authentication = json!({"method": "service"});
        let author = Author {
            organisation,
            actor: Uuid::nil(),
            actor_type: "Service",
            authentication,
            request_id: "service",
            now,
            clock,
        };
        let (was, is) = (Flat::of::<AuditPackage>(&before)?, Flat::of::<AuditPackage>(&after)?);
        self.put(&author, const { &AuditPackage::SPEC }, &was, &is, "interrupt", vec!["interrupted".into()]).await?;
        self.let_go(id).await
    }
}
