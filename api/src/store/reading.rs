//! Read receipts: what external auditors opened, listed and took out, for both sides to see.

use crate::caller::Caller;
use crate::evaluation::engagement::{Engagement, Reading};
use crate::resource::{Error, Outcome, Spec, noted};
use crate::resources;
use isms_entity::Time;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query as Sql};
use uuid::Uuid;

const COLUMNS: [&str; 9] =
    ["id", "organisation_id", "engagement_id", "auditor_id", "at", "what", "record_type", "record_id", "request_id"];

impl Caller {
    /// Notes what an external auditor was shown; of others nothing is noted.
    ///
    /// # Errors
    /// When the database refuses; what cannot be noted is not shown.
    pub(crate) async fn note_reading(&self, what: &str, of: Option<&Spec>, record: Option<Uuid>) -> Outcome<()> {
        let Some(remit) = self.access.principal.remit.as_ref() else { return Ok(()) };
        let insert = Sql::insert()
            .into_table(Alias::new("reading"))
            .columns(COLUMNS.map(Alias::new))
            .values_panic([
                Uuid::now_v7().into(),
                self.organisation().into(),
                remit.engagement.into(),
                self.id().into(),
                self.clock.now().0.into(),
                noted(what).into(),
                of.map(|spec| spec.name).into(),
                record.into(),
                self.request_id.as_ref().into(),
            ])
            .to_owned();
        self.store.run(&insert).await.map(drop)
    }

    /// What the auditors of an engagement were shown, latest first, before a place.
    ///
    /// # Errors
    /// [`crate::resource::Error::NotFound`] for those who may not read the engagement.
    pub(crate) async fn readings(&self, engagement: Uuid, before: Option<Uuid>, limit: u64) -> Outcome<Vec<Reading>> {
        self.fetch::<Engagement>(engagement).await?;
        if self.access.principal.remit.as_ref().is_some_and(|remit| !remit.open) {
            return Err(Error::NotFound);
        }
        let mut select = Sql::select();
        select
            .columns(COLUMNS.map(Alias::new))
            .from(Alias::new("reading"))
            .and_where(Expr::col(Alias::new("engagement_id")).eq(engagement))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()))
            .order_by(Alias::new("id"), Order::Desc)
            .limit(limit);
        if let Some(before) = before {
            select.and_where(Expr::col(Alias::new("id")).lt(before));
        }
        let rows = self.store.all(&select).await?;
        rows.iter()
            .map(|row| {
                let record_type: Option<String> = row.try_get("", "record_type")?;
                Ok(Reading {
                    id: row.try_get("", "id")?,
                    at: Time(row.try_get("", "at")?),
                    auditor_id: row.try_get("", "auditor_id")?,
                    what: row.try_get("", "what")?,
                    record_type: record_type.and_then(|name| resources::spec(&name)).map(|spec| spec.name),
                    record_id: row.try_get("", "record_id")?,
                })
            })
            .collect()
    }
}
