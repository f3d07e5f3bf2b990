//! When each entry of the trail was superseded by the next one of its record, so that the past of a record type is a range of an
//! index: what has changed since. Entries that were made before get it here.

use crate::columns::Table;
use sea_orm_migration::sea_orm::ConnectionTrait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait};

/// What the newest entry of a record has: the largest number.
const STANDS: i64 = i64::MAX;

/// The step.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000019_superseded"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::grown("trail_entry").big_from("superseded_at", STANDS).create(manager).await?;
        let fill = "UPDATE trail_entry SET superseded_at = COALESCE((SELECT later.at FROM trail_entry AS later \
                    WHERE later.record_id = trail_entry.record_id \
                    AND later.record_version > trail_entry.record_version \
                    ORDER BY later.record_version LIMIT 1), trail_entry.superseded_at)";
        manager.get_connection().execute_unprepared(fill).await?;
        // With the record, so that what has changed is found without looking at the entries themselves.
        Table::grown("trail_entry")
            .index(&["organisation_id", "record_type", "superseded_at", "at", "record_id"])
            .create(manager)
            .await
    }
}
