//! What was refused, for those who look into it.

use crate::caller::Caller;
use crate::resource::{Outcome, noted};
use crate::resources;
use isms_entity::Time;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query as Sql, SelectStatement};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;
use uuid::Uuid;

/// One refusal.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Denial {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: Time,
    /// Who asked: a person, a service, or the invitation of an external auditor.
    pub principal_id: Uuid,
    /// Method and path, and the first place in a batch; the id of a record that the reader may not list reads as `{id}`.
    pub what: String,
    /// Why it was refused.
    pub why: String,
    /// The request.
    pub request_id: String,
    /// How many operations or fields of the request were refused; 1 unless it is a batch or a query.
    pub times: i32,
}

/// How often somebody was refused something.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DenialCount {
    /// Who asked.
    pub principal_id: Uuid,
    /// How often.
    pub count: u64,
}

const COLUMNS: [&str; 8] = ["id", "organisation_id", "principal_id", "at", "what", "why", "request_id", "times"];

/// So many different reasons of one request are told.
const REASONS: usize = 3;

impl Caller {
    /// Notes what one request of the caller was refused, and why: what it was first, and how often. It stays refused when
    /// that cannot be noted.
    pub(crate) async fn note_denials(&self, refused: &[(String, String)]) {
        let Some((what, _)) = refused.first() else { return };
        let mut reasons: Vec<&str> = Vec::new();
        for (_, why) in refused {
            if reasons.len() < REASONS && !reasons.contains(&why.as_str()) {
                reasons.push(why);
            }
        }
        let mut insert = Sql::insert();
        insert.into_table(Alias::new("denial")).columns(COLUMNS.map(Alias::new)).values_panic([
            Uuid::now_v7().into(),
            self.organisation().into(),
            self.id().into(),
            self.clock.now().0.into(),
            noted(what).into(),
            noted(&reasons.join("; ")).into(),
            self.request_id.as_ref().into(),
            i32::try_from(refused.len()).unwrap_or(i32::MAX).into(),
        ]);
        if let Err(error) = self.store.run_aside(&insert).await {
            tracing::warn!(?error, "a refusal could not be noted");
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
        let mut denials: Vec<Denial> = rows
            .iter()
            .map(|row| {
                Ok(Denial {
                    id: row.try_get("", "id")?,
                    at: Time(row.try_get("", "at")?),
                    principal_id: row.try_get("", "principal_id")?,
                    what: row.try_get("", "what")?,
                    why: row.try_get("", "why")?,
                    request_id: row.try_get("", "request_id")?,
                    times: row.try_get::<Option<i32>>("", "times")?.unwrap_or(1),
                })
            })
            .collect::<Outcome<_>>()?;
        self.withhold_records(&mut denials).await?;
        Ok(denials)
    }

    /// What was asked names records: only those that the reader may list are told.
    async fn withhold_records(&self, denials: &mut [Denial]) -> Outcome<()> {
        let mut named: HashMap<&str, Vec<Uuid>> = HashMap::new();
        let places: Vec<_> = denials.iter().map(|denial| named_in(&denial.what)).collect();
        for (plural, id) in places.iter().flatten() {
            named.entry(plural.as_str()).or_default().push(*id);
        }
        let mut seen = HashSet::new();
        for (plural, ids) in named {
            if let Some(spec) = resources::specs().iter().find(|spec| spec.plural == plural) {
                seen.extend(self.visible(spec, &ids).await?);
            }
        }
        for (denial, place) in denials.iter_mut().zip(places) {
            if let Some((_, id)) = place.filter(|(_, id)| !seen.contains(id)) {
                denial.what = denial.what.replace(&id.to_string(), "{id}");
            }
        }
        Ok(())
    }

    /// How often each was refused something since an instant, most first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn denials_counted(&self, since: Time) -> Outcome<Vec<DenialCount>> {
        let mut select = self.denied(since);
        select
            .column(Alias::new("principal_id"))
            .expr_as(Expr::cust("SUM(COALESCE(times, 1))"), Alias::new("total"))
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

/// The plural of a type and the id of its record in what was asked, such as `PATCH /v1/risks/…`.
fn named_in(what: &str) -> Option<(String, Uuid)> {
    let mut parts = what.split_once("/v1/")?.1.split('/');
    let plural = parts.next()?.to_owned();
    Some((plural, parts.next()?.parse().ok()?))
}
