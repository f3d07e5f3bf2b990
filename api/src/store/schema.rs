//! The shape of the database: brought to today's in one transaction, by one process at a time.

use super::{Connection, Store};
use crate::resource::{Error, Outcome};
use isms_migration::Migrator;
use sea_orm::sea_query::{Alias, Expr, Query as Sql, SelectStatement};
use sea_orm::{DbBackend, Statement};
use sea_orm_migration::MigratorTrait;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The steps that were made.
const STEPS: &str = "seaql_migrations";
/// What PostgreSQL knows the work of one process at a time by; the bytes of `isms`.
const ALONE: i64 = 0x6973_6d73;

impl Store {
    /// Brings the schema to today's shape: all of it, or nothing when it is broken off.
    ///
    /// # Errors
    /// When a step fails, or the database has a shape of a later day.
    pub async fn migrate(&self) -> Outcome<()> {
        if self.has_todays_shape().await? {
            return self.seal_all().await;
        }
        let store = self.alone().await?;
        // Another process may have been faster.
        if !store.has_todays_shape().await? {
            let Connection::Transaction(transaction, _) = &store.connection else {
                return Err(Error::Internal("migrations run in a transaction".into()));
            };
            Migrator::up(transaction.live()?, None).await?;
        }
        store.seal_all().await?;
        store.commit().await
    }

    /// Whether all steps were made that this program knows.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the database has a shape of a later day.
    pub async fn has_todays_shape(&self) -> Outcome<bool> {
        let known: BTreeSet<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
        let made = self.steps().await?;
        if let Some(later) = made.difference(&known).last() {
            return Err(Error::Malformed(format!(
                "the database is newer than this program, which does not know its step {later}: start the version of \
                 the program that made it, or a later one; nothing was changed"
            )));
        }
        Ok(made == known)
    }

    /// Whether nothing is in the database yet.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn has_no_tables(&self) -> Outcome<bool> {
        let tables = match self.backend() {
            DbBackend::Postgres => {
                "SELECT 1 AS one FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) LIMIT 1"
            }
            _ => "SELECT 1 AS one FROM sqlite_master LIMIT 1",
        };
        Ok(self.all_built(Statement::from_string(self.backend(), tables)).await?.is_empty())
    }

    /// The steps that were made of whatever version.
    async fn steps(&self) -> Outcome<BTreeSet<String>> {
        let there = match self.backend() {
            DbBackend::Postgres => format!("SELECT 1 AS one WHERE to_regclass('{STEPS}') IS NOT NULL"),
            _ => format!("SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = '{STEPS}'"),
        };
        if self.all_built(Statement::from_string(self.backend(), there)).await?.is_empty() {
            return Ok(BTreeSet::new());
        }
        let made = Sql::select().column(Alias::new("version")).from(Alias::new(STEPS)).to_owned();
        self.all(&made).await?.iter().map(|row| Ok(row.try_get("", "version")?)).collect()
    }

    /// A transaction that no other process has at the same time.
    pub(super) async fn alone(&self) -> Outcome<Self> {
        let store = self.in_turn(Uuid::nil()).await?.begin().await?;
        if store.backend() == DbBackend::Postgres {
            let mut lock = SelectStatement::new();
            lock.expr(Expr::cust(format!("CAST(pg_advisory_xact_lock({ALONE}) AS text)")));
            store.all(&lock).await?;
        }
        Ok(store)
    }

    /// Writes what is there once more, in a few bytes, to find out whether writing works.
    pub(super) async fn rewrite_nothing(&self) -> Outcome<()> {
        let column = || Alias::new("trail_fault");
        let one = Sql::select().expr(Expr::cust("MIN(organisation_id)")).from(Alias::new("tenant_counter")).to_owned();
        let update = Sql::update()
            .table(Alias::new("tenant_counter"))
            .value(column(), Expr::col(column()))
            .and_where(sea_orm::sea_query::ExprTrait::in_subquery(Expr::col(Alias::new("organisation_id")), one))
            .to_owned();
        self.run(&update).await.map(drop)
    }
}
