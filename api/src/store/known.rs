//! Who can act on the command line: active users, read before there is a caller.

use super::Store;
use crate::caller::Seal;
use crate::resource::Outcome;
use chrono::NaiveDate;
use isms_entity::leadership::user::UserKind;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Order, Query as Sql};
use uuid::Uuid;

/// An active user and what their rights are read with.
pub struct Known {
    /// The user.
    pub id: Uuid,
    /// Their organisation.
    pub organisation: Uuid,
    /// The unit they work in.
    pub unit: Uuid,
    /// The organisation's root unit.
    pub root: Uuid,
    /// Their name.
    pub name: String,
    /// Person or service.
    pub kind: UserKind,
    /// The organisation's access epoch.
    pub epoch: i64,
    /// The organisation's secret.
    pub seal: Seal,
}

impl Store {
    /// The active users with this address, one for each organisation at most; without an address, the first active
    /// administrator of this day.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_active(&self, email: Option<&str>, today: NaiveDate) -> Outcome<Vec<Known>> {
        let of = |table: &str, column: &str| Expr::col((Alias::new(table), Alias::new(column)));
        let mut select = Sql::select();
        select
            .columns(["id", "organisation_id", "unit_id", "name", "kind"].map(|c| (Alias::new("user"), Alias::new(c))))
            .columns(["access_epoch", "seal"].map(|column| (Alias::new("tenant_counter"), Alias::new(column))))
            .expr_as(of("organisation", "unit_id"), Alias::new("root"))
            .from(Alias::new("user"))
            .join(
                JoinType::InnerJoin,
                Alias::new("tenant_counter"),
                of("tenant_counter", "organisation_id").eq(of("user", "organisation_id")),
            )
            .join(
                JoinType::InnerJoin,
                Alias::new("organisation"),
                of("organisation", "id").eq(of("user", "organisation_id")),
            )
            .and_where(of("user", "active").eq(true))
            .and_where(of("user", "retired_at").is_null());
        match email {
            Some(email) => select.and_where(of("user", "email").eq(email.trim().to_lowercase())),
            None => select
                .join(
                    JoinType::InnerJoin,
                    Alias::new("role_assignment"),
                    of("role_assignment", "user_id").eq(of("user", "id")),
                )
                .and_where(of("role_assignment", "role").eq("administrator"))
                .and_where(of("role_assignment", "retired_at").is_null())
                .and_where(
                    of("role_assignment", "valid_from").is_null().or(of("role_assignment", "valid_from").lte(today)),
                )
                .and_where(
                    of("role_assignment", "valid_until").is_null().or(of("role_assignment", "valid_until").gte(today)),
                )
                .order_by_expr(of("role_assignment", "created_at"), Order::Asc)
                .order_by_expr(of("role_assignment", "id"), Order::Asc)
                .limit(1),
        };
        let rows = self.all(&select).await?;
        rows.iter()
            .map(|row| {
                Ok(Known {
                    id: row.try_get("", "id")?,
                    organisation: row.try_get("", "organisation_id")?,
                    unit: row.try_get("", "unit_id")?,
                    root: row.try_get("", "root")?,
                    name: row.try_get("", "name")?,
                    kind: row.try_get("", "kind")?,
                    epoch: row.try_get("", "access_epoch")?,
                    seal: Seal::new(&row.try_get::<String>("", "seal")?, row.try_get("", "organisation_id")?),
                })
            })
            .collect()
    }
}
