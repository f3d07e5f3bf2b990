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
    m20261124_000004_planning,
    m20261124_000005_support,
    m20261124_000006_operation,
    m20261124_000007_evaluation,
    m20261124_000008_improvement,
    m20261124_000009_seal,
    m20261124_000010_evidence,
    m20261124_000011_trail,
    m20261124_000012_engagement,
    m20261128_000013_check,
    m20261129_000014_safety,
    m20261130_000015_order,
    m20261130_000016_refusals,
    m20261130_000017_people,
    m20261130_000018_erasure,
    m20261130_000019_superseded,
}
