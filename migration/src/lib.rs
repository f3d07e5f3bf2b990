//! The steps that bring a database to today's shape; a released step is never changed.

mod columns;
mod m20261124_000001_spine;

use sea_orm_migration::prelude::*;

/// All steps in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20261124_000001_spine::Migration)]
    }
}
