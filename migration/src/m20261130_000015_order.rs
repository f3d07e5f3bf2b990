//! What has no value comes last in a list sorted downwards, too: PostgreSQL reads that order from an index of its own.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// Table and column of each order in which a value may be missing.
const ORDERS: [(&str, &str); 18] = [
    ("audit_request", "due_on"),
    ("certificate", "expires_on"),
    ("change", "due_on"),
    ("communication", "next_on"),
    ("document", "review_on"),
    ("evidence", "collected_at"),
    ("evidence", "valid_until"),
    ("incident", "detected_at"),
    ("issue", "review_on"),
    ("legal_requirement", "review_on"),
    ("nonconformity", "due_on"),
    ("notification", "due_at"),
    ("objective", "due_on"),
    ("risk", "current_level"),
    ("risk", "review_on"),
    ("supplier", "review_on"),
    ("treatment_plan", "due_on"),
    ("vulnerability", "due_on"),
];

/// The step.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000015_order"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite reads the same index both ways, whatever has no value.
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for (table, column) in ORDERS {
            let index = format!(
                "CREATE INDEX \"{table}_{column}_last\" ON \"{table}\" \
                 (\"organisation_id\", \"{column}\" DESC NULLS LAST, \"id\" DESC)"
            );
            manager.get_connection().execute_unprepared(&index).await?;
        }
        Ok(())
    }
}
