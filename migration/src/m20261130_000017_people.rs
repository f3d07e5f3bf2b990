//! Invitations are for people of the organisation, too, and the tokens that they become reach as far as who invited.

use sea_orm_migration::prelude::*;

/// The step.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261130_000017_people"
    }
}

const INDEX: &str = "invitation_engagement_id_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// SQLite makes no column optional: another one takes the place of the engagement's.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let database = manager.get_connection();
        manager.drop_index(Index::drop().name(INDEX).table(Alias::new("invitation")).to_owned()).await?;
        database.execute_unprepared("ALTER TABLE invitation RENAME COLUMN engagement_id TO engagement_once").await?;
        for (table, column) in [("invitation", "engagement_id"), ("invitation", "user_id"), ("api_token", "reach_id")] {
            let mut column = ColumnDef::new(Alias::new(column));
            let mut alter = Table::alter();
            manager.alter_table(alter.table(Alias::new(table)).add_column(column.uuid()).to_owned()).await?;
        }
        database.execute_unprepared("UPDATE invitation SET engagement_id = engagement_once").await?;
        database.execute_unprepared("ALTER TABLE invitation DROP COLUMN engagement_once").await?;
        for (name, column) in [(INDEX, "engagement_id"), ("invitation_user_id_id", "user_id")] {
            let mut index = Index::create();
            index.name(name).table(Alias::new("invitation")).col(Alias::new(column)).col(Alias::new("id"));
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
