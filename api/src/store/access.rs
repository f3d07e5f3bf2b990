//! What is read before there is a caller: the token, its user, their roles and units.

use super::Store;
use crate::caller::{Caller, Invited, Seal, UnitTree, Whom};
use crate::resource::{Error, Outcome};
use chrono::NaiveDate;
use isms_authz::Grants;
use isms_entity::evaluation::engagement;
use isms_entity::leadership::role_assignment::Role;
use isms_entity::leadership::user::{self, UserKind};
use isms_entity::{Time, Words};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, OnConflict, Order, Query as Sql};
use sea_orm::{FromQueryResult, Iden, Iterable};
use uuid::Uuid;

/// A token that is known, whether good or not.
#[derive(Clone, Debug)]
pub struct Found {
    /// The token.
    pub token_id: Uuid,
    /// Who made it.
    pub made_by: Uuid,
    /// The unit beyond which it does not reach.
    pub reach: Option<Uuid>,
    /// Its organisation.
    pub organisation: Uuid,
    /// The organisation's root unit.
    pub root: Uuid,
    /// Its user.
    pub user_id: Uuid,
    /// Their name.
    pub name: String,
    /// Person or service.
    pub kind: UserKind,
    /// The unit they work in.
    pub user_unit: Uuid,
    /// What the token may be used for.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: Option<Time>,
    /// Whether it, or its user, has been withdrawn.
    pub withdrawn: bool,
    /// The organisation's access epoch.
    pub epoch: i64,
    /// The organisation's secret.
    pub seal: Seal,
}

impl Caller {
    /// Whether the caller's rights are still today's.
    ///
    /// # Errors
    /// [`Error::StaleAccess`] when they are not.
    pub async fn confirm_access(&self) -> Outcome<()> {
        if self.store.in_transaction() {
            return Ok(());
        }
        let select = Sql::select()
            .column(Alias::new("access_epoch"))
            .from(Alias::new("tenant_counter"))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()))
            .to_owned();
        let row = self.store.one(&select).await?.ok_or(Error::StaleAccess)?;
        let epoch: i64 = row.try_get("", "access_epoch")?;
        if epoch == self.access.epoch { Ok(()) } else { Err(Error::StaleAccess) }
    }
}

impl Store {
    /// The token with this hash.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_token(&self, hash: &str) -> Outcome<Option<Found>> {
        let of = |table: &str, column: &str| Expr::col((Alias::new(table), Alias::new(column)));
        let mut select = Sql::select();
        for (table, column, name) in [
            ("api_token", "id", "token_id"),
            ("api_token", "created_by", "made_by"),
            ("api_token", "reach_id", "reach_id"),
            ("api_token", "organisation_id", "organisation_id"),
            ("api_token", "scopes", "scopes"),
            ("api_token", "expires_at", "expires_at"),
            ("api_token", "retired_at", "token_retired_at"),
            ("user", "id", "user_id"),
            ("user", "name", "name"),
            ("user", "kind", "kind"),
            ("user", "unit_id", "user_unit"),
            ("user", "active", "active"),
            ("user", "retired_at", "user_retired_at"),
            ("tenant_counter", "access_epoch", "access_epoch"),
            ("tenant_counter", "seal", "seal"),
            ("organisation", "unit_id", "root"),
        ] {
            select.expr_as(of(table, column), Alias::new(name));
        }
        select.from(Alias::new("api_token")).and_where(of("api_token", "hash").eq(hash));
        for (table, left, right) in [
            ("user", ("user", "id"), ("api_token", "user_id")),
            ("tenant_counter", ("tenant_counter", "organisation_id"), ("api_token", "organisation_id")),
            ("organisation", ("organisation", "id"), ("api_token", "organisation_id")),
        ] {
            select.join(
                JoinType::InnerJoin,
                Alias::new(table),
                of(left.0, left.1).equals((Alias::new(right.0), Alias::new(right.1))),
            );
        }
        let Some(row) = self.one(&select).await? else { return Ok(None) };
        let token_retired: Option<Time> = row.try_get("", "token_retired_at")?;
        let user_retired: Option<Time> = row.try_get("", "user_retired_at")?;
        let active: bool = row.try_get("", "active")?;
        let scopes: Words = row.try_get("", "scopes")?;
        Ok(Some(Found {
            token_id: row.try_get("", "token_id")?,
            made_by: row.try_get("", "made_by")?,
            reach: row.try_get("", "reach_id")?,
            organisation: row.try_get("", "organisation_id")?,
            root: row.try_get("", "root")?,
            user_id: row.try_get("", "user_id")?,
            name: row.try_get("", "name")?,
            kind: row.try_get("", "kind")?,
            user_unit: row.try_get("", "user_unit")?,
            scopes: scopes.0,
            expires_at: row.try_get("", "expires_at")?,
            withdrawn: token_retired.is_some() || user_retired.is_some() || !active,
            epoch: row.try_get("", "access_epoch")?,
            seal: Seal::new(&row.try_get::<String>("", "seal")?, row.try_get("", "organisation_id")?),
        }))
    }

    /// The invitation whose link or token has this hash, with its engagement or the person who is invited.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_invitation(&self, hash: &str) -> Outcome<Option<Invited>> {
        let of = |table: &str, column: &str| Expr::col((Alias::new(table), Alias::new(column)));
        let mut select = Sql::select();
        for (table, column, name) in [
            ("invitation", "id", "invitation_id"),
            ("invitation", "created_by", "made_by"),
            ("invitation", "name", "auditor"),
            ("invitation", "state", "invitation_state"),
            ("invitation", "link_until", "link_until"),
            ("invitation", "retired_at", "invitation_retired_at"),
            ("invitation", "user_id", "person_id"),
            ("user", "name", "person"),
            ("user", "active", "person_active"),
            ("user", "retired_at", "person_retired_at"),
            ("tenant_counter", "access_epoch", "access_epoch"),
            ("tenant_counter", "seal", "seal"),
            ("organisation", "id", "tenant"),
            ("organisation", "unit_id", "root"),
        ] {
            select.expr_as(of(table, column), Alias::new(name));
        }
        select.columns(
            engagement::Column::iter().map(|column| (Alias::new("engagement"), Alias::new(column.unquoted()))),
        );
        select.from(Alias::new("invitation")).and_where(of("invitation", "hash").eq(hash));
        for (join, table, column, source) in [
            (JoinType::LeftJoin, "engagement", "id", "engagement_id"),
            (JoinType::LeftJoin, "user", "id", "user_id"),
            (JoinType::InnerJoin, "tenant_counter", "organisation_id", "organisation_id"),
            (JoinType::InnerJoin, "organisation", "id", "organisation_id"),
        ] {
            let joined = of(table, column).equals((Alias::new("invitation"), Alias::new(source)));
            select.join(join, Alias::new(table), joined);
        }
        let Some(row) = self.one(&select).await? else { return Ok(None) };
        let organisation = row.try_get("", "tenant")?;
        let person: Option<Uuid> = row.try_get("", "person_id")?;
        let (name, whom) = if let Some(id) = person {
            let active: Option<bool> = row.try_get("", "person_active")?;
            let gone = row.try_get::<Option<Time>>("", "person_retired_at")?.is_some() || active != Some(true);
            (row.try_get::<Option<String>>("", "person")?.unwrap_or_default(), Whom::Person { id, gone })
        } else {
            let engagement = engagement::Model::from_query_result(&row, "")?;
            (row.try_get("", "auditor")?, Whom::Auditor(Box::new(engagement)))
        };
        Ok(Some(Invited {
            id: row.try_get("", "invitation_id")?,
            made_by: row.try_get("", "made_by")?,
            organisation,
            root: row.try_get("", "root")?,
            name,
            state: row.try_get("", "invitation_state")?,
            link_until: row.try_get("", "link_until")?,
            retired: row.try_get::<Option<Time>>("", "invitation_retired_at")?.is_some(),
            whom,
            epoch: row.try_get("", "access_epoch")?,
            seal: Seal::new(&row.try_get::<String>("", "seal")?, organisation),
        }))
    }

    /// The roles that a user holds on this day, by unit.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn grants(&self, user: Uuid, today: NaiveDate) -> Outcome<Grants> {
        let select = Sql::select()
            .columns(["role", "unit_id", "valid_from", "valid_until"].map(Alias::new))
            .from(Alias::new("role_assignment"))
            .and_where(Expr::col(Alias::new("user_id")).eq(user))
            .and_where(Expr::col(Alias::new("retired_at")).is_null())
            .to_owned();
        let mut grants = Grants::new();
        for row in self.all(&select).await? {
            let from: Option<NaiveDate> = row.try_get("", "valid_from")?;
            let until: Option<NaiveDate> = row.try_get("", "valid_until")?;
            if from.is_none_or(|day| day <= today) && until.is_none_or(|day| day >= today) {
                let role: Role = row.try_get("", "role")?;
                grants.entry(role).or_default().push(row.try_get("", "unit_id")?);
            }
        }
        Ok(grants)
    }

    /// The responsibilities that a user has accepted, as the one who bears them or as their deputy on this day (5.3); a
    /// deputy stands in only for a holder who has accepted too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn duties(&self, user: Uuid, today: NaiveDate) -> Outcome<Vec<String>> {
        let is = |column: &str| Expr::col(Alias::new(column)).eq(user);
        let stands_in = is("deputy_id")
            .and(Expr::col(Alias::new("deputy_accepted_at")).is_not_null())
            .and(Expr::col(Alias::new("deputy_from")).lte(today))
            .and(Expr::col(Alias::new("deputy_until")).gte(today));
        let select = Sql::select()
            .distinct()
            .column(Alias::new("duty"))
            .from(Alias::new("responsibility"))
            .and_where(is("holder_id").or(stands_in))
            .and_where(Expr::col(Alias::new("state")).eq("accepted"))
            .and_where(Expr::col(Alias::new("retired_at")).is_null())
            .order_by(Alias::new("duty"), Order::Asc)
            .to_owned();
        let rows = self.all(&select).await?;
        rows.iter().map(|row| Ok(row.try_get("", "duty")?)).collect()
    }

    /// The units of an organisation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unit_tree(&self, organisation: Uuid) -> Outcome<UnitTree> {
        let select = Sql::select()
            .columns(["id", "parent_id", "retired_at"].map(Alias::new))
            .from(Alias::new("unit"))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(organisation))
            .to_owned();
        let (mut pairs, mut retired) = (Vec::new(), Vec::new());
        for row in self.all(&select).await? {
            let (unit, retired_at): (Uuid, Option<Time>) = (row.try_get("", "id")?, row.try_get("", "retired_at")?);
            pairs.push((unit, row.try_get("", "parent_id")?));
            retired.extend(retired_at.map(|_| unit));
        }
        Ok(UnitTree::new(pairs, retired))
    }

    /// Notes that a token was used, at most once a minute for each; no trail, for it changes no record.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_use(&self, token: Uuid, now: Time) -> Outcome<()> {
        let insert = Sql::insert()
            .into_table(Alias::new("token_use"))
            .columns(["token_id", "last_used_at"].map(Alias::new))
            .values_panic([token.into(), now.0.into()])
            .on_conflict(
                OnConflict::column(Alias::new("token_id")).update_column(Alias::new("last_used_at")).to_owned(),
            )
            .to_owned();
        self.run_aside(&insert).await.map(drop)
    }

    /// The organisation's access epoch, and somebody of it who is active.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn standing_of(&self, organisation: Uuid, user: Uuid) -> Outcome<Option<(i64, user::Model)>> {
        let of = |table: &str, column: &str| Expr::col((Alias::new(table), Alias::new(column)));
        let mut select = Sql::select();
        select.columns(user::Column::iter().map(|column| (Alias::new("user"), Alias::new(column.unquoted()))));
        select
            .expr_as(of("tenant_counter", "access_epoch"), Alias::new("access_epoch"))
            .from(Alias::new("user"))
            .and_where(of("user", "id").eq(user))
            .and_where(of("user", "organisation_id").eq(organisation))
            .and_where(of("user", "active").eq(true))
            .and_where(of("user", "retired_at").is_null());
        let joined =
            of("tenant_counter", "organisation_id").equals((Alias::new("user"), Alias::new("organisation_id")));
        select.join(JoinType::InnerJoin, Alias::new("tenant_counter"), joined);
        let Some(row) = self.one(&select).await? else { return Ok(None) };
        Ok(Some((row.try_get("", "access_epoch")?, user::Model::from_query_result(&row, "")?)))
    }
}
