//! The steps that bring a database to today's shape; a released step is never changed.

mod columns;

use sea_orm_migration::prelude::*;

/// All steps in order.
pub struct Migrator;

macro_rules! steps {
    ($($step:ident),+ $(,)?) => {
        $(mod $step;)+

        #[async_trait::async_trait]
        impl MigratorTrait for Migrator {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![$(Box::new($step::Migration)),+]
            }
        }
    };
}

steps! {
    m20261124_000001_spine,
    m20261124_000002_leadership,
    m20261124_000003_context,
}
