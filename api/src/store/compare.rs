//! What one principal may do and another may not: for thinking through changes of policies and roles.

use crate::caller::Caller;
use crate::resource::{Outcome, Spec};
use isms_authz::Action;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query as Sql};

/// So many records are named.
const NAMED: u64 = 5;

impl Caller {
    /// How many records that the caller may list `one` may do this with and `other` may not, and what some are called.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn allowed_to_one_alone(
        &self,
        one: &Self,
        other: &Self,
        action: Action,
        spec: &'static Spec,
    ) -> Outcome<(u64, Vec<String>)> {
        let mut select = Sql::select();
        self.lay_out(&mut select, spec);
        self.place(&mut select, spec);
        select
            .and_where(self.allows(Action::List, spec)?)
            .and_where(one.allows(action, spec)?)
            .and_where(other.allows(action, spec)?.not());
        let mut counted = select.clone();
        counted.expr_as(Expr::cust("COUNT(*)"), Alias::new("total"));
        let total: i64 = self.store.one(&counted).await?.map_or(Ok(0), |row| row.try_get("", "total"))?;
        if total == 0 {
            return Ok((0, Vec::new()));
        }
        let reference = (Alias::new(spec.table), Alias::new("reference"));
        select.column(reference).order_by((Alias::new(spec.table), Alias::new("id")), Order::Asc).limit(NAMED);
        let rows = self.store.all(&select).await?;
        let names = rows.iter().map(|row| Ok(row.try_get("", "reference")?)).collect::<Outcome<Vec<String>>>()?;
        Ok((u64::try_from(total).unwrap_or_default(), names))
    }
}
