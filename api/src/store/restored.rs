//! That a database was brought back from a backup: declared in every trail, so that who kept a checkpoint of what was
//! lost learns why it is gone.

use super::Store;
use super::append::{Author, Flat};
use crate::caller::Clock;
use crate::cli::Console;
use crate::context::organisation::Organisation;
use crate::resource::{Outcome, Resource};
use isms_entity::context::organisation;
use isms_entity::{Common, Recorded};
use sea_orm::sea_query::{Alias, Query as Sql};
use sea_orm::{EntityTrait, FromQueryResult, Iden, Iterable};
use serde_json::json;
use uuid::Uuid;

impl Store {
    /// Declares in the trail of each organisation that it was brought back from a backup, and why. It is an act of whoever
    /// has the database at hand.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn declare_restore(&self, _proof: &Console, reason: &str, clock: &Clock) -> Outcome<usize> {
        let columns = <organisation::Entity as EntityTrait>::Column::iter();
        let select = Sql::select()
            .columns(columns.map(|column| Alias::new(column.unquoted())))
            .from(Alias::new("organisation"))
            .to_owned();
        let rows = self.all(&select).await?;
        for row in &rows {
            let before = organisation::Model::from_query_result(row, "")?;
            let organisation = before.organisation_id;
            let store = self.in_turn(organisation).await?.begin().await?;
            store.lock_counter(organisation).await?;
            let (old, now, mut after) = (before.common(), clock.now(), before.clone());
            after.restored_at = Some(now);
            after.restored_entries = Some(store.entries_of(organisation).await?);
            after.restore_reason = Some(reason.to_owned());
            after.set_common(Common { version: old.version + 1, updated_at: now, updated_by: Uuid::nil(), ..old });
            let author = Author {
                organisation,
                actor: Uuid::nil(),
                actor_type: "Service",
                authentication: json!({"method": "commandLine"}),
                request_id: "restore",
                now,
                clock,
            };
            let (was, is) = (Flat::of::<Organisation>(&before)?, Flat::of::<Organisation>(&after)?);
            store.put(&author, const { &Organisation::SPEC }, &was, &is, "restore", vec!["restored".into()]).await?;
            store.commit().await?;
        }
        Ok(rows.len())
    }

    pub(super) async fn entries_of(&self, organisation: Uuid) -> Outcome<i64> {
        let select = Sql::select()
            .column(Alias::new("trail_position"))
            .from(Alias::new("tenant_counter"))
            .and_where(super::trail::of(organisation))
            .to_owned();
        Ok(self.one(&select).await?.map(|row| row.try_get("", "trail_position")).transpose()?.unwrap_or_default())
    }
}
