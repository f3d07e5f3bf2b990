//! What was refused, for those who look into it.

use crate::caller::Caller;
use crate::leadership::authorization::{Denial, DenialCount};
use crate::resource::Outcome;
use isms_entity::Time;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query as Sql, SelectStatement};
use uuid::Uuid;

const COLUMNS: [&str; 7] = ["id", "organisation_id", "principal_id", "at", "what", "why", "request_id"];

/// So much of an address is kept, in characters.
const KEPT: usize = 2_000;

impl Caller {
    /// Notes that the caller was refused something. It stays refused when that cannot be noted.
    pub(crate) async fn note_denial(&self, what: &str, why: &str) {
        let text = |text: &str| text.replace('\0', " ").chars().take(KEPT).collect::<String>();
        let insert = Sql::insert()
            .into_table(Alias::new("denial"))
            .columns(COLUMNS.map(Alias::new))
            .values_panic([
                Uuid::now_v7().into(),
                self.organisation().into(),
                self.id().into(),
                self.clock.now().0.into(),
                text(what).into(),
                text(why).into(),
                self.request_id.as_ref().into(),
            ])
            .to_owned();
        if let Err(error) = self.store.run_aside(&insert).await {
            tracing::warn!(%error, "a refusal could not be noted");
        }
    }

    fn denied(&self, since: Time) -> SelectStatement {
        Sql::select()
            .from(Alias::new("denial"))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()))
            .and_where(Expr::col(Alias::new("at")).gte(since.0))
            .to_owned()
    }

    /// Refusals since an instant, the latest first, before a place.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn denials(&self, since: Time, before: Option<Uuid>, limit: u64) -> Outcome<Vec<Denial>> {
        let mut select = self.denied(since);
        select.columns(COLUMNS.map(Alias::new)).order_by(Alias::new("id"), Order::Desc).limit(limit);
        if let Some(before) = before {
            select.and_where(Expr::col(Alias::new("id")).lt(before));
        }
        let rows = self.store.all(&select).await?;
        rows.iter()
            .map(|row| {
                Ok(Denial {
                    id: row.try_get("", "id")?,
                    at: Time(row.try_get("", "at")?),
                    principal_id: row.try_get("", "principal_id")?,
                    what: row.try_get("", "what")?,
                    why: row.try_get("", "why")?,
                    request_id: row.try_get("", "request_id")?,
                })
            })
            .collect()
    }

    /// How often each was refused something since an instant, most first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn denials_counted(&self, since: Time) -> Outcome<Vec<DenialCount>> {
        let mut select = self.denied(since);
        select
            .column(Alias::new("principal_id"))
            .expr_as(Expr::cust("COUNT(*)"), Alias::new("total"))
            .group_by_col(Alias::new("principal_id"))
            .order_by(Alias::new("total"), Order::Desc)
            .order_by(Alias::new("principal_id"), Order::Asc);
        let rows = self.store.all(&select).await?;
        rows.iter()
            .map(|row| {
                let total: i64 = row.try_get("", "total")?;
                Ok(DenialCount {
                    principal_id: row.try_get("", "principal_id")?,
                    count: u64::try_from(total).unwrap_or_default(),
                })
            })
            .collect()
    }
}
